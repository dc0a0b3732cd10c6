"""One model of all files: what each says of it, over what those below say, with what it has from others."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from itertools import zip_longest
from typing import Any

from tokcost.catalog.builtin import BuiltinBook
from tokcost.catalog.model import INHERITED, Model
from tokcost.catalog.names import Names
from tokcost.catalog.parse import laid_rules, model_fields
from tokcost.catalog.price_file import Key, PriceFile
from tokcost.catalog.rows import laid_over, routed, rows_of, same_rows
from tokcost.catalog.rule_book import RuleBook, failing
from tokcost.rates import Price


class Merger:
    """Puts models together. ``model`` gives another of them; ``raw`` are all tables of the book, where it was asked."""

    def __init__(self, builtin: BuiltinBook, names: Names, rules: RuleBook, model: Callable[[Key], Model]) -> None:
        self.raw: dict[Key, dict[str, Any]] | None = None
        self._builtin = builtin
        self._names = names
        self._rules = rules
        self._model = model
        self._merging: list[Key] = []

    @cached_property
    def _builtin_names(self) -> Names:
        return Names([self._builtin])

    def merged(self, key: Key) -> Model:
        """The model under an exact (provider, id)."""
        fields: dict[str, Any] = {}
        aliases: dict[str, None] = {}
        rows: list[Price] = []
        rules: dict[str, Any] = {}
        for file, own in self._names.sources_of(*key):
            raw = self.raw[own] if file is self._builtin and self.raw is not None else file.table(own)
            new = model_fields(raw, failing(file, own))
            if file is not self._builtin:
                rules = self._rules_below(rules, own, fields, new.get("encoding", ""))
            rules = laid_rules(rules, raw)
            fields |= new
            aliases |= dict.fromkeys(fields.get("aliases", ()))
            rows = laid_over(rows, self._whole_rows(file, own, rows_of(file, own, raw)))
            if "routed_to" in new:
                rows = self._routed(file, own, fields, rows)
        if fields.get("scale") or fields.get("standing") == "exact":
            fields.pop("margin", None)  # of a file below this one
        sized = fields.get("scale") or fields.get("margin")
        if fields.get("encoding") and not sized and fields.get("standing", "estimate") == "estimate":
            # an encoding alone, as a user may fill it in, is an assumption, not a ratio
            fields["standing"] = "assumed"
            fields.setdefault("assumes", f"{key[1]} uses {fields['encoding']}, as a price file says")
        if "sells" in fields:
            sold = self._other(file, own, fields["sells"], "sells")
            fields = _as_sold(sold, fields)
            rules = {**sold.own_rules, **rules}
        fields |= {"aliases": tuple(aliases), "prices": tuple(rows), "own_rules": rules, "rule_book": self._rules}
        return Model(key[0], key[1], **fields)

    def _whole_rows(self, file: PriceFile, key: Key, rows: list[Price]) -> list[Price]:
        """The rows, with those of another model in place of one that says its price is the same."""
        found: list[Price] = []
        for row, after in zip_longest(rows, rows[1:]):
            if row.same_as:
                other = self._other(file, key, row.same_as, "rates")
                if after is not None and (row.end is None or row.end > after.start):
                    row = row._replace(end=after.start)
                found += same_rows(row, other.prices, other.retires if other.routed_to else None)
            else:
                found.append(row)
        return found

    def _routed(self, file: PriceFile, key: Key, fields: dict[str, Any], rows: list[Price]) -> list[Price]:
        if "retires" not in fields:
            file.fail("'routed_to' needs 'retires', the first day on which requests are routed", key, None, "routed_to")
        other = self._other(file, key, f"{key[0]}/{fields['routed_to']}", "routed_to")
        return routed(rows, other.prices, fields["retires"])

    def _other(self, file: PriceFile, key: Key, full_id: str, at: str) -> Model:
        """The model that a key of another one names; none, or one that leads back, is refused."""
        provider, _, model = full_id.partition("/")
        found = self._names.sources_of(provider, model)
        if not found:
            file.fail(f"'{at}' names {full_id}, which no price file has: write provider/id", key, None, at)
        if key in self._merging:
            file.fail(f"'{at}' leads from {'/'.join(key)} back to itself", key, None, at)
        self._merging.append(key)
        try:
            return self._model(found[0][1])
        finally:
            self._merging.remove(key)

    def _rules_below(self, rules: dict[str, Any], key: Key, fields: dict[str, Any], encoding: str) -> dict[str, Any]:
        """The rules of a model that a file is laid over, as far as they go with the ``encoding`` that it gives.

        A model that no file below has takes over those of the built-in one that it is a snapshot of, fine-tuned
        from, the same as at another seller, or named after, as deployments often are.
        """
        brought = self._rules.framing_by(encoding)
        if fields:
            if brought and brought != self._rules.framing_by(fields.get("encoding", "")):
                return {rule: value for rule, value in rules.items() if not rule.startswith(("framing", "image"))}
            return rules
        names = self._builtin_names
        relative = names.relative_of(key[1]) or names.named_after(key[1])
        if relative is None:
            return {}
        table = self._builtin.table(relative)
        theirs = "" if table.get("scale") else self._rules.framing_by(table.get("encoding", ""))
        if relative[0] == key[0] or (brought and brought == theirs):
            shared = ("framing", "image", "cache_")
            return {rule: value for rule, value in laid_rules({}, table).items() if rule.startswith(shared)}
        return {}


def _as_sold(sold: Model, fields: dict[str, Any]) -> dict[str, Any]:
    """The fields of a seller's model: what it does not state is as the sold model has it."""
    counted = ("encoding", "standing", "assumes", "scale", "margin")
    named = fields.keys() & set(counted)
    taken = [name for name in INHERITED if name not in fields and not (named and name in counted)]
    return {name: getattr(sold, name) for name in taken} | fields
