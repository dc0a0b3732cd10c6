"""Every format of every report, by name."""

from __future__ import annotations

from tokcost.report import Report
from tokcost.report.table import to_json

FORMATS = ("table", "json", "jsonl", "csv", "markdown", "github", "gitlab", "sarif", "junit")
# Those that list every row; the others can do without, where rows are many.
ROW_FORMATS = ("json", "jsonl", "csv", "junit")


def render(report: Report, form: str, terminal: bool = False) -> str:
    """The report in the format asked for. A terminal changes lines and colour, never a value."""
    match form:
        case "json":
            from tokcost.render.escapes import json_lines

            return json_lines(_json(report))
        case "jsonl":
            import json

            from tokcost.render.escapes import json_lines

            listed = report.listed or report.table
            return json_lines("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in listed.to_list()))
        case "csv":
            from tokcost.render.tabular import csv_text

            return csv_text(report.listed or report.table)
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
        case "junit":
            from tokcost.render.junit import junit

            return junit(report)
    from tokcost.render.text import text

    return text(report, terminal)


def _json(report: Report) -> str:
    """The document, its rows written one by one: the encoder makes a list of all the pieces of what it is given."""
    import json

    def written(value: object) -> str:
        return json.dumps(value, ensure_ascii=False, indent=2)

    if not report.table.rows:
        return written(report.to_dict()) + "\n"
    rows = (written(row).replace("\n", "\n    ") for row in map(to_json, report.table.rows))
    before, mark, after = written(report.to_dict(rows=False)).partition('\n  "rows": [')
    return "".join((before, mark, "\n    ", ",\n    ".join(rows), "\n  ", after, "\n"))
