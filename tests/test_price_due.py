"""``prices lint --today``: what was missed breaks, what is coming is a warning, and nothing else changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Run, document

HEAD = "[tokcost]\nschema = 1\n"  # lines 1 and 2
ROW = '[[acme."m".rates]]\nfrom = 2026-01-01\ninput = "1"\n'  # 3 to 5
NEXT = '[[acme."m".rates]]\nfrom = {}\ninput = "2"\n'
FEE = '[[fees.acme.search]]\nfrom = {}\namount = "1"\nchecked = {}\n'
MODEL = '[acme."m"]\n'
DAY = "2026-11-24"


def problems(run: Run, text: str, day: str = DAY) -> list[tuple[int, str, str]]:
    """The line, the severity and the sentence of what lint finds on a day; its exit code fits."""
    Path("own.toml").write_text(HEAD + text)
    result = run("prices", "lint", "own.toml", "--today", day, "-f", "json")
    found = [(row["line"], row["severity"], row["message"]) for row in document(result)["rows"]]
    assert (result.code, result.err) == (1 if any(each[1] == "error" for each in found) else 0, "")
    return found


@pytest.mark.parametrize(
    ("text", "line", "severity", "says"),
    [
        (ROW + "guaranteed_until = 2026-11-23\n", 6, "error", "were guaranteed until 2026-11-23, and no row says what"),
        (ROW + "guaranteed_until = 2026-11-24\n", 6, "warning", "are guaranteed until 2026-11-24, and no longer"),
        (ROW + "guaranteed_until = 2026-12-08\n", 6, "warning", "are guaranteed until 2026-12-08"),
        (ROW + "to = 2026-11-24\n", 6, "error", "the rates ended on 2026-11-24, and no row follows"),
        (ROW + "to = 2026-12-08\n", 6, "warning", "the rates end on 2026-12-08, and no row follows"),
        (ROW + "checked = 2026-08-25\n", 6, "error", "compared with its source 91 days ago, on 2026-08-25"),
        (ROW + NEXT.format("2026-12-08"), 7, "warning", "the rates change on 2026-12-08, as was announced"),
        (
            ROW + NEXT.format("2026-11-24") + "checked = 2026-11-23\n",
            7,
            "warning",
            "the change of 2026-11-24 has come, and was not compared with its source since",
        ),
        (MODEL + "retires = 2027-01-23\n", 4, "warning", "it is retired in 60 days, on 2027-01-23"),
        (MODEL + "retires = 2026-11-25\n", 4, "warning", "it is retired in 1 day, on 2026-11-25"),
        (
            MODEL + "retires = 2026-11-24\n" + ROW + "checked = 2026-11-23\n",
            4,
            "warning",
            "it is retired since 2026-11-24, and no row was compared with its source since",
        ),
        (
            MODEL + 'retires = 2026-12-01\nrouted_to = "n"\n[acme."n"]\n',
            4,
            "warning",
            "acme/m: requests go to n in 7 days, on 2026-12-01",
        ),
        (
            FEE.format("2026-01-01", "2026-08-25"),
            6,
            "error",
            "fees.acme.search: compared with its source 91 days ago",
        ),
    ],
)
def test_one_thing_is_due(run: Run, text: str, line: int, severity: str, says: str) -> None:
    """Each is told at its line; what was missed is an error, what is coming or may be checked a warning."""
    ((at, how, message),) = problems(run, text)
    assert (at, how) == (line, severity)
    assert says in message


@pytest.mark.parametrize(
    "text",
    [
        ROW + "guaranteed_until = 2026-12-09\n",
        ROW + "guaranteed_until = 2026-06-30\n" + NEXT.format("2026-07-01"),
        ROW + "to = 2026-07-01\n" + NEXT.format("2026-07-01"),
        ROW + "to = 2026-12-09\n",
        ROW + "checked = 2026-08-26\n",
        ROW + "checked = 2026-01-01\n" + NEXT.format("2026-07-01") + "checked = 2026-11-24\n",
        ROW + NEXT.format("2026-12-09"),
        MODEL + "retires = 2027-01-24\n",
        MODEL + "retires = 2026-06-01\n" + ROW + "checked = 2026-06-01\n",
        MODEL + "retires = 2026-06-01\n" + ROW + "guaranteed_until = 2026-02-01\nchecked = 2026-06-02\n",
        FEE.format("2026-01-01", "2026-01-01") + FEE.format("2026-06-01", "2026-11-01"),
        "",
    ],
)
def test_nothing_is_due(run: Run, text: str) -> None:
    """A day earlier or later, a row that follows, history, what is retired."""
    assert problems(run, text) == []


def test_without_a_day_nothing_is_due(run: Run) -> None:
    """Lint as it was: a file with old rows is without fault."""
    Path("own.toml").write_text(HEAD + ROW + "checked = 2026-01-02\nguaranteed_until = 2026-02-01\n")
    assert run("prices", "lint", "own.toml") == (0, "own.toml: no problems\n", "")


def test_many_old_rows_are_one_finding(run: Run) -> None:
    """The oldest is named, the others are counted."""
    rows = [
        f'[[acme."m{at}".rates]]\nfrom = 2026-01-01\ninput = "1"\nchecked = 2026-02-{at:02}\n' for at in range(2, 24)
    ]
    assert problems(run, "".join(rows)) == [
        (6, "error", "22 rows were compared with their source more than 90 days ago, the oldest on 2026-02-02")
    ]
    assert len(problems(run, "".join(rows[:20]))) == 20


def test_a_file_with_errors_is_mended_first(run: Run) -> None:
    """What is due is asked of a file that can be read."""
    ((line, severity, message),) = problems(run, ROW.replace('"1"', '"x"') + "guaranteed_until = 2026-02-01\n")
    assert (line, severity) == (5, "error")
    assert message.startswith("'input' is x")


@pytest.mark.parametrize("day", ["2026-13-01", "20261124", "tomorrow", ""])
def test_a_day_that_is_none_is_one_line(run: Run, day: str) -> None:
    """What was given, and how a day is written."""
    result = run("prices", "lint", "--today", day)
    assert (result.code, result.out) == (2, "")
    assert result.err == f"tokcost: error: --today '{day}': invalid date: write it as 2026-11-24\n"


def test_the_built_in_book_on_the_day_it_was_made(run: Run) -> None:
    """Its lines are those of its files, and JSON and CI formats have them."""
    result = run("prices", "lint", "--today", "2026-11-26", "-f", "json")
    assert result.code in (0, 1), result.err
    rows = document(result)["rows"]
    assert {row["severity"] for row in rows} <= {"error", "warning"}
    for row in rows:
        line = Path(row["path"]).read_text().splitlines()[row["line"] - 1]
        assert line.split(" = ")[0] in ("retires", "guaranteed_until", "checked", "to") or line.startswith(
            ("[[", "from")
        )
