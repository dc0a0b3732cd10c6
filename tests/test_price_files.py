"""Price files of one's own, laid over the built-in book: what they change, and what they may not say."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokcost.catalog import PriceBook
from tokcost.errors import AmbiguousModel, PriceFileError
from tokcost.rates import Rates, cost_of
from tokcost.usage import Usage

TODAY = date(2026, 11, 23)
HEAD = "[tokcost]\nschema = 1\n"
Lay = Callable[..., PriceBook]


@pytest.fixture
def lay(tmp_path: Path) -> Lay:
    """Lays price files, given as text without their head of two lines, over the built-in book."""

    def laid(*texts: str, head: str = HEAD) -> PriceBook:
        paths = [tmp_path / f"prices{number}.toml" for number, _ in enumerate(texts)]
        for path, text in zip(paths, texts, strict=True):
            path.write_text(head + text, encoding="utf-8")
        return PriceBook.load(paths)

    return laid


def rates_of(book: PriceBook, name: str, day: date = TODAY, prompt: int = 0) -> Rates:
    price = book.find(name).price_on(day)
    assert price is not None
    tier = price.tier_for(prompt)
    return (tier.modes if tier else price.modes)["standard"]


def three(rates: Rates) -> tuple[str, str, str]:
    return str(rates.input), str(rates.cached), str(rates.output)


def refused(lay: Lay, *texts: str, head: str = HEAD) -> str:
    """The one line that a file is refused with, its folder left out."""
    with pytest.raises(PriceFileError) as caught:
        lay(*texts, head=head)
    return str(caught.value).replace(caught.value.path, Path(caught.value.path).name)


OWN = '[acme."big-1"]\nencoding = "o200k_base"\nstanding = "exact"\n[[acme."big-1".rates]]\nfrom = 2026-01-01\n'


def test_a_model_of_ones_own(lay: Lay) -> None:
    """A file adds a model: 1,000 tokens at 3 a million are 0.003."""
    book = lay(OWN + 'input = "3"\noutput = 15\n')
    assert cost_of(Usage(input_tokens=1000), rates_of(book, "big-1")) == Decimal("0.003")


@pytest.mark.parametrize("number", ["2.50", "0", "0.0000001", "123456789012345678901234567890.5"])
def test_amounts_stay_exact(lay: Lay, number: str) -> None:
    """A TOML number and the same number in quotes are the same Decimal: nothing passes through a float."""
    book = lay(OWN + f'input = {number}\noutput = "{number}"\n')
    rates = rates_of(book, "acme/big-1")
    assert rates.input == rates.output == Decimal(number)


def test_later_files_win_row_by_row(lay: Lay) -> None:
    """The same `from` replaces, another adds, and the rest of the model stays."""
    change = '[[openai."o3".rates]]\nfrom = {}\ninput = "{}"\noutput = "1"\n'
    book = lay(change.format("2025-06-10", 9), change.format("2026-11-01", 7), change.format("2026-11-01", 6))
    assert three(rates_of(book, "o3", date(2025, 6, 9))) == ("10", "2.5", "40")
    assert three(rates_of(book, "o3", date(2026, 10, 31))) == ("9", "None", "1")
    assert three(rates_of(book, "o3", TODAY)) == ("6", "None", "1")
    assert book.find("o3").encoding == "o200k_base"


def test_a_row_with_an_end_only_interrupts(lay: Lay) -> None:
    """A discount for November leaves October and December at the list price."""
    book = lay('[[openai."gpt-4.1".rates]]\nfrom = 2026-11-01\nto = 2026-12-01\ninput = "1"\n')
    days = [date(2026, 10, 31), date(2026, 11, 1), date(2026, 11, 30), date(2026, 12, 1)]
    assert [str(rates_of(book, "gpt-4.1", day).input) for day in days] == ["2", "1", "1", "2"]


def test_a_row_with_an_end_covers_what_began_under_it(lay: Lay) -> None:
    """A contract price until March 2027 outlasts the announced rise of December, which holds afterwards."""
    book = lay('[[google."gemini-4-argon".rates]]\nfrom = 2026-11-01\nto = 2027-03-01\ninput = "1"\n')
    days = [date(2026, 10, 31), date(2026, 12, 1), date(2027, 2, 28), date(2027, 3, 1)]
    assert [str(rates_of(book, "gemini-4-argon", day).input) for day in days] == ["2", "1", "1", "4"]


def test_aliases_add_up(lay: Lay) -> None:
    """An alias of one's own does not take the built-in ones away."""
    book = lay('[anthropic."claude-sonnet-5-5"]\naliases = ["house-model"]\n')
    assert book.find("house-model") is book.find("claude-sonnet-5.5")
    assert book.find("house-model").aliases == ("claude-sonnet-5.5", "house-model")


