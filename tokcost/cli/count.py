"""``tokcost count``: texts in, tokens and cost out."""

# No annotations from the future: typer would compile each of them anew, a millisecond of the start.

import sys
from decimal import Decimal
from typing import Annotated

import typer

from tokcost.cli import options as shared
from tokcost.cli.parsers import amount_of, bounded
from tokcost.errors import TokcostError
from tokcost.rates import STANDARD


def count(
    paths: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[PATH]...", help="Files, directories, quoted globs, URLs; - is stdin.", show_default=False
        ),
    ] = None,
    text: Annotated[
        list[str] | None, typer.Option("--text", "-t", metavar="TEXT", help="Count this text; repeatable.")
    ] = None,
    model: shared.Models = None,
    encoding: Annotated[
        list[str] | None,
        typer.Option(
            "--encoding",
            metavar="NAME",
            help="Count tokens with this encoding: no model, no price.",
            autocompletion=shared.complete_encoding,
        ),
    ] = None,
    output: Annotated[
        int,
        typer.Option("--output", min=0, metavar="N", callback=bounded, help="Output tokens to price with each input."),
    ] = 0,
    cached: Annotated[
        int,
        typer.Option(
            "--cached", min=0, metavar="N", callback=bounded, help="Input tokens read from the provider's cache."
        ),
    ] = 0,
    seconds: Annotated[
        Decimal | None,
        typer.Option(
            "--seconds",
            metavar="N",
            help="Seconds of audio, for models that are billed by them.",
            parser=amount_of("--seconds", money=False),
        ),
    ] = None,
    pages: Annotated[
        int | None,
        typer.Option("--pages", min=0, metavar="N", callback=bounded, help="Pages, for models that read documents."),
    ] = None,
    queries: Annotated[
        int | None,
        typer.Option(
            "--queries", min=0, metavar="N", callback=bounded, help="Searches, for models that rank what was found."
        ),
    ] = None,
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
    fit: Annotated[
        bool, typer.Option("--fit", help="Exit 1 when a limit of a model is exceeded: input, output, window.")
    ] = False,
    pass_through: Annotated[
        bool, typer.Option("--pass", help="Copy stdin to stdout when within the limits; the report goes to stderr.")
    ] = False,
    exit_zero: shared.ExitZero = False,
    keep_going: shared.KeepGoing = False,
    form: shared.Format = "table",
    file: shared.Output = None,
    reports: shared.Reports = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print the number of tokens and nothing else.")] = False,
    charset: shared.Charset = "utf-8",
    force_text: shared.ForceText = False,
    ignore: shared.Ignore = True,
    engine: shared.Engine = "auto",
    jobs: shared.Jobs = 0,
) -> None:
    """Count the tokens of texts and what they cost.

    Reads stdin when no text is named. Every row says how sure it is: exact (as billed), assumed
    (exact if the named assumption holds), estimate (with low and high), unpriced.

    Examples:

        tokcost count prompts/ README.md -m gpt-5.4 -m claude-sonnet-5-5

        cat prompt.txt | tokcost count -m gpt-4o --output 500 --max-cost 0.05 --pass | next-command

        tokcost count -q notes.md
    """
    from tokcost.cli.fallbacks import BelowTheBook
    from tokcost.cli.inputs import read_inputs
    from tokcost.cli.output import answer, output_options, tokens_by_model, write
    from tokcost.cli.pointed import words_on_requests
    from tokcost.cli.progress import Progress
    from tokcost.cli.values import limits_of, model_names, pricing_of
    from tokcost.documents.many import size_of_all
    from tokcost.documents.texts import CountOptions, count_texts, plan_of
    from tokcost.encodings.engines import check_engine
    from tokcost.inputs.text import Reading, TextSource

    how = output_options(form, file, reports, quiet, keep_going, exit_zero, to_stderr=pass_through)
    stated = {"seconds": seconds, "pages": pages, "queries": queries}
    quantities = {unit: Decimal(number) for unit, number in stated.items() if number is not None}
    in_money = max_cost is not None or mode != STANDARD or currency or fx or vat
    if encoding and (model or output or cached or quantities or in_money):
        raise TokcostError(
            "--encoding counts tokens only: leave out --model and what goes with prices, or leave it out"
        )
    options = CountOptions(
        models=() if encoding else tuple(model_names(model)),
        encodings=tuple(encoding or ()),
        output_tokens=output,
        cached_tokens=cached,
        engine=check_engine(engine),
        jobs=jobs,
        fit=fit,
        limits=limits_of(max_tokens, max_cost),
        quantities=quantities,
    )
    below = BelowTheBook(fallback, allow_fallback, gate=fit or options.limits is not None)
    pricing = None if encoding else pricing_of(prices, as_of, mode, currency, fx, vat, model, below)
    plan = plan_of(options, pricing)
    reading = Reading(charset, force_text)
    with read_inputs(paths or [], text or [], ignore, pass_through, wanted=bool(plan.targets)) as inputs:
        size = size_of_all([item for item in inputs.items if isinstance(item, TextSource)])
        with Progress(size, "") as progress:
            report = count_texts(inputs.items, plan, options, pricing, reading, progress.seen)
        report.warn(words_on_requests(inputs, pricing, model, reading))
        if quiet and max_cost is None:
            report.unpriced = 0  # the number of tokens is all that is asked for
        if not pass_through:
            answer(report, how, tokens_by_model(report))
        write(report, how, tokens_by_model(report))
        code = report.exit_code(keep_going)
        if not code:
            inputs.copy_stdin(sys.stdout.buffer)
    raise typer.Exit(report.exit_code(keep_going, exit_zero))
