"""``tokcost count``: texts in, tokens and cost out."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from tokcost.cli.options import (
    AsOf,
    Charset,
    Engine,
    ForceText,
    Format,
    Ignore,
    Jobs,
    Mode,
    Models,
    Output,
    Prices,
    complete_encoding,
)
from tokcost.errors import ANSWERED, NO_ANSWER, RULE_BROKEN, TokcostError
from tokcost.rates import STANDARD

if TYPE_CHECKING:
    from tokcost.report import Report


def count(
    paths: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[PATH]...", help="Files, directories, quoted globs, URLs; - is stdin.", show_default=False
        ),
    ] = None,
    text: Annotated[list[str] | None, typer.Option("--text", "-t", help="Count this text; repeatable.")] = None,
    model: Models = None,
    encoding: Annotated[
        list[str] | None,
        typer.Option(
            "--encoding", help="Count tokens with this encoding: no model, no price.", autocompletion=complete_encoding
        ),
    ] = None,
    output: Annotated[int, typer.Option("--output", min=0, help="Output tokens to price with each input.")] = 0,
    cached: Annotated[int, typer.Option("--cached", min=0, help="Input tokens read from the provider's cache.")] = 0,
    mode: Mode = STANDARD,
    as_of: AsOf = None,
    prices: Prices = None,
    max_cost: Annotated[str | None, typer.Option("--max-cost", help="Exit 1 when a model's total costs more.")] = None,
    max_tokens: Annotated[
        int | None, typer.Option("--max-tokens", min=0, help="Exit 1 when a model's total input has more tokens.")
    ] = None,
    fit: Annotated[bool, typer.Option("--fit", help="Exit 1 when input and output exceed the context window.")] = False,
    pass_through: Annotated[
        bool, typer.Option("--pass", help="Copy stdin to stdout when within the limits; the report goes to stderr.")
    ] = False,
    exit_zero: Annotated[bool, typer.Option("--exit-zero", help="Report a broken limit, but exit 0.")] = False,
    form: Format = "table",
    file: Output = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print the number of tokens and nothing else.")] = False,
    charset: Charset = "utf-8",
    force_text: ForceText = False,
    ignore: Ignore = True,
    engine: Engine = "auto",
    jobs: Jobs = 0,
) -> None:
    """Count the tokens of texts and what they cost.

    Reads stdin when no text is named. Every row says how sure it is: exact (as billed), assumed
    (exact if the named assumption holds), estimate (with low and high), unpriced.

    Examples:

        tokcost count prompts/ README.md -m gpt-5.4 -m claude-sonnet-5-5

        cat prompt.txt | tokcost count -m gpt-4o --output 500 --max-cost 0.05 --pass | next-command

        tokcost count -q notes.md
    """
    from tokcost.cli.counting import Wanted, check_windows, gather, read_inputs
    from tokcost.cli.options import amount, model_names, price_book, terms
    from tokcost.cli.output import check_format, draws, put, say
    from tokcost.encodings.engines import check_engine
    from tokcost.inputs.text import Reading
    from tokcost.render.counts import render_counts

    check_format(form)
    if encoding and (model or output or cached or max_cost is not None or mode != STANDARD):
        raise TokcostError(
            "--encoding counts tokens only: leave out --model and what goes with prices, or leave it out"
        )
    wanted = Wanted(
        encodings=tuple(encoding or ()),
        models=() if encoding else tuple(model_names(model)),
        terms=terms(as_of, mode),
        output_tokens=output,
        cached_tokens=cached,
        engine=check_engine(engine),
        jobs=jobs,
    )
    limits = (amount("--max-cost", max_cost), max_tokens)
    book = None if encoding else price_book(prices)
    with read_inputs(paths or [], text or [], ignore, keep=pass_through) as inputs:
        gathered = gather(inputs, wanted, book, Reading(charset, force_text))
        report = gathered.report
        if book is not None and form == "json":  # hashing the book costs a start-up what nobody else reads
            report.pricing = {**book.stamp(), "day": wanted.terms.day.isoformat(), "mode": mode}
        if (fit or limits != (None, None)) and any(row.name == "stdin" and not row.input.high for row in report.rows):
            raise TokcostError("stdin was empty: there was nothing to check (did the command before fail?)")
        check_windows(gathered, fit)
        if limits != (None, None):
            from tokcost.cli.gate import check

            check(gathered, *limits)
        say(f"tokcost: {each.message}{': ' + each.remedy if each.remedy else ''}" for each in report.findings)
        if not quiet:
            say(f"note: {line}" for line in report.warnings)
        stream = sys.stderr if pass_through else sys.stdout
        shown = _short(report) if quiet else render_counts(report, form, draws(file, stream.isatty()))
        put(shown, file, stream)
        if pass_through and report.complete and not report.findings:
            inputs.copy_stdin(sys.stdout.buffer)
    if not report.complete:
        raise typer.Exit(NO_ANSWER)
    raise typer.Exit(RULE_BROKEN if report.findings and not exit_zero else ANSWERED)


def _short(report: Report) -> str:
    """The tokens of each model or encoding, one number a line."""
    totals: dict[tuple[str | None, ...], int] = {}
    for row in report.rows:
        key = (row.provider, row.model, row.encoding)
        totals[key] = totals.get(key, 0) + row.input.tokens
    return "".join(f"{number}\n" for number in totals.values())
