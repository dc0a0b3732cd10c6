"""The rules of price files: pictures, framing, defaults, fees, factors, limits of batches; later files win.

Nothing is parsed before it is asked for: most commands need none of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, NoReturn

from tokcost.catalog.price_file import PriceFile
from tokcost.errors import PriceFileError
from tokcost.phrases import join_or
from tokcost.rates import EXACT

if TYPE_CHECKING:
    from tokcost.catalog.values import Fail
    from tokcost.rules import BatchLimits, Charge, Frame, Hint, ModelRules, Pictures

EVERY = "*"
"""The provider whose defaults hold for all."""


class RuleBook:
    """The rules of several files, the last one strongest."""

    def __init__(self, files: Sequence[PriceFile]) -> None:
        self._files = tuple(files)
        self._read: dict[tuple[str, str], Any] = {}
        self._of: dict[str, ModelRules] = {}
        self._charges: dict[tuple[str, str, str], tuple[Charge, ...]] = {}
        self._named: dict[tuple[tuple[str, str, str], str], bool] = {}

    def names(self, kind: str) -> list[str]:
        """The names of all rules of a kind ("image", "framing", ...), in the order of the files."""
        return list(dict.fromkeys(name for file in self._files for name in file.rule_names(kind)))

    def of(
        self, provider: str, model: str, encoding: str, scale: str, own: Mapping[str, Any], maker: str = ""
    ) -> ModelRules:
        """The rules of a model: its ``own``, else of its scale, seller, provider, ``maker`` or encoding, of all."""
        from tokcost.rules import MediaRule, ModelRules

        key = f"{provider}/{model}"
        if key not in self._of:
            found: dict[str, Any] = {"image": "", "image_measured": False}
            by_encoding = ("encoding", "" if scale else encoding)
            makers = (("provider", EVERY), by_encoding, ("provider", maker), ("provider", provider))
            for kind, name in (*makers, ("seller", provider), ("scale", scale)):
                found |= self._defaults(kind, name)
            # those of files are checked when these are loaded, so that nothing is refused here
            found |= self.named_by(own, failing(self._files[0], (provider, model)))
            found["frame"] = self.frame(found["framing"])
            found["pictures"] = self.pictures(found["image"]) if found["image"] else None
            found["media"] = self._rule("media", found["frame"].media, {"": MediaRule})
            self._of[key] = ModelRules(**found)
        return self._of[key]

    def framing_by(self, encoding: str) -> str:
        """The framing that an encoding brings along, empty where it brings none."""
        return str(self._defaults("encoding", encoding).get("framing", ""))

    def frame(self, name: str) -> Frame:
        """The framing of that name; PriceFileError where a file has it wrong, or none has it."""
        from tokcost.catalog.rule_tables import FRAMES

        found: Frame = self._rule("framing", name, FRAMES)
        return found

    def pictures(self, name: str) -> Pictures:
        """The rule for images of that name."""
        from tokcost.catalog.rule_tables import PICTURES

        found: Pictures = self._rule("image", name, PICTURES)
        return found

    def batch(self, provider: str) -> BatchLimits:
        """What the provider takes in one batch file; no limits where none are known."""
        from tokcost.rules import BatchLimits

        found: BatchLimits = self._rule("batch", provider, {"": BatchLimits}, BatchLimits())
        return found

    def hints(self) -> tuple[Hint, ...]:
        """What the ratio of a charge to the computed cost suggests."""
        from tokcost.rules import Hint

        return tuple(self._rule("hint", name, {"": Hint}) for name in self.names("hint"))

    def factor(self, provider: str, places: Sequence[str], day: date, released: date | None, model: str) -> Decimal:
        """By what the rates of a model are multiplied for requests served at these places; 1 where nothing is known."""
        from tokcost.rules import in_force

        found = Decimal(1)
        for place in places:
            rows = [row for row in self.charges("factors", provider, place) if row.holds(model, released)]
            # a response can name the place only since there is a factor: before the first row that one holds
            row = in_force(rows, max(day, rows[0].start)) if rows else None
            if row is not None:
                found = EXACT.multiply(found, row.amount)
        return found

    def factors(self, provider: str, place: str, model: str, released: date | None) -> list[Charge]:
        """The dated factors on the rates of a model at a place, oldest first; none where nothing is known."""
        return [row for row in self.charges("factors", provider, place) if row.holds(model, released)]

    def fee(self, provider: str, call: str, model: str, reasoning: bool, day: date) -> Charge | None:
        """The row of a fee that holds for a model on a day, its amount that of the model; None where none is known."""
        key = (("fees", provider, call), model)
        if key not in self._named:  # a log asks for each of its lines
            self._named[key] = self._names_model(*key)
        if not self._named[key]:  # of most: nothing is loaded that reads rows
            return None
        from tokcost.rules import in_force

        row = in_force([row for row in self.charges("fees", provider, call) if row.holds(model)], day)
        if row is None or row.reasoning is None:
            return row
        return row._replace(amount=row.reasoning if reasoning else row.amount, reasoning=None)

    def fees(self, provider: str, model: str, reasoning: bool, day: date) -> list[tuple[str, Charge]]:
        """What a provider charges beside the rates of a model on a day, by name."""
        names = dict.fromkeys(name for file in self._files for name in file.charges("fees").get(provider, ()))
        found = ((name, self.fee(provider, name, model, reasoning, day)) for name in names)
        return [(name, row) for name, row in found if row is not None]

    def _names_model(self, key: tuple[str, str, str], model: str) -> bool:
        """Whether a row of a fee may be about a model, by its globs as they are written."""
        folded = model.casefold()
        written = (raw.get("models") for file in self._files for raw in file.charge_rows(*key))
        return any(
            not isinstance(globs, list) or any(fnmatchcase(folded, str(each).casefold()) for each in globs)
            for globs in written
        )

    def charges(self, group: str, provider: str, name: str) -> tuple[Charge, ...]:
        """The dated rows of a fee or factor, oldest first: one of the same day and models replaces one below."""
        from tokcost.catalog.rule_tables import charge

        key = (group, provider, name)
        if key not in self._charges:
            rows: dict[tuple[date, tuple[str, ...]], Charge] = {}
            for layer, file in enumerate(self._files):
                for number, raw in enumerate(file.charge_rows(*key)):
                    row = charge(group, raw, failing(file, key, number))._replace(layer=layer)
                    rows[row.start, row.models] = row
            self._charges[key] = tuple(sorted(rows.values(), key=lambda row: row.start))
        return self._charges[key]

    def check(self, file: PriceFile) -> None:
        """Raise PriceFileError for the first thing wrong in the rules of one of the files."""
        for problem in self.problems(file):
            raise problem

    def problems(self, file: PriceFile) -> list[PriceFileError]:
        """Everything wrong in the rules of one of the files."""
        from tokcost.catalog.rule_tables import KINDS, WAYS

        tried: list[tuple[Any, tuple[Any, ...]]] = []
        for kind in KINDS:
            for name in file.rule_names(kind):
                if kind in WAYS:
                    tried.append((self._rule, (kind, name, WAYS[kind])))
                elif kind == "batch":
                    tried.append((self.batch, (name,)))
                elif kind == "hint":
                    tried.append((self.hints, ()))
                else:
                    tried.append((self._defaults, (kind, name)))
        tried += [
            (self.charges, (group, provider, name))
            for group in ("fees", "factors")
            for provider, named in file.charges(group).items()
            for name in named
        ]
        found: list[PriceFileError] = []
        for read, asked in tried:
            try:
                read(*asked)
            except PriceFileError as error:
                found.append(error)
        return [error for error in dict.fromkeys(found) if error.path == file.path]

    def named_by(self, raw: Mapping[str, Any], fail: Fail, defaults: bool = False) -> dict[str, Any]:
        """The rules that a table of a model, or of ``defaults``, states; ``fail`` refuses a name that no file has."""
        from tokcost.catalog.rule_tables import nearest_rule, rule_fields

        fields = rule_fields(raw, fail, defaults)
        for kind in ("framing", "image"):
            name = fields.get(kind)
            if name and name not in (known := self.names(kind)):
                key = kind if fields[f"{kind}_measured"] else f"{kind}_like"
                fail(f"unknown rule '{name}' for '{key}'{nearest_rule(name, known)}", key)
        return fields

    def _defaults(self, kind: str, name: str) -> dict[str, Any]:
        key = (kind, name)
        if name and key not in self._read:
            found: dict[str, Any] = {}
            for file in self._files:
                raw = file.rule(kind, name)
                if raw is not None:
                    found |= self.named_by(raw, failing(file, ("rules", kind, name)), defaults=True)
            self._read[key] = found
        return self._read[key] if name else {}

    def _rule(self, kind: str, name: str, ways: Mapping[str, type], absent: Any = None) -> Any:
        """A rule merged key by key over the files; one with another ``way`` begins anew."""
        from tokcost.catalog.rule_tables import completed, nearest_rule, values_of

        key = (kind, name)
        if key in self._read:
            return self._read[key]
        values: dict[str, Any] = {}
        way: str | None = None
        last: Fail | None = None
        for file in self._files:
            raw = file.rule(kind, name)
            if raw is None:
                continue
            last = failing(file, ("rules", kind, name))
            named_way = raw.get("way", way or "")
            if named_way not in ways:
                last(f"'way' must be {join_or(ways)}, not {named_way!r}", "way" if "way" in raw else None)
            if named_way != way:
                values, way = {}, named_way
            values |= values_of(ways[named_way], raw, last)
        if last is None or way is None:
            if absent is None:
                raise PriceFileError("pricing.toml", None, f"there is no rule '{name}' for '{kind}'")
            return absent
        media = values.get("media")
        if media and media not in (known := self.names("media")):
            last(f"unknown rule '{media}' for 'media'{nearest_rule(media, known)}", "media")
        self._read[key] = completed(ways[way], values, last)
        return self._read[key]


def failing(file: PriceFile, key: tuple[str, ...], row: int | None = None) -> Fail:
    """How the parser refuses something in a table of the file, or in one of its rows."""

    def fail(problem: str, name: str | None) -> NoReturn:
        file.fail(problem, key, row, name)

    return fail
