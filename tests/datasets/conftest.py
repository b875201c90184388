from __future__ import annotations

import hashlib
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from nnlab.datasets import sources
from nnlab.datasets.sources import Archive, RemoteFile

CONTENT = bytes(range(256)) * 2000


@dataclass
class Server:
    """A real HTTP server on this machine that misbehaves as a path is told to."""

    address: str = ""
    requests: Counter[str] = field(default_factory=Counter)
    answers: dict[str, Callable[[BaseHTTPRequestHandler], None]] = field(default_factory=dict)
    gate: threading.Event = field(default_factory=threading.Event)

    def gives(self, path: str, content: bytes, *, length: int | None = -1) -> str:
        """Answer `path` with `content`; a `length` of None sends no Content-Length."""

        def answer(handler: BaseHTTPRequestHandler) -> None:
            handler.send_response(200)
            if length is not None:
                handler.send_header("Content-Length", str(len(content) if length == -1 else length))
            handler.end_headers()
            handler.wfile.write(content)

        self.answers[path] = answer
        return self.address + path

    def gives_half_until_the_gate_opens(self, path: str, content: bytes) -> str:
        def answer(handler: BaseHTTPRequestHandler) -> None:
            handler.send_response(200)
            handler.send_header("Content-Length", str(len(content)))
            handler.end_headers()
            handler.wfile.write(content[: len(content) // 2])
            handler.wfile.flush()
            self.gate.wait(60)
            handler.wfile.write(content[len(content) // 2 :])

        self.answers[path] = answer
        return self.address + path

    def says_nothing(self, path: str) -> str:
        self.answers[path] = lambda handler: self.gate.wait(60) and None
        return self.address + path

    def refuses(self, path: str, status: int) -> str:
        self.answers[path] = lambda handler: handler.send_error(status)
        return self.address + path


@pytest.fixture
def server() -> Iterator[Server]:
    state = Server()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            state.requests[self.path] += 1
            try:
                state.answers[self.path](self)
            except ConnectionError:
                self.close_connection = True  # The client has given up, as it should.

        def log_message(self, *arguments: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        state.address = f"http://127.0.0.1:{http.server_address[1]}"
        thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield state
        state.gate.set()
        http.shutdown()
        thread.join()


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache, and no NNLAB_DATA_DIR."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("NNLAB_CACHE_DIR", str(folder))
    monkeypatch.delenv("NNLAB_DATA_DIR", raising=False)
    # The server of the tests is on this machine; a proxy would answer in its place.
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    return folder


@pytest.fixture
def register(monkeypatch: pytest.MonkeyPatch) -> Callable[..., RemoteFile]:
    """Add a file to the table: `register(content, url, …)`."""

    def add(
        content: bytes,
        *urls: str,
        name: str = "lab/points.bin",
        archive: Archive | None = None,
        arrays: tuple[tuple[str, str], ...] = (),
    ) -> RemoteFile:
        file = RemoteFile(name, urls, hashlib.sha256(content).hexdigest(), len(content), arrays, archive)
        monkeypatch.setitem(sources.FILES, name, file)
        return file

    return add


@pytest.fixture
def content() -> bytes:
    return CONTENT


def leftovers(folder: Path) -> list[str]:
    """Every file below `folder` but the empty lock files."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file() and path.stat().st_size)


@pytest.fixture
def kept() -> Callable[[Path], list[str]]:
    return leftovers