def test_the_same_id_of_another_provider_is_ambiguous(lay: Lay) -> None:
    """Who sells gpt-4o too makes the bare id an error, and both provider/id forms work."""
    book = lay('[acme."gpt-4o"]\n')
    with pytest.raises(AmbiguousModel, match=r"use openai/gpt-4o or acme/gpt-4o"):
        book.find("gpt-4o")
    assert book.find("acme/gpt-4o").provider == "acme"


ROW = '[[openai."gpt-4o".rates]]\nfrom = 2026-01-01\n'  # lines 3 and 4 of a file


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        (ROW + 'input = "-1"\n', 5, "'input' is -1: a rate is a plain amount of 0 (free) or more"),
        (ROW + "input = -1.5\n", 5, "'input' is -1.5"),
        (ROW + "input = nan\n", 5, "'input' is nan"),
        (ROW + "input = inf\n", 5, "'input' is inf"),
        (ROW + "input = 1e-3\n", 5, "'input' is 1e-3"),
        (ROW + 'input = "1e-3"\n', 5, "'input' is 1e-3"),
        (ROW + 'input = "NaN"\n', 5, "'input' is NaN"),
        (ROW + 'input = "Infinity"\n', 5, "'input' is Infinity"),
        (ROW + 'input = " 1"\n', 5, "'input' is  1"),
        (ROW + 'input = "１"\n', 5, "'input' is １"),
        (ROW + 'input = "1."\n', 5, "'input' is 1."),
        (ROW + 'input = "-0"\n', 5, "'input' is -0"),
        (ROW + "input = true\n", 5, "'input' must be an amount"),
        (ROW + 'output = "1"\nbatch = { input = "x" }\n', 6, "'batch.input' is x"),
        (ROW + 'output = "1"\nbatch.input = "x"\n', 6, "'batch.input' is x"),
        (ROW + 'output = "1"\nbatch = { inptu = "1" }\n', 6, "unknown key 'inptu', did you mean 'input'?"),
        (ROW + 'inptu = "1"\n', 5, "unknown key 'inptu', did you mean 'input'?"),
        (ROW + 'input = "1"\nlong = [{ prompt = "272000", input = "2" }]\n', 6, "'long' needs prompt"),
        (ROW + 'input = "1"\nlong = [{ prompt = ">9" }]\n', 6, "an entry of 'long' without any rate"),
        (ROW + 'input = "1"\nlong = [{ prompt = ">9", input = "2" }, { prompt = ">9", input = "3" }]\n', 6, "ascend"),
        (ROW + 'input = "1"\nwindows = [{ utc = "25:00-01:00", input = "2" }]\n', 6, "'windows' needs utc"),
        (ROW + 'input = "1"\nwindows = [{ utc = "01:00-02:00", days = "Mo", input = "2" }]\n', 6, "'days' is a span"),
        (ROW + 'input = "1"\ncurrency = "won"\n', 6, "'currency' is a code of three capitals"),
        (ROW + 'input = "1"\nto = 2026-01-01\n', 6, "'to' (2026-01-01) must be after 'from' (2026-01-01)"),
        (ROW + 'input = "1"\nchecked = "2026-01-01"\n', 6, "'checked' must be a plain date"),
        (ROW + 'input = "1"\nconfidence = "sure"\n', 6, "'confidence' must be high, medium or low"),
        (ROW, 4, "a row without any rate"),
        ('[[openai."gpt-4o".rates]]\ninput = "1"\n', 3, "a row of rates needs 'from"),
        (ROW + 'input = "1"\n' + ROW + 'input = "2"\n', 7, "rows overlap: 2026-01-01 is not after 2026-01-01"),
        (
            ROW + 'input = "1"\nto = 2026-03-01\n' + ROW.replace("01-01", "02-01") + 'input = "2"\n',
            8,
            "rows overlap: 2026-02-01 is before 2026-03-01, the 'to' of the row before",
        ),
        ('[openai."gpt-4o"]\ncontext_windw = 1\n', 4, "unknown key 'context_windw', did you mean 'context_window'?"),
        ('[openai."gpt-4o"]\ncontext_window = 0\n', 4, "'context_window' must be a whole number of tokens above 0"),
        ('[openai."gpt-4o"]\naliases = "four"\n', 4, "'aliases' must be a list of names in quotes"),
        ('[openai."gpt-4o"]\naliases = [" x"]\n', 4, "'aliases' must be a list of names in quotes"),
        ('[openai."gpt-4o"]\nrates = { input = "1" }\n', 4, "rates are rows of their own"),
        ('[openai."mine"]\n\naliases = ["gpt-4o"]\n', 5, "the name 'gpt-4o' is already that of openai/gpt-4o"),
        ('[acme."mine"]\n\naliases = ["gpt-4o"]\n', 5, "the name 'gpt-4o' is already that of openai/gpt-4o"),
        (
            '[acme."mine"]\n\naliases = ["OpenAI/GPT-4o"]\n',
            5,
            "the name 'OpenAI/GPT-4o' is already that of openai/gpt-4o",
        ),
        ('[acme."a"]\n[acme."b"]\naliases = ["A"]\n', 5, "the name 'A' is already that of acme/a"),
        ('[anthropic."claude-sonnet-4"]\n', 3, "already that of anthropic/claude-sonnet-4-20250514"),
        ('[acme."a"]\n[acme."A"]\n', 4, "are one name: case makes no difference"),
        ("[openai.gpt-4.1]\n", 3, "an id with a dot needs quotes"),
        ('["a/b"."c"]\n', 3, "'a/b' is not a provider"),
        ('[openai]\n"gpt-4o" = { encoding = 5 }\n', 4, "'encoding' must be text in quotes"),
        ('openai."gpt-4o".encoding = 5\n', 3, "unknown key 'openai' in [tokcost]"),
        ('[openai."gpt-4o"]\nencoding = "a\n', 4, "not valid TOML"),
        ('[openai."gpt-4o"]\nencoding = "a"\nencoding = "b"\n', 5, "not valid TOML: Cannot overwrite a value"),
    ],
)
def test_what_a_price_file_may_not_say(lay: Lay, text: str, line: int, says: str) -> None:
    """Whatever breaks the format is one line that names the file, the line and the remedy."""
    message = refused(lay, text)
    assert message.startswith(f"prices0.toml:{line}: "), message
    assert says in message


