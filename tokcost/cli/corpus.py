"""``tokcost corpus``: documents by the million in, counts and costs out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tokcost.cli import options as shared
from tokcost.cli.parsers import bounded, choice, complete
from tokcost.documents.layout import KINDS
from tokcost.errors import TokcostError
from tokcost.rates import STANDARD


def corpus(
    paths: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[PATH]...",
            help="Files, directories, quoted globs, URLs (s3://, gs://, https://); - is stdin.",
            show_default=False,
        ),
    ] = None,
    model: shared.Models = None,
    encoding: Annotated[
        list[str] | None,
        typer.Option("--encoding", help="Count with this encoding: no price.", autocompletion=shared.complete_encoding),
    ] = None,
    field: Annotated[str, typer.Option("--field", help="JSON lines: where the text is, as message.content.")] = "text",
    column: Annotated[str, typer.Option("--column", help="CSV and Parquet: the column with the text.")] = "text",
    kind: Annotated[
        str | None,
        typer.Option(
            "--as",
            help="text, jsonl, csv or parquet, whatever the file is called.",
            metavar="KIND",
            parser=choice("kind of file", KINDS),
            autocompletion=complete(KINDS),
        ),
    ] = None,
    output: Annotated[
        int,
        typer.Option(
            "--output", min=0, metavar="N", callback=bounded, help="Output tokens to price with each document."
        ),
    ] = 0,
    mode: shared.Mode = STANDARD,
    as_of: shared.AsOf = None,
    prices: shared.Prices = None,
    fallback: shared.FallbackFile = None,
    allow_fallback: shared.AllowFallback = False,
    currency: shared.Currency = None,
    fx: shared.FxRate = None,
    vat: shared.Vat = None,
    max_cost: shared.MaxCost = None,
    max_tokens: shared.MaxTokens = None,
    exit_zero: shared.ExitZero = False,
    keep_going: shared.KeepGoing = False,
    write_counts: Annotated[
        Path | None,
        typer.Option("--write-counts", help="Write the documents and their tokens to this Parquet file."),
    ] = None,
    plot: Annotated[Path | None, typer.Option("--plot", help="Draw the lengths of the documents (SVG).")] = None,
    histogram: Annotated[
        bool, typer.Option("--histogram", help="Show the lengths of the documents against the context window.")
    ] = False,
    cluster: Annotated[
        str | None, typer.Option("--cluster", help="Count on a Dask cluster: tcp://scheduler:8786, or local.")
    ] = None,
    engine: shared.Engine = "auto",
    jobs: shared.Jobs = 0,
    form: shared.Format = "table",
    file: shared.Output = None,
    reports: shared.Reports = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print the number of tokens and nothing else.")] = False,
    charset: shared.Charset = "utf-8",
    force_text: shared.ForceText = False,
    ignore: shared.Ignore = True,
) -> None:
    """Count the documents of a corpus, each as a request of its own, and what they cost.

    Text files are one document each; .jsonl, .csv and .parquet hold many, --as says what stdin is.
    gzip, zstd, xz, bzip2 and zip are unpacked on the way. Memory stays bounded whatever the size.

    Examples:

        tokcost corpus reviews.jsonl.gz --field body -m text-embedding-3-small --histogram

        tokcost corpus 's3://bucket/part-*.parquet' --column text --mode batch --write-counts counts.parquet

        tokcost corpus big/ --max-cost 20 --report junit=cost.xml --cluster tcp://scheduler:8786
    """
    from tokcost.cli.fallbacks import BelowTheBook
    from tokcost.cli.inputs import corpus_files
    from tokcost.cli.output import answer, output_options, put, refuse_one_file, tokens_by_model
    from tokcost.cli.progress import Progress
    from tokcost.cli.values import limits_of, model_names, pricing_of
    from tokcost.documents.corpus import CorpusOptions, count_corpus
    from tokcost.documents.layout import FileLayout
    from tokcost.encodings.engines import check_engine
    from tokcost.inputs.text import Reading

    how = output_options(form, file, reports, quiet, keep_going, exit_zero)
    refuse_one_file(how, plot, write_counts)
    if encoding and (model or output or max_cost is not None or mode != STANDARD or currency or fx or vat):
        raise TokcostError(
            "--encoding counts tokens only: leave out --model and what goes with prices, or leave it out"
        )
    options = CorpusOptions(
        models=() if encoding else tuple(model_names(model)),
        encodings=tuple(encoding or ()),
        output_tokens=output,
        layout=FileLayout(field, column, kind or ""),
        reading=Reading(charset, force_text),
        engine=check_engine(engine),
        jobs=jobs,
        cluster=cluster,
        write_counts=write_counts,
        limits=limits_of(max_tokens, max_cost),
    )
    below = BelowTheBook(fallback, allow_fallback, gate=options.limits is not None)
    pricing = None if encoding else pricing_of(prices, as_of, mode, currency, fx, vat, model, below)
    with corpus_files(paths or [], ignore) as found, Progress(None, "") as progress:
        report, lengths = count_corpus(found, options, pricing, progress.seen)
    if quiet and max_cost is None:
        report.unpriced = 0  # the number of tokens is all that is asked for
    figure = ""
    if plot is not None or histogram:
        from tokcost.render import lengths as drawing

        figure = drawing.histogram(lengths) if histogram else ""
        if plot is not None:
            try:
                put(drawing.svg(lengths), plot)
            except TokcostError as error:
                report.fail("--plot", str(error))
    answer(report, how, tokens_by_model(report), figure)
