"""Rank files ("base64 rank" on each line) for engines that read nothing else, made from the packs once.

They lie in the user's cache folder and are checked against a hash at every use; one that is not
as it should be is made again. Where there is no place to keep them, a temporary one serves.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from tokcost.atomic import write_whole
from tokcost.cache import cache_folder
from tokcost.encodings.pack import open_pack
from tokcost.encodings.specs import SPECS

# Of p50k_base without the rank that it leaves out: gigatoken wants ranks without gaps, and only
# their order matters to a count.
_DENSE_P50K = "9971ae2e88560625a03fdd5f08e5da628475432c2841e1cfb7bcd08d2547e2c4"


@contextmanager
def rank_file(encoding: str) -> Iterator[Path]:
    """The path of the encoding's rank file, right down to the hash while the block lasts."""
    spec = SPECS[encoding]
    expected = expected_hash(encoding)
    name = f"{spec.pack}-{spec.size}-{expected[:12]}.tiktoken"
    kept = cache_folder()
    if kept is not None and (_right(kept / name, expected) or _made(kept / name, encoding, expected)):
        yield kept / name
        return
    import tempfile

    with tempfile.TemporaryDirectory(prefix="tokcost-") as folder:
        path = Path(folder) / name
        path.write_bytes(_expanded(encoding))
        yield path


def expected_hash(encoding: str) -> str:
    """The SHA-256 of the file: the published one, but for the encodings that leave out a rank."""
    spec = SPECS[encoding]
    return _DENSE_P50K if spec.pack == "p50k_base" and spec.size > 50256 else spec.source_sha256


def _right(path: Path, expected: str) -> bool:
    try:
        return sha256(path.read_bytes()).hexdigest() == expected
    except OSError:
        return False


def _made(path: Path, encoding: str, expected: str) -> bool:
    """Write the file, all of it or nothing, where that is allowed."""
    data = _expanded(encoding)
    if sha256(data).hexdigest() != expected:
        raise ValueError(f"the pack of {encoding} does not give the file it was made from")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, data)
    except OSError:
        return False
    return True


def _expanded(encoding: str) -> bytes:
    from tokcost.encodings.packing import expanded

    spec = SPECS[encoding]
    return expanded(open_pack(spec.pack), spec.size, gapless=True)
