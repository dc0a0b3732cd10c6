"""Tokens of every vocabulary for one of o200k_base, by kind of text: the ratios in ``tokcost/whatif/swaps.py``.

Texts that anybody has: the docstrings of the standard library for English, its source for Python, records of
an invented harbour for JSON; and sentences written here for Korean. The version of Python moves a ratio by 0.01
at most.

    python tests/bench/ratios.py
"""

from __future__ import annotations

import ast
import json
import sysconfig
from pathlib import Path

from tokcost.encodings.counter import counter
from tokcost.encodings.names import ENCODINGS

MODULES = (
    "argparse", "ast", "calendar", "csv", "datetime", "decimal", "difflib", "fractions", "heapq", "inspect",
    "ipaddress", "logging/__init__", "mailbox", "optparse", "pathlib", "pickle", "random", "smtplib", "statistics",
    "tarfile", "textwrap", "threading", "turtle", "typing", "zipfile",
)  # fmt: skip
KOREAN = """\
항구 관리인은 정오 전에 떠난 모든 배를 적어 두고 점심을 먹으러 집으로 갔다. 오후에는 비가 내렸고, 바다는 잔잔했다.
창고 앞에 쌓인 상자에는 사과와 배가 가득했지만 아무도 그것을 찾으러 오지 않았다. 그는 장부를 펴고 숫자를 다시 세었다.
지난달보다 들어온 배가 열두 척 늘었고, 나간 배는 그대로였다. "내일은 더 바쁘겠군." 그가 혼잣말처럼 중얼거렸다.
고객님의 주문이 접수되었습니다. 배송은 영업일 기준 이틀에서 사흘 정도 걸리며, 출고되면 문자로 알려 드리겠습니다.
환불을 원하시면 주문 번호와 사유를 적어 고객 센터로 보내 주세요. 담당자가 확인한 뒤 하루 안에 답변을 드립니다.
이 함수는 입력된 문자열의 길이를 계산하여 반환한다. 값이 없으면 오류를 내지 않고 0을 돌려주며, 호출한 쪽에서 처리한다.
"""


def texts() -> dict[str, str]:
    """The texts by kind."""
    sources = [_module(name) for name in MODULES]
    return {
        "english": "\n\n".join(doc for source in sources for doc in _docstrings(source)),
        "code": "".join(sources),
        "json": json.dumps([_record(number) for number in range(80)], indent=1),
        "korean": KOREAN,
    }


def _module(name: str) -> str:
    """The source of a module of the standard library."""
    folder = Path(sysconfig.get_paths()["stdlib"])
    path = folder / f"{name}.py"
    if not path.exists():  # a later Python has made a package of it
        path = folder / name / "__init__.py"
    return path.read_text(encoding="utf-8")


def _docstrings(source: str) -> list[str]:
    kinds = (ast.Module, ast.ClassDef, ast.FunctionDef)
    found = (ast.get_docstring(node) for node in ast.walk(ast.parse(source)) if isinstance(node, kinds))
    return [doc for doc in found if doc and len(doc) > 80]


def _record(number: int) -> dict[str, object]:
    return {
        "id": f"ship-{number:04}",
        "name": ("Anna", "Boreas", "Cormorant", "Dolphin of the North")[number % 4],
        "left_at": f"2026-11-{number % 28 + 1:02}T{number % 24:02}:40:00Z",
        "crew": number * 7 % 31,
        "docked": number % 3 == 0,
        "cargo": [{"kind": ("apples", "pears", "timber")[number % 3], "tonnes": number * 13 % 97 / 10}],
        "captain": None if number % 5 else {"first_name": "Ada", "last_name": "Lind"},
    }


def main() -> None:
    """The texts, and a line a vocabulary as it stands in the table."""
    found = texts()
    for name, text in found.items():
        print(f"{name}: {len(text.encode()):,} bytes, {counter('o200k_base').count(text):,} tokens of o200k_base")
    for encoding in ENCODINGS:
        one, base = counter(encoding), counter("o200k_base")
        ratios = {name: f"{one.count(text) / base.count(text):.2f}" for name, text in found.items()}
        print(f'    "{encoding}": {json.dumps(ratios)},')


if __name__ == "__main__":
    main()
