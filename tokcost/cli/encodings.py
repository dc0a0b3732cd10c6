"""``tokcost encodings``: the vocabularies that are shipped."""

from __future__ import annotations

import sys

from tokcost.cli.options import Format, Output


def encodings(form: Format = "table", file: Output = None) -> None:
    """List the shipped encodings: tokens, size, the hash of their source, origin and licence."""
    from tokcost.cli.output import check_format, draws, put
    from tokcost.encodings.pack import pack_path
    from tokcost.encodings.specs import SPECS
    from tokcost.render.formats import rendered
    from tokcost.render.grid import Column, Grid
    from tokcost.render.money import tokens

    check_format(form)
    records = [
        {
            "encoding": spec.name,
            "tokens": spec.size,
            "file": f"{spec.pack}.vocab",
            "bytes": pack_path(spec.pack).stat().st_size,
            "source_sha256": spec.source_sha256,
            "used_by": spec.used_by,
            "origin": spec.origin,
            "licence": spec.licence,
        }
        for spec in SPECS.values()
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
            [spec.name, tokens(spec.size), tokens(pack_path(spec.pack).stat().st_size), spec.source_sha256[:12],
             spec.used_by, spec.origin, spec.licence]
            for spec in SPECS.values()
        ],
    )  # fmt: skip
    document = {"schema_version": 1, "command": "encodings", "rows": records}
    put(rendered(form, grid, records, document, draws(file, sys.stdout.isatty())), file)
