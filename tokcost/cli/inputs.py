"""The texts of ``count``: files, directories, globs, --text and stdin, which may be kept to be passed on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import IO, BinaryIO, NamedTuple

from tokcost.errors import TokcostError
from tokcost.inputs.compression import without_compression
from tokcost.inputs.files import STDIN, STDIN_NAME, InputFile, LeftOut
from tokcost.inputs.stdin import Readable, names_or_stdin, stdin_bytes, stdin_in_file
from tokcost.inputs.text import TextSource

_IN_MEMORY = 8 << 20
_REQUESTS = (".json", ".jsonl", ".ndjson")


class Inputs(NamedTuple):
    """The texts in the order they were named; ``kept`` holds stdin when it is to be passed on.

    ``beginning`` has what was read of stdin, as far as it is not too much.
    """

    items: list[TextSource | LeftOut]
    kept: IO[bytes] | None = None
    beginning: _Beginning | None = None

    def may_hold_requests(self) -> Iterator[TextSource | _Beginning]:
        """The texts that were read and are called like a file of requests, or came through stdin."""
        for item in self.items:
            if isinstance(item, LeftOut) or item.text is not None:
                continue
            if item.file is None:
                if self.beginning is not None and self.beginning.blocks:
                    yield self.beginning
            elif without_compression(item.name).endswith(_REQUESTS):
                yield item

    def copy_stdin(self, out: BinaryIO) -> None:
        """Write stdin on, byte for byte."""
        import shutil

        assert self.kept is not None
        self.kept.seek(0)
        shutil.copyfileobj(self.kept, out)
        out.flush()

    def __enter__(self) -> Inputs:
        return self

    def __exit__(self, *_: object) -> None:
        if self.kept is not None:
            self.kept.close()


def read_inputs(paths: Sequence[str], texts: Sequence[str], ignore: bool, keep: bool, wanted: bool = True) -> Inputs:
    """The sources behind the arguments; stdin when nothing is named and it is not a terminal.

    None, not of stdin either, where no text is ``wanted``. Raises TokcostError for one that is named all the same.
    """
    named = list(paths)
    if not wanted:
        if named or texts or keep:
            raise TokcostError("no text is counted: what these models are billed by was stated: leave the texts out")
        return Inputs([])
    if not texts:
        named = names_or_stdin(paths, "nothing to count: name files or directories, give --text, or pipe something in")
    if keep and named != [STDIN]:
        raise TokcostError("--pass copies stdin to stdout: leave out the files and --text, and pipe something in")
    items: list[TextSource | LeftOut] = [
        TextSource("text" if len(texts) == 1 else f"text {number}", text=text) for number, text in enumerate(texts, 1)
    ]
    kept: IO[bytes] | None = None
    beginning: _Beginning | None = None
    for file in _found(named, ignore):
        if isinstance(file, LeftOut):
            items.append(file)
        elif file.location != STDIN:
            items.append(TextSource(file.name, file=file))
        else:
            stream: Readable = stdin_bytes()
            if keep:
                import tempfile

                kept = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - lives as long as the inputs
                stream = _Tee(stream, kept)
            beginning = _Beginning(stream)
            items.append(TextSource(file.name, stream=beginning))
    return Inputs(items, kept, beginning)


def _found(names: Sequence[str], ignore: bool) -> Iterable[InputFile | LeftOut]:
    """The files behind the arguments; for stdin alone nothing is loaded that looks for files."""
    if names == [STDIN] or not names:
        return [InputFile(STDIN_NAME, STDIN)] if names else []
    from tokcost.inputs.find import find
    from tokcost.inputs.search import Search

    return find(names, Search(ignore))


@contextmanager
def corpus_files(paths: Sequence[str], ignore: bool) -> Iterator[Iterator[InputFile | LeftOut]]:
    """The files behind the arguments of ``corpus``; stdin is put into a file, to be read in parts, by several.

    Raises TokcostError when nothing is named and stdin is a terminal.
    """
    from tokcost.inputs.find import find
    from tokcost.inputs.search import Search

    named = names_or_stdin(paths, "nothing to count: name files, directories or URLs, or pipe something in")
    if STDIN not in named:
        yield find(named, Search(ignore))
        return
    with stdin_in_file() as copy:
        yield (
            item._replace(location=copy) if isinstance(item, InputFile) and item.location == STDIN else item
            for item in find(named, Search(ignore))
        )


class _Beginning:
    """Keeps what is read, as long as it is little; ``blocks`` is empty once it is not."""

    def __init__(self, stream: Readable) -> None:
        self._stream = stream
        self._left = _IN_MEMORY
        self.blocks: list[bytes] = []

    def read(self, size: int) -> bytes:
        read = getattr(self._stream, "read1", self._stream.read)  # what is there now, where the stream can say
        block: bytes = read(size)
        self._left -= len(block)
        if self._left >= 0:
            self.blocks.append(block)
        else:
            self.blocks.clear()
        return block


class _Tee:
    """Keeps what is read."""

    def __init__(self, stream: Readable, kept: IO[bytes]) -> None:
        self._stream = stream
        self._kept = kept

    def read(self, size: int) -> bytes:
        block = self._stream.read(size)
        self._kept.write(block)
        return block
