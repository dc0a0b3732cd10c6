"""Results of Amazon Bedrock's batches: the answer of whatever model was asked, beside what it was asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tokcost.logs.batch import BATCH, failed
from tokcost.logs.entry import Entry, Read
from tokcost.logs.format import Format, FormatReader, Json


class _BatchResults(FormatReader):
    def value(self, where: str, value: Json) -> Iterator[Read]:
        """What is in the answer, at batch rates; an error is billed nothing."""
        answer = value.get("modelOutput")
        if not isinstance(answer, Mapping):
            error = value.get("error")
            code = error.get("errorCode") if isinstance(error, Mapping) else error
            yield failed(where, {"code": code})
            return
        for each in self.inner(where, answer):
            yield each._replace(mode=BATCH) if isinstance(each, Entry) else each


FORMAT = Format(
    "Bedrock batch results",
    "the .jsonl.out files of batch inference",
    "as the model's own answers; at batch rates",
    frozenset({"modelInput"}),
    lambda value: "recordId" in value and ("modelOutput" in value or "error" in value),
    _BatchResults,
)
