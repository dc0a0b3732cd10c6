"""Scores counted requests against what their providers billed.

    python tests/bench/score.py FILE [--images] [--texts] [--misses] [--json] [--by-source] [--first] [--vertex]

FILE holds one recorded request a line: ``model``, ``request``, the billed ``prompt_tokens`` or
``input_tokens``, ``api`` or ``endpoint``, ``features``, the day it was ``recorded`` where that is known, and
for pictures whose data was taken out ``images`` with their ``width`` and ``height`` (or both in their source).
The provider is told from the file's name or --provider; which of Google's two APIs a row went to from its ``host``
or ``api``, else from the name of its recording, else by --vertex or --no-vertex. With --first a stream's first usage,
before the provider's own tools found anything, counts where the recording has it. With --texts a line (plain or
gzip) is a ``text`` with the ``counts`` of messages that hold nothing else, by family of models.
"""

from __future__ import annotations

import argparse
import gzip
import importlib
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.bench.figures import Figures, Row, Scored, by_source, figures, groups_of
from tokcost.catalog import PriceBook
from tokcost.counting.count import Count
from tokcost.errors import TokcostError
from tokcost.requests.files import FileReader
from tokcost.requests.images import Size
from tokcost.rules import ModelRules

Counter = Callable[[Row], Count]


@dataclass(frozen=True, slots=True)
class Provider:
    """Where a provider's parser and counter are, and how its rows are to be read."""

    requests: str
    billed: str
    encoding_of: Callable[[str], str]
    api_of: Callable[[Row], str | None]

    def counter(self) -> Counter:
        """Counts one row."""
        if self.billed == "input_tokens":
            return claude_counter()
        parse = importlib.import_module(self.requests).parse
        from tokcost.counting.gemini import count_request as count_gemini
        from tokcost.counting.openai import count_request as count_openai

        def count(row: Row) -> Count:
            sizes = sizes_of(row)
            body = {"model": row["model"], **row["request"]}
            told = {"api": api} if (api := self.api_of(row)) else {}
            if self is PROVIDERS["gemini"]:
                told = {"vertex": row["vertex"]}
            request = Stated(sizes).read(parse(body, **told))
            encoding, rules = self.encoding_of(row["model"]), rules_of(row["model"])
            if encoding == "gemma3":
                return count_gemini(request, rules, encoding)
            return count_openai(request, row["model"], encoding, rules, "openai")

        return count


# Recorded models that the price book does not list, and the one that is framed alike.
ALIKE = {
    "gpt-3.5-turbo-0613": "gpt-3.5-turbo",
    "gpt-5-chat-latest": "gpt-4o",
    "gemini-3": "gemini-3-pro-preview",
}


@cache
def book() -> PriceBook:
    """The built-in price book."""
    return PriceBook.load()


def rules_of(model: str) -> ModelRules:
    """The rules by which a recorded model is counted."""
    if model == "gpt-3.5-turbo-0301":  # of March 2023, which differs
        return book().find("gpt-3.5-turbo").rules._replace(frame=book().rules.frame("gpt-4-2023"))
    return book().find(ALIKE.get(model, model)).rules


def claude_counter() -> Counter:
    """Counts a row as the command does: by the model that the price book finds, on the day of the recording."""
    from tokcost.counting.memo import TokenCounts
    from tokcost.counting.request import count_request
    from tokcost.requests.anthropic import parse

    memories: dict[str, TokenCounts] = {}

    def count(row: Row) -> Count:
        body = as_sent({"model": row["model"], **row["request"]})
        sizes = iter(sizes_in(body["messages"]))
        request = Stated(sizes).read(parse(body))
        model = book().find(row["model"])
        memory = memories.setdefault(model.encoding or "", TokenCounts(model.encoding or ""))
        day = date.fromisoformat(row["recorded"]) if row.get("recorded") else None
        return count_request(request, model.provider, model, memory, day)

    return count


def as_sent(value: Any) -> Any:
    """A recorded value without what the recording notes of data that it cut: only its length is left."""
    if isinstance(value, list):
        return [as_sent(each) for each in value]
    if not isinstance(value, dict):
        return value
    sent = {key: as_sent(each) for key, each in value.items() if not key.endswith("_chars")}
    for key in sent:
        if f"{key}_chars" in value:
            sent[key] = "x" * value[f"{key}_chars"]
    return sent


class Stated(FileReader):
    """Knows the size of every picture, one after the other, from the recording: the data was taken out."""

    def __new__(cls, sizes: Iterator[Size | None]) -> Stated:
        made = super().__new__(cls)
        made.sizes = sizes
        return made

    sizes: Iterator[Size | None]

    def picture(self, source: str) -> Size | None:
        """The next of the sizes."""
        return next(self.sizes, None)


def sizes_in(value: Any) -> Iterator[Size | None]:
    """The sizes that stand in the sources of a body's pictures, in order."""
    if isinstance(value, dict):
        if value.get("type") == "image":
            source = value.get("source", {})
            yield (source["width"], source["height"]) if source.get("width") else None
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from sizes_in(each)


def sizes_of(row: Row) -> Iterator[Size | None]:
    """The sizes of a row's pictures in the order of the body."""
    for image in row.get("images") or ():
        width, height = image.get("width"), image.get("height")
        yield (width, height) if width and height else None


def openai_encoding(model: str) -> str:
    """The encoding of a recorded OpenAI model."""
    old = model.startswith(("gpt-3.5", "gpt-35", "gpt-4-")) or model == "gpt-4"
    return "cl100k_base" if old else "o200k_base"