@pytest.mark.parametrize(
    ("head", "line"),
    [
        ("", 1),
        ("[tokcost]\nschema = 2\n", 1),
        ("[tokcost]\nschema = true\n", 1),
        ("\n[tokcost]\nschema = 1\nas_off = 1\n", 4),
    ],
)
def test_the_head_of_a_price_file(lay: Lay, head: str, line: int) -> None:
    """A file of another version, or of none, is not read as if it were of this one."""
    assert refused(lay, "", head=head).startswith(f"prices0.toml:{line}: ")


def test_a_price_file_that_cannot_be_read(tmp_path: Path) -> None:
    """A missing file and one that is not text are one clear line."""
    with pytest.raises(PriceFileError, match=r"none\.toml: cannot read the price file: No such file"):
        PriceBook.load([tmp_path / "none.toml"])
    (tmp_path / "bad.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(PriceFileError, match=r"bad\.toml: not UTF-8 text at byte 0"):
        PriceBook.load([tmp_path / "bad.toml"])


def test_lines_survive_windows_endings(tmp_path: Path) -> None:
    """A file saved on Windows, with a byte order mark, still has its lines right."""
    path = tmp_path / "w.toml"
    path.write_bytes(b"\xef\xbb\xbf" + (HEAD + ROW + 'input = "-1"\n').replace("\n", "\r\n").encode())
    with pytest.raises(PriceFileError, match=r"w\.toml:5: 'input' is -1"):
        PriceBook.load([path])


def test_rows_below_a_nested_header(lay: Lay) -> None:
    """A cliff may be a table of its own: the rows after it still have their own lines."""
    nested = ROW + 'input = "1"\n[[openai."gpt-4o".rates.long]]\nprompt = ">9"\ninput = "2"\n'
    book = lay(nested)
    assert str(rates_of(book, "gpt-4o", prompt=10).input) == "2"
    message = refused(lay, nested + ROW.replace("2026-01-01", "2026-02-01") + 'input = "x"\n')
    assert message.startswith("prices0.toml:11: 'input' is x")


@given(st.lists(st.dates(date(2024, 1, 1), date(2026, 12, 31)), min_size=1, max_size=6, unique=True))
def test_a_row_holds_until_the_next(tmp_path_factory: pytest.TempPathFactory, days: list[date]) -> None:
    """Rows laid in one file hold from their first day to the day before the next."""
    path = tmp_path_factory.mktemp("rows") / "p.toml"
    rows = [f'[[acme."m".rates]]\nfrom = {day}\ninput = "{number}"\n' for number, day in enumerate(sorted(days))]
    path.write_text(HEAD + "".join(rows), encoding="utf-8")
    model = PriceBook.load([path]).find("acme/m")
    assert model.price_on(min(days) - timedelta(days=1)) is None
    for number, day in enumerate(sorted(days)):
        price = model.price_on(day)
        assert price is not None
        assert price.modes["standard"].input == Decimal(number)
        if number:
            before = model.price_on(day - timedelta(days=1))
            assert before is not None
            assert before.modes["standard"].input == Decimal(number - 1)
