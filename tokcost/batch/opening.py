"""The request files of a batch: which there are, how large, and how each is opened."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import BinaryIO, NamedTuple

from tokcost.inputs.files import STDIN, InputFile, LeftOut
from tokcost.inputs.find import find
from tokcost.inputs.open import open_input, size_of
from tokcost.inputs.search import Search
from tokcost.inputs.stdin import names_or_stdin
from tokcost.inputs.text import Reading, in_utf8

REQUEST_FILES = Search(ignore=False, suffixes=(".jsonl", ".json", ".ndjson"), kind="request file")


class RequestFiles(NamedTuple):
    """The files to read, what is left out, and the charset."""

    files: list[InputFile]
    left_out: list[LeftOut]
    reading: Reading

    @property
    def size(self) -> int | None:
        """Bytes of all files together; None when one of them is not known."""
        sizes = [size_of(file) for file in self.files if file.location != STDIN]
        return sum(sizes) if sizes and len(sizes) == len(self.files) else None

    @contextmanager
    def opened(self, file: InputFile) -> Iterator[BinaryIO]:
        """The bytes of a file as UTF-8, unpacked. Raises TokcostError, while reading too."""
        with open_input(file) as stream:
            yield in_utf8(stream, file.name, self.reading)


def request_files(paths: Sequence[str], charset: str) -> RequestFiles:
    """The files named, those of folders and globs, else stdin. Raises TokcostError when there is nothing to read."""
    names = names_or_stdin(paths, "nothing to price: name request files, or pipe them in")
    found = list(find(names, REQUEST_FILES))
    files = [each for each in found if isinstance(each, InputFile)]
    return RequestFiles(files, [each for each in found if isinstance(each, LeftOut)], Reading(charset))
