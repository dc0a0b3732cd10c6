"""``tokcost batch``: whole requests and files of them, as they are billed."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Annotated

import typer

from tokcost.cli import options as shared
from tokcost.cli.outputs import RatioSource, ratio_source
from tokcost.cli.parsers import amount_of, bounded, choice, complete
from tokcost.errors import TokcostError
from tokcost.phrases import join_or
from tokcost.rates import MODES, STANDARD


def batch(
    paths: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[FILE]...", help="Request files, directories, quoted globs, URLs; - is stdin.", show_default=False
        ),
    ] = None,
    model: Annotated[
        list[str] | None,
        typer.Option(
            "--model", "-m", metavar="NAME", autocompletion=shared.complete_model,
            help="The model of every request, whatever they name; NAME=MODEL: a name of your own, repeatable.",
        ),
    ] = None,
    mode: Annotated[
        str | None,
        typer.Option(
            "--mode",
            help=f"Rates to price at: {join_or(MODES)}. [default: by the service_tier of a request, else standard]",
            metavar="MODE", parser=choice("mode", MODES), autocompletion=complete(MODES),
        ),
    ] = None,
    output: Annotated[
        int | None,
        typer.Option(
            "--output", min=0, metavar="N", callback=bounded, help="Output tokens expected of each request."
        ),
    ] = None,
    output_ratio: Annotated[
        RatioSource | None,
        typer.Option(
            "--output-ratio", metavar="RATIO|FILE", parser=ratio_source("--output-ratio"),
            help="Output tokens for each input token, as 0.4; or results of an earlier batch, to learn it of.",
        ),
    ] = None,
    results: Annotated[
        list[str] | None,
        typer.Option("--results", metavar="FILE", help="Hold the forecast against these results of it. Repeatable."),
    ] = None,
    why: Annotated[bool, typer.Option("--why", help="Where the tokens are: by message, tool, schema, image.")] = False,
    image_size: Annotated[
        str | None, typer.Option("--image-size", help="Size of pictures whose size is not known (URLs), as 1024x768.")
    ] = None,
    pages: Annotated[
        int | None,
        typer.Option(
            "--pages", min=1, metavar="N", callback=bounded, help="Pages of each document that cannot be read (URLs)."
        ),
    ] = None,
    seconds: Annotated[
        Decimal | None,
        typer.Option(
            "--seconds", help="Seconds of audio or video whose length is not known (URLs).", metavar="N",
            parser=amount_of("--seconds", money=False),
        ),
    ] = None,
    vertex: Annotated[
        bool | None, typer.Option("--vertex/--gemini-api", help="The API of bare Gemini bodies: they bill differently.")
    ] = None,
    max_cost: shared.MaxCost = None,
    max_tokens: shared.MaxTokens = None,
    split_at: Annotated[
        Decimal | None,
        typer.Option(
            "--split-at", help="Write part files of at most this cost each.", metavar="AMOUNT",
            parser=amount_of("--split-at"),
        ),
    ] = None,
    split_lines: Annotated[
        int | None,
        typer.Option("--split-lines", min=1, metavar="N", callback=bounded, help="… of at most so many lines."),
    ] = None,
    split_mb: Annotated[
        Decimal | None,
        typer.Option(
            "--split-mb", help="… of at most so many megabytes (10^6).", metavar="NUMBER",
            parser=amount_of("--split-mb", money=False),
        ),
    ] = None,
    output_dir: Annotated[
        Path | None, typer.Option("--output-dir", help="The folder of the part files. [default: that of their source]")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the part files of an earlier split.")] = False,
    charset: shared.Charset = "utf-8",
    as_of: shared.AsOf = None,
    prices: shared.Prices = None,
    fallback: shared.FallbackFile = None,
    allow_fallback: shared.AllowFallback = False,
    currency: shared.Currency = None,
    fx: shared.FxRate = None,
    vat: shared.Vat = None,
    keep_going: shared.KeepGoing = False,
    exit_zero: shared.ExitZero = False,
    form: shared.Format = "table",
    file: shared.Output = None,
    reports: shared.Reports = None,
) -> None:  # fmt: skip
    """Price whole requests and batch files as they are billed.

    Takes batch files of OpenAI, Azure, Anthropic, Gemini, Vertex, Mistral, Together, Groq, Fireworks and
    Bedrock, and bare request bodies, one JSON document or one request a line, recognised by shape.
    Three costs are named: low (no output), likely (with that of --output or --output-ratio), high (the
    request's own limit of output, else the model's, for each answer). Reasoning counts as output. What
    a provider would refuse is reported with its line. --max-cost holds the likely cost where an output
    is said, the high one where it was learnt of results or is not known. --results holds the forecast
    against what was billed, and says which ratio to expect next time.

    Examples:

        tokcost batch requests.jsonl --mode batch --output 300 --max-cost 20

        tokcost batch requests.jsonl --split-at 20

        tokcost batch requests.jsonl --results output.jsonl

        tokcost batch request.json --why
    """
    from tokcost.batch.files import file_reader
    from tokcost.batch.opening import request_files
    from tokcost.batch.part_files import part_sentences
    from tokcost.batch.report import ReportOptions, price_requests
    from tokcost.batch.run import BatchOptions
    from tokcost.batch.split import split_options
    from tokcost.cli.fallbacks import BelowTheBook
    from tokcost.cli.output import answer, output_options, say
    from tokcost.cli.outputs import compared, expected_output, results_of
    from tokcost.cli.own_names import default_model
    from tokcost.cli.progress import Progress
    from tokcost.cli.values import pricing_of
    from tokcost.limits import Limits

    how = output_options(form, file, reports, keep_going=keep_going, exit_zero=exit_zero)
    if output is not None and output_ratio is not None:
        raise TokcostError("use --output or --output-ratio, not both")
    learnt = [output_ratio.file] if output_ratio is not None else []
    if [*{*(paths or ["-"])}, *{*(results or ())}, *learnt].count("-") > 1:
        raise TokcostError("stdin cannot hold both requests and results: name files")
    below = BelowTheBook(fallback, allow_fallback, gate=max_cost is not None or max_tokens is not None)
    billed = results_of(results, charset)
    served = mode or (billed.mode if billed else STANDARD)
    pricing = pricing_of(prices, as_of, served, currency, fx, vat, model, below)
    expected = expected_output(output, output_ratio, pricing.book, pricing.terms.day, charset)
    options = BatchOptions(
        pricing.terms, pricing.exchange, default_model(model), expected,
        file_reader(image_size, pages, seconds), vertex, mode is not None,
    )  # fmt: skip
    wanted = ReportOptions(
        keep_rows=how.needs_rows,
        keep_parts=why,
        limits=Limits(max_tokens, max_cost),
        split=split_options(split_at, split_lines, split_mb, output_dir, force),
        keep_going=keep_going,
        comparison=compared(billed, pricing) if billed else None,
    )
    files = request_files(paths or [], charset)
    with Progress(files.size, "") as progress:
        report = price_requests(files, pricing.book, options, wanted, progress.seen)
    say(f"tokcost: {line}" for line in part_sentences(report))
    answer(report, how)
