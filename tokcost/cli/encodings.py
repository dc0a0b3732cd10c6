"""``tokcost encodings``: the vocabularies that are shipped, and whether the engines agree on them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from tokcost.cli.options import Format, Output, complete_encoding
from tokcost.errors import ANSWERED, NO_ANSWER, RULE_BROKEN, TokcostError

app = typer.Typer(help="The shipped encodings: tokens, size, the hash of their source, origin and licence.")


@app.callback(invoke_without_command=True)
def encodings(context: typer.Context, form: Format = "table", file: Output = None) -> None:
    """List the shipped encodings: tokens, size, the hash of their source, origin and licence."""
    if context.invoked_subcommand is not None:
        return
    from tokcost.amounts import tokens
    from tokcost.cli.output_old import check_format, draws, put
    from tokcost.encodings.names import ENCODINGS
    from tokcost.encodings.pack import packs_folder
    from tokcost.render_old.formats import rendered
    from tokcost.render_old.grid import Column, Grid

    check_format(form)
    sizes = {name: (packs_folder() / spec.file).stat().st_size for name, spec in ENCODINGS.items()}
    records = [
        {
            "encoding": spec.name,
            "tokens": spec.size,
            "file": spec.file,
            "bytes": sizes[spec.name],
            "source_sha256": spec.source_sha256,
            "used_by": spec.used_by,
            "origin": spec.origin,
            "licence": spec.licence,
        }
        for spec in ENCODINGS.values()
    ]
    grid = Grid(
        [
            Column("encoding", "encoding"),
            Column("tokens", "tokens", numeric=True),
            Column("bytes", "bytes", numeric=True),
            Column("source sha256", "source_sha256"),
            Column("used by", "used_by", shrinks=True),
            Column("origin", "origin", shrinks=True),
            Column("licence", "licence"),
        ],
        [
            [spec.name, tokens(spec.size), tokens(sizes[spec.name]), spec.source_sha256[:12],
             spec.used_by, spec.origin, spec.licence]
            for spec in ENCODINGS.values()
        ],
    )  # fmt: skip
    document = {"schema_version": 1, "command": "encodings", "rows": records}
    put(rendered(form, grid, records, document, draws(file, sys.stdout.isatty())), file)


@app.command("verify")
def verify(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="The text to count in every way.")],
    encoding: Annotated[
        list[str] | None,
        typer.Option("--encoding", help="Only this one; repeatable. [default: all]", autocompletion=complete_encoding),
    ] = None,
    charset: Annotated[str, typer.Option("--charset", help="The charset of the file.")] = "utf-8",
    form: Format = "table",
    file: Output = None,
) -> None:
    """Count a file in every way there is and see that they agree: exit 1 when they do not.

    tiktoken in parts (as ``count`` does), tiktoken in one call where memory allows, and gigatoken; Claude's
    encodings, which tokcost itself counts, in parts and in one call.

    Example:

        tokcost encodings verify corpus.txt --encoding o200k_base
    """
    from tokcost.amounts import tokens
    from tokcost.cli.output_old import check_format, draws, put
    from tokcost.documents.verify import verify as check
    from tokcost.encodings.counter import counter
    from tokcost.encodings.names import ENCODINGS
    from tokcost.render_old.formats import rendered
    from tokcost.render_old.grid import Column, Grid
    from tokcost.sources import Reading, Source

    check_format(form)
    for name in encoding or ():
        counter(name)  # raises with the nearest names
    try:
        size = path.stat().st_size
    except OSError as error:
        raise TokcostError(f"{path}: cannot be read: {error.strerror}") from error
    source = Source(str(path), path=path)
    checks = [check(source, name, Reading(charset, force=True), size) for name in encoding or ENCODINGS]
    verdicts = {True: "agree", False: "DIFFER", None: "not compared"}
    records = [{**each._asdict(), "agrees": each.agrees} for each in checks]
    grid = Grid(
        [
            Column("encoding", "encoding"),
            *(Column(name, name, numeric=True) for name in ("tiktoken", "own", "in one call", "gigatoken")),
            Column("verdict", "agrees"),
            Column("left out", "left_out", shrinks=True),
        ],
        [
            [each.encoding, tokens(each.tiktoken), tokens(each.own), tokens(each.one_call), tokens(each.gigatoken),
             verdicts[each.agrees], each.left_out]
            for each in checks
        ],
    )  # fmt: skip
    document = {"schema_version": 1, "command": "encodings verify", "file": str(path), "rows": records}
    put(rendered(form, grid, records, document, draws(file, sys.stdout.isatty())), file)
    differing = [each for each in checks if each.agrees is False]
    if any(each.tiktoken is not None for each in differing):
        print(f"tokcost: {path}: the engines differ: count with --engine tiktoken", file=sys.stderr)
    for each in differing:
        if each.own is not None:
            print(f"tokcost: {path}: {each.encoding} differs in parts: this is a bug of tokcost", file=sys.stderr)
    if differing:
        raise typer.Exit(RULE_BROKEN)
    raise typer.Exit(NO_ANSWER if any(each.agrees is None for each in checks) else ANSWERED)
