"""``tokcost batch``: whole requests and files of them, as they are billed."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tokcost.cli.options import AsOf, Charset, Output, Prices, complete_model
from tokcost.errors import ANSWERED, NO_ANSWER, RULE_BROKEN, TokcostError
from tokcost.rates import MODES, STANDARD

if TYPE_CHECKING:
    from tokcost.batch.run import Asked
    from tokcost.batch.split import SplitLimits
    from tokcost.pricing import Terms

FORMATS = ("table", "json", "jsonl", "csv", "markdown")


def batch(
    paths: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[FILE]...", help="Request files, directories, quoted globs, URLs; - is stdin.", show_default=False
        ),
    ] = None,
    model: Annotated[
        str | None,
        typer.Option("--model", "-m", help="Model of requests that name none.", autocompletion=complete_model),
    ] = None,
    mode: Annotated[
        str | None,
        typer.Option(
            "--mode",
            help=f"Rates to price at: {', '.join(MODES)}. [default: by the service_tier of a request, else standard]",
        ),
    ] = None,
    output: Annotated[
        int | None, typer.Option("--output", min=0, help="Output tokens expected of each request.")
    ] = None,
    output_ratio: Annotated[
        str | None, typer.Option("--output-ratio", help="Output tokens expected for each input token, as 0.4.")
    ] = None,
    why: Annotated[bool, typer.Option("--why", help="Where the tokens are: by message, tool, schema, image.")] = False,
    image_size: Annotated[
        str | None, typer.Option("--image-size", help="Size of pictures that do not tell theirs (URLs), as 1024x768.")
    ] = None,
    vertex: Annotated[
        bool | None, typer.Option("--vertex/--gemini-api", help="Which API bare Gemini bodies go to: they bill apart.")
    ] = None,
    max_cost: Annotated[
        str | None,
        typer.Option("--max-cost", help="Exit 1 when it may cost more: with --output as expected, else at the limits."),
    ] = None,
    max_tokens: Annotated[int | None, typer.Option("--max-tokens", min=0, help="Exit 1 on more input tokens.")] = None,
    keep_going: Annotated[
        bool, typer.Option("--keep-going", help="Exit 0 although requests are malformed or would be refused.")
    ] = False,
    split_at: Annotated[
        str | None, typer.Option("--split-at", help="Write part files of at most this cost each.")
    ] = None,
    split_lines: Annotated[int | None, typer.Option("--split-lines", min=1, help="… of at most so many lines.")] = None,
    split_mb: Annotated[str | None, typer.Option("--split-mb", help="… of at most so many megabytes (10^6).")] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite part files that are there.")] = False,
    charset: Charset = "utf-8",
    as_of: AsOf = None,
    prices: Prices = None,
    form: Annotated[str, typer.Option("--format", "-f", help=f"{', '.join(FORMATS)}.")] = "table",
    file: Output = None,
    exit_zero: Annotated[bool, typer.Option("--exit-zero", help="Report a broken limit, but exit 0.")] = False,
) -> None:
    """Price whole requests and batch files as they are billed.

    Takes OpenAI, Anthropic, Gemini and Vertex batch files and bare request bodies, one JSON document
    or one request a line, recognised by shape. Three costs are named: input only (no output),
    with output (--output or --output-ratio), at the limit (the request's own limit of output, else
    the model's). Reasoning counts as output. What a provider would refuse is told with its line.

    Examples:

        tokcost batch requests.jsonl --mode batch --output 300 --max-cost 20

        tokcost batch requests.jsonl --split-at 20

        tokcost batch request.json --why
    """
    from tokcost.cli.batching import Batch, read_all, report, verdict
    from tokcost.cli.options import amount, price_book, terms
    from tokcost.cli.output_old import say

    if form not in FORMATS:
        raise TokcostError(f"--format '{form}' is none: say one of {', '.join(FORMATS)}")
    if output is not None and output_ratio is not None:
        raise TokcostError("say --output or --output-ratio, not both")
    asked = _asked(
        terms(as_of, mode or STANDARD), model, output, amount("--output-ratio", output_ratio), image_size
    )._replace(vertex=vertex, mode_given=mode is not None)
    limits = _split_limits(amount("--split-at", split_at), split_lines, amount("--split-mb", split_mb))
    book = price_book(prices)
    found = read_all(Batch(book, asked, charset), paths or [], keep_rows=form not in ("table", "markdown"), why=why)
    verdict(found, amount("--max-cost", max_cost), max_tokens)
    if limits is not None:
        from tokcost.cli.batching import write_parts

        write_parts(found, paths or [], limits, force, keep_going)
    report(found, form, file, why)
    say(f"tokcost: {each.message}{': ' + each.remedy if each.remedy else ''}" for each in found.findings)
    if (found.summary.problems and not keep_going) or not found.summary.by_model:
        raise typer.Exit(NO_ANSWER)
    raise typer.Exit(RULE_BROKEN if found.findings and not exit_zero else ANSWERED)


def _asked(terms: Terms, model: str | None, output: int | None, ratio: Decimal | None, size: str | None) -> Asked:
    from functools import partial

    from tokcost.batch.run import Asked
    from tokcost.requests.images import image_size

    given = None
    if size is not None:
        wide, _, high = size.lower().partition("x")
        if not (wide.isdecimal() and high.isdecimal() and int(wide) and int(high)):
            raise TokcostError(f"--image-size '{size}' is no size: write it as 1024x768")
        given = (int(wide), int(high))
    look = partial(image_size, folder=Path.cwd())
    return Asked(terms, model, output, ratio, lambda source: look(source) or given)


def _split_limits(cost: Decimal | None, lines: int | None, megabytes: Decimal | None) -> SplitLimits | None:
    if cost is None and lines is None and megabytes is None:
        return None
    from tokcost.batch.split import SplitLimits

    return SplitLimits(cost, lines, int(megabytes * 10**6) if megabytes is not None else None)
