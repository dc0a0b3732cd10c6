"""``tokcost schema``: the shape of every report as JSON."""

from __future__ import annotations

from tokcost.cli.options import Output


def schema(file: Output = None) -> None:
    """Print the JSON Schema (draft 2020-12) of what every command prints with --format json."""
    from importlib.resources import files

    from tokcost.cli.output import put

    put(files("tokcost.report").joinpath("schema.json").read_text(encoding="utf-8"), file)
