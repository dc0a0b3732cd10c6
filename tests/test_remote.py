"""Corpora behind URLs: a real S3 server and a real HTTP server on loopback."""

from __future__ import annotations

import csv
import gzip
import json
import threading
from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path

import pytest

from tests.conftest import Result, Run

pytest.importorskip("fsspec")

pytestmark = pytest.mark.usefixtures("before_notes")
LINES = "".join(json.dumps({"text": "안녕하세요"}) + "\n" for _ in range(50))


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def web(tmp_path: Path) -> Iterator[str]:
    """The address of an HTTP server over a folder."""
    pytest.importorskip("aiohttp")
    folder = tmp_path / "web"
    folder.mkdir()
    (folder / "d.jsonl.gz").write_bytes(gzip.compress(LINES.encode()))
    (folder / "e.jsonl").write_text(LINES)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A bucket of an S3 server (moto), filled through s3fs."""
    s3fs = pytest.importorskip("s3fs")
    moto = pytest.importorskip("moto.server")
    server = moto.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    for name, value in (
        ("AWS_ACCESS_KEY_ID", "test"),
        ("AWS_SECRET_ACCESS_KEY", "test"),
        ("AWS_DEFAULT_REGION", "us-east-1"),
        ("FSSPEC_S3_ENDPOINT_URL", f"http://{host}:{port}"),
        ("AWS_ENDPOINT_URL", f"http://{host}:{port}"),
    ):
        monkeypatch.setenv(name, value)
    s3fs.S3FileSystem.clear_instance_cache()
    files = s3fs.S3FileSystem(endpoint_url=f"http://{host}:{port}")
    files.makedirs("corpus", exist_ok=True)
    for name in ("b", "a"):
        files.pipe(f"corpus/part-{name}.jsonl", LINES.encode())
    yield "s3://corpus"
    s3fs.S3FileSystem.clear_instance_cache()
    server.stop()


@pytest.mark.filterwarnings("ignore")
def test_an_object_store_is_read_like_a_folder(run: Run, bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two objects of 50 documents of 2 tokens, in ranges of 500 bytes, in the order of their names."""
    monkeypatch.setattr("tokcost.documents.parts.STEP", 500)
    result = run("corpus", f"{bucket}/part-*.jsonl", "--encoding", "o200k_base", "-f", "csv", "-j", "1")
    assert (result.code, result.err) == (0, "")
    rows = [(row["name"], row["documents"], row["input_tokens"]) for row in csv.DictReader(result.out.splitlines())]
    assert rows == [(f"{bucket}/part-{name}.jsonl", "50", "100") for name in "ab"]


@pytest.mark.filterwarnings("ignore")
def test_an_object_that_is_not_there_is_one_line(run: Run, bucket: str) -> None:
    """With its address."""
    result = run("corpus", f"{bucket}/nothing.jsonl", "--encoding", "o200k_base")
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith(f"tokcost: error: {bucket}/nothing.jsonl: cannot be read: ")
    assert result.err.count("\n") == 1


@pytest.mark.filterwarnings("ignore")
def test_files_behind_http_are_read(run: Run, web: str) -> None:
    """Packed and plain; the server knows no ranges."""
    result = run("corpus", f"{web}/d.jsonl.gz", f"{web}/e.jsonl", "--encoding", "o200k_base", "-f", "csv", "-j", "1")
    assert (result.code, result.err) == (0, "")
    assert [row["documents"] for row in csv.DictReader(result.out.splitlines())] == ["50", "50"]


@pytest.mark.filterwarnings("ignore")
def test_a_page_that_is_not_there_is_one_line(run: Run, web: str) -> None:
    """A 404 is reported with its address."""
    result = run("corpus", f"{web}/nothing.jsonl", "--encoding", "o200k_base")
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith(f"tokcost: error: {web}/nothing.jsonl: cannot be read: ")
    assert result.err.count("\n") == 1
    assert "cannot be read" in result.err


@pytest.mark.filterwarnings("ignore")
def test_every_command_reads_a_url(run: Run, web: str, tmp_path: Path) -> None:
    """The same file by its path and by its address, packed and in an archive: the same report but for the name."""
    call = {"model": "gpt-4o", "messages": [{"role": "user", "content": "Hello"}]}
    log = {"model": "gpt-4.1", "timestamp": "2025-07-16T10:00:00Z", "usage": {"prompt_tokens": 5}, "cost": "0.00001"}
    for command, content in (("count", "안녕하세요"), ("batch", json.dumps(call)), ("usage", json.dumps(log))):
        path = tmp_path / "web" / f"{command}.jsonl.gz"
        path.write_bytes(gzip.compress(content.encode()))
        here = run(command, path, "-f", "csv")
        assert (here.code, here.err) == (0, "")
        there = run(command, f"{web}/{path.name}", "-f", "csv")
        assert (there.code, there.err) == (0, "")
        assert there.out == here.out.replace(str(path), f"{web}/{path.name}")


@pytest.mark.filterwarnings("ignore")
def test_a_pattern_over_an_object_store_is_a_glob_for_count(run: Run, bucket: str) -> None:
    """Two objects, sorted by name, each 50 lines."""
    result = run("count", f"{bucket}/part-*.jsonl", "--encoding", "o200k_base", "-f", "csv")
    assert (result.code, result.err) == (0, "")
    names = [line.split(",")[0] for line in result.out.splitlines()[1:]]
    assert names[:2] == [f"{bucket}/part-a.jsonl", f"{bucket}/part-b.jsonl"]
    nothing = run("count", f"{bucket}/none-*.jsonl", "--encoding", "o200k_base")
    assert nothing == Result(2, "", f"tokcost: error: {bucket}/none-*.jsonl: the pattern matches no file\n")


_SERIAL = count()


class _Odd(BaseHTTPRequestHandler):
    """What a server may do instead of an answer; the path says what."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *args: object) -> None:
        """Say nothing."""

    def do_HEAD(self) -> None:
        """One size, and with GET another."""
        self._answer(500)

    def do_GET(self) -> None:
        """Fewer bytes than HEAD said."""
        self._answer(5)

    def _answer(self, size: int) -> None:
        if self.path.startswith("/around"):
            self.send_response(302)
            self.send_header("Location", self.path + "x")
            size = 0
        elif self.path.startswith("/401"):
            self.send_response(401)
        else:
            self.send_response(200)
            self.send_header("Accept-Ranges", "bytes")
            if self.path.startswith("/written"):
                self.send_header("ETag", f'"{next(_SERIAL)}"')
                size = 5
        self.send_header("Content-Length", str(size))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(b"hello"[:size])


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("around", "it redirects without an end"),
        ("401", "401 Unauthorized"),
        ("short", "the server gave 5 bytes instead of 500"),
        ("written", "was changed while it was read"),
    ],
)
def test_a_server_that_gives_no_file_is_one_line(run: Run, path: str, why: str) -> None:
    """What went wrong and not the address once more, whatever type of error it is; never a pass."""
    pytest.importorskip("aiohttp")
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Odd)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}/{path}"
    result = run("count", url, "-m", "gpt-4o", "--max-tokens", "9")
    server.shutdown()
    server.server_close()
    assert (result.code, result.out, result.err.count("\n")) == (2, "", 1)
    assert result.err.startswith(f"tokcost: error: {url}: ")
    assert why in result.err
