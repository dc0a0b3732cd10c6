"""Every format of every report, by name."""

from __future__ import annotations

from collections.abc import Iterator

from tokcost.report import Report
from tokcost.report.table import to_json

FORMATS = ("table", "json", "jsonl", "csv", "markdown", "github", "gitlab", "sarif", "junit")
# Those that list every row; the others can do without, where rows are many.
ROW_FORMATS = ("json", "jsonl", "csv", "junit")


def render(report: Report, form: str, terminal: bool = False) -> Iterator[str]:
    """The report in the format asked for, in pieces of whole lines: of a million rows it is long.

    A terminal changes lines and colour, never a value.
    """
    match form:
        case "json":
            from tokcost.render.escapes import json_lines

            yield from map(json_lines, _json(report))
        case "jsonl":
            import json

            from tokcost.render.escapes import json_lines

            written = json.JSONEncoder(ensure_ascii=False).encode
            for row in (report.listed or report.table).rows:
                yield json_lines(written(to_json(row)) + "\n")
        case "csv":
            from tokcost.render.tabular import csv_lines

            yield from csv_lines(report.listed or report.table)
        case "table":
            from tokcost.render.text import text

            yield from text(report, terminal)
        case _:
            yield _for_forge(report, form)


def _for_forge(report: Report, form: str) -> str:
    """What is shown where code is reviewed."""
    match form:
        case "markdown":
            from tokcost.render.markdown import markdown

            return markdown(report)
        case "github":
            from tokcost.render.github import workflow_commands

            return workflow_commands(report)
        case "gitlab":
            from tokcost.render.escapes import json_lines
            from tokcost.render.gitlab import code_quality

            return json_lines(code_quality(report))
        case "sarif":
            from tokcost.render.escapes import json_lines
            from tokcost.render.sarif import sarif

            return json_lines(sarif(report))
    from tokcost.render.junit import junit

    return junit(report)


def _json(report: Report) -> Iterator[str]:
    """The document, its rows written one by one: the encoder makes a list of all the pieces of what it is given."""
    import json

    def written(value: object) -> str:
        return json.dumps(value, ensure_ascii=False, indent=2)

    if not report.table.rows:
        yield written(report.to_dict()) + "\n"
        return
    before, mark, after = written(report.to_dict(rows=False)).partition('\n  "rows": [')
    yield before + mark
    # without an indent the encoder is ten times as fast
    flat = json.JSONEncoder(ensure_ascii=False, separators=(",\n      ", ": ")).encode
    comma = ""
    for row in map(to_json, report.table.rows):
        if row and not any(isinstance(each, dict | list) for each in row.values()):
            yield f"{comma}\n    {{\n      {flat(row)[1:-1]}\n    }}"
        else:
            yield f"{comma}\n    " + written(row).replace("\n", "\n    ")
        comma = ","
    yield f"\n  {after}\n"