def to_vertex(row: Row, otherwise: bool | None) -> bool | None:
    """Whether a row went to Vertex rather than to the Gemini API; ``otherwise`` where nothing tells."""
    told = f"{row.get('host', '')} {row.get('api', '')}".strip().casefold()
    if told:
        return "aiplatform" in told or "vertex" in told
    return True if "vertex" in str(row.get("source", "")).casefold() else otherwise


PROVIDERS = {
    "openai": Provider(
        "tokcost.requests.openai",
        "prompt_tokens",
        openai_encoding,
        lambda row: f"openai-{row['api']}",
    ),
    "anthropic": Provider(
        "tokcost.requests.anthropic",
        "input_tokens",
        lambda model: "o200k_base",
        lambda row: None,
    ),
    "gemini": Provider(
        "tokcost.requests.gemini",
        "prompt_tokens",
        lambda model: "gemma3",
        lambda row: None,
    ),
}


def score_file(path: Path, provider: Provider, first: bool, vertex: bool | None = None) -> list[Scored]:
    """Every row of a file, counted; ``first``: against a stream's first usage where the row has it.

    ``vertex``: which of Google's two APIs a row went to that does not tell it, None: the body is to show it.
    """
    count = provider.counter()
    scored = []
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if provider is PROVIDERS["gemini"]:
            row["vertex"] = to_vertex(row, vertex)
        try:
            counted = count(row)
        except TokcostError as problem:
            print(f"{row.get('id')}: {problem}", file=sys.stderr)
            counted = None
        billed = row.get("input_tokens_first") if first else None
        scored.append(Scored(row, billed or row[provider.billed], counted))
    return scored


# The model that each family's texts were counted for, and the tokens of a message without a text.
TEXT_FAMILIES = {
    "v3": ("claude-opus-4-5", 7),
    "v4.7": ("claude-opus-4-7", 11),
    "v5": ("claude-opus-5", 6),
}


def score_texts(path: Path) -> list[Scored]:
    """Rows that give the counts of one text by family, frame included."""
    from tokcost import count_tokens

    data = path.read_bytes()
    lines = (gzip.decompress(data) if path.suffix == ".gz" else data).decode().splitlines()
    scored = []
    for row in map(json.loads, lines):
        for family, billed in row["counts"].items():
            model, frame = TEXT_FAMILIES[family]
            counted = count_tokens(row["text"], model=model)
            scored.append(
                Scored({"id": row["id"], "model": model, "features": ["text"], "api": family}, billed - frame, counted)
            )
    return scored


def score_images(path: Path, model_prefixes: tuple[str, ...]) -> list[Scored]:
    """Rows that give the tokens of one picture by itself: model, width, height, detail, tokens."""
    from tokcost.counting.openai_images import add_image
    from tokcost.counting.tally import Tally
    from tokcost.requests.model import Image

    scored = []
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if not row["model"].startswith(model_prefixes):
            continue
        tally = Tally()
        image = Image(row["width"], row["height"], row.get("detail") or "auto")
        add_image(tally, row["model"], rules_of(row["model"]), image, "image")
        scored.append(Scored({**row, "features": [row["kind"]], "id": row["model"]}, row["tokens"], tally.count()))
    return scored


_COLUMNS = (
    "rows",
    "exact",
    "within_1",
    "within_3",
    "median_error",
    "p90_error",
    "p95_error",
    "inside",
    "estimates",
    "width",
)
_STANDING = ("said_exact", "exact_right", "said_assumed", "assumed_right")


def print_table(groups: dict[str, Figures]) -> None:
    """One line for each group that has rows."""
    print(f"{'':44}" + "".join(f"{name:>13}" for name in _COLUMNS + _STANDING))
    for name, found in groups.items():
        if found["rows"]:
            print(f"{name[:43]:44}" + "".join(f"{_shown(found[column]):>13}" for column in _COLUMNS + _STANDING))


def _shown(value: float | None) -> str:
    if value is None:
        return "-"
    return str(value) if isinstance(value, int) else f"{100 * value:.1f} %"


def main() -> int:
    """Scores one file; 0 unless a row could not be counted."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("--provider", choices=PROVIDERS, help="default: the one in the file's name")
    parser.add_argument("--images", action="store_true", help="the file gives tokens of single pictures")
    parser.add_argument("--texts", action="store_true", help="the file gives counts of texts by family of Claude")
    parser.add_argument("--first", action="store_true", help="hold to a stream's first usage where there is one")
    parser.add_argument(
        "--vertex", action=argparse.BooleanOptionalAction, help="which API rows went to that do not tell"
    )
    parser.add_argument("--by-source", action="store_true", help="group by the repository of the recording")
    parser.add_argument("--misses", action="store_true", help="list the rows that differ")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    start = given.file.name.replace("claude", "anthropic", 1)
    name = given.provider or next((name for name in PROVIDERS if start.startswith(name)), "openai")
    if given.texts:
        rows = score_texts(given.file)
    elif given.images:
        rows = score_images(given.file, ("gpt-", "o1", "o3", "o4", "computer"))
    else:
        rows = score_file(given.file, PROVIDERS[name], given.first, given.vertex)
    grouping = by_source if given.by_source else groups_of
    groups = {name: figures(found) for name, found in grouping(rows)}
    misses = [
        {
            "id": one.row.get("id"),
            "features": one.features,
            "model": one.row["model"],
            "counted": one.count.tokens if one.count else None,
            "billed": one.billed,
            "difference": one.difference,
            "standing": one.count.standing if one.count else None,
            "inside": one.inside,
        }
        for one in rows
        if one.difference
    ]
    if given.json:
        print(json.dumps({"groups": groups, "misses": misses}, indent=1))
        return 0
    print_table(groups)
    for miss in misses if given.misses else ():
        print(*(json.dumps(value) if isinstance(value, list) else value for value in miss.values()), sep="\t")
    return 0 if all(one.count for one in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
