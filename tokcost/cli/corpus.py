"""``tokcost corpus``: documents by the million in, counts and costs out."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from tokcost.cli.options import AsOf, Engine, Format, Jobs, Mode, Models, Output, Prices, complete_encoding
from tokcost.errors import ANSWERED, NO_ANSWER, TokcostError
from tokcost.rates import STANDARD


def corpus(
    paths: Annotated[
        list[str],
        typer.Argument(metavar="PATH...", help="Files, directories, globs, or URLs (s3://, gs://, https://)."),
    ],
    model: Models = None,
    encoding: Annotated[
        list[str] | None,
        typer.Option("--encoding", help="Count with this encoding: no price.", autocompletion=complete_encoding),
    ] = None,
    field: Annotated[str, typer.Option("--field", help="JSON lines: where the text is, as message.content.")] = "text",
    column: Annotated[str, typer.Option("--column", help="CSV and Parquet: the column with the text.")] = "text",
    kind: Annotated[str, typer.Option("--as", help="text, jsonl, csv or parquet, whatever the file is called.")] = "",
    output: Annotated[int, typer.Option("--output", min=0, help="Output tokens to price with each document.")] = 0,
    mode: Mode = STANDARD,
    as_of: AsOf = None,
    prices: Prices = None,
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
    engine: Engine = "auto",
    jobs: Jobs = 0,
    form: Format = "table",
    file: Output = None,
    charset: Annotated[str, typer.Option("--charset", help="The charset of the input.")] = "utf-8",
    force_text: Annotated[bool, typer.Option("--force-text", help="Count what is not text as U+FFFD.")] = False,
    ignore: Annotated[bool, typer.Option("--ignore/--no-ignore", help="Leave out what .gitignore names.")] = True,
) -> None:
    """Count the documents of a corpus, each as a request of its own, and what they cost.

    Text files are one document each; .jsonl, .csv and .parquet hold many; .gz and .zst are
    unpacked on the way. Memory stays bounded whatever the size.

    Examples:

        tokcost corpus reviews.jsonl.gz --field body -m text-embedding-3-small --histogram

        tokcost corpus 's3://bucket/part-*.parquet' --column text --mode batch --write-counts counts.parquet

        tokcost corpus big/ --cluster tcp://scheduler:8786
    """
    from tokcost.cli.corpora import Asked, count_corpus
    from tokcost.cli.options import model_names, price_book, terms
    from tokcost.cli.output_old import check_format, draws, put, say
    from tokcost.documents.parts import KINDS, Shape
    from tokcost.encodings.engines import check_engine
    from tokcost.phrases import join_or
    from tokcost.render_old.corpus import render_corpus
    from tokcost.render_old.lengths import svg

    check_format(form)
    if kind and kind not in KINDS:
        raise TokcostError(f"--as '{kind}' is none: say {join_or(KINDS)}")
    if encoding and (model or output or mode != STANDARD):
        raise TokcostError("--encoding counts tokens only: leave out --model and what goes with prices")
    asked = Asked(
        encodings=tuple(encoding or ()),
        models=() if encoding else tuple(model_names(model)),
        terms=terms(as_of, mode),
        output_tokens=output,
        shape=Shape(field, column, charset, kind),
        engine=check_engine(engine),
        jobs=jobs,
        cluster=cluster,
        write_counts=write_counts,
        force=force_text,
    )
    found = count_corpus(paths, ignore, asked, None if encoding else price_book(prices))
    say(f"note: {line}" for line in found.warnings)
    say(f"tokcost: error: {line}" for line in found.errors)
    put(render_corpus(found, form, draws(file, sys.stdout.isatty()), histogram), file)
    if plot is not None:
        put(svg([(name, each) for name, each in found.lengths.items()]), plot)
    raise typer.Exit(ANSWERED if found.complete else NO_ANSWER)
