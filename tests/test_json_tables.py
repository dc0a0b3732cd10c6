"""CSV exports of logs of JSON: fields are columns, and objects are text in their cells."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from tests.agent_logs import meter, put, sums
from tests.conftest import Run

BODY = {"model": "gpt-5", "usage": {"prompt_tokens": 1000, "completion_tokens": 100,
                                    "prompt_tokens_details": {"cached_tokens": 800}}}  # fmt: skip
WHEN = "2026-02-24T21:19:33Z"
QUOTA = {
    "id": 1, "type": 2, "created_at": 1771967973, "model_name": "gpt-5", "token_id": 7, "quota": 500,
    "prompt_tokens": 1000, "completion_tokens": 100, "other": {"cache_tokens": 800},
}  # fmt: skip
TOPPED_UP = {"id": 2, "type": 1, "created_at": 1771967973, "quota": 500_000, "prompt_tokens": 0, "completion_tokens": 0}
RUN = {
    "id": "r1", "trace_id": "t", "parent_run_id": "r0", "run_type": "llm", "start_time": "2026-02-24T21:19:33",
    "prompt_tokens": 1000, "completion_tokens": 100, "prompt_token_details": {"cache_read": 800},
    "extra": {"metadata": {"ls_model_name": "gpt-5"}},
}  # fmt: skip
CHAIN = {**RUN, "id": "r0", "parent_run_id": None, "run_type": "chain", "extra": {}}
SPAN = {
    "id": "b", "span_id": "s", "created": WHEN, "span_attributes": {"type": "llm"}, "metadata": {"model": "gpt-5"},
    "metrics": {"prompt_tokens": 1000, "completion_tokens": 100, "prompt_cached_tokens": 800},
}  # fmt: skip
ANSWER = {
    "id": "x", "model": "gpt-5", "datetime_utc": "2026-02-24T21:19:33", "input_tokens": 1000, "output_tokens": 100,
    "token_details": {"prompt_tokens_details": {"cached_tokens": 800}},
}  # fmt: skip
CALL = {"id": "w", "trace_id": "t", "op_name": "x", "started_at": WHEN, "inputs": {"model": "gpt-5"}, "output": BODY}


def exported(*rows: dict[str, Any]) -> str:
    """The rows as CSV: objects as JSON, what is null or not there as an empty cell."""
    made = io.StringIO()
    writer = csv.DictWriter(made, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({name: json.dumps(held) if isinstance(held, dict) else held for name, held in row.items()})
    return made.getvalue()


@pytest.mark.parametrize(
    "rows", [(QUOTA, TOPPED_UP), (TOPPED_UP | QUOTA, TOPPED_UP), (RUN, CHAIN), (SPAN,), (ANSWER,), (CALL,)]
)
def test_a_row_is_the_value_that_it_was(run: Run, tmp_path: Path, rows: tuple[dict[str, Any], ...]) -> None:
    """Parts in an object are read, rows without usage are none, sums over other rows are left out."""
    # 200 x 1.25 + 800 x 0.125 + 100 x 10 = 1,350 per million
    found = meter(run, put(tmp_path / "logs", {"x.csv": exported(*rows)}))
    assert sums(found) == (1, 1000, 800, 0, 100, "0.00135")


def test_a_cell_with_a_count_that_is_not_known_is_told(run: Run, tmp_path: Path) -> None:
    """An object in a cell is held against its format as any other."""
    log = exported({**QUOTA, "other": {"cache_tokens": 800, "novel_tokens": 5}})
    found = meter(run, put(tmp_path / "logs", {"x.csv": log}), code=2)
    assert "x.csv:2: 'other.novel_tokens' (5): not known here" in found["said"]


def test_counts_in_cells_that_were_not_read_are_told(run: Run, tmp_path: Path) -> None:
    """An object that was cut off in a row, and objects in a table that is not known."""
    cut = {**SPAN, "metrics": json.dumps(SPAN["metrics"])[:-1]}
    unknown = exported({"at": WHEN, "payload": BODY})
    no_logs = {
        "z.csv": exported({"at": WHEN, "asked": {"max_tokens": 5}}),
        "z.txt": f"It said {json.dumps(BODY)},\nso.",
    }
    logs = {"x.csv": exported(SPAN, cut), "y.csv": unknown}
    found = meter(run, put(tmp_path / "logs", logs | no_logs), code=2)
    assert sums(found) == (1, 1000, 800, 0, 100, "0.00135")
    assert "x.csv:3: 'metrics' is not valid JSON: its counts were not read" in found["said"]
    assert "y.csv: a CSV with unknown columns" in found["said"]
    assert not any(line.startswith("tokcost: ") and "/z." in line for line in found["said"].splitlines())
