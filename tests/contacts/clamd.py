"""A clamd at the wire: a socket that speaks INSTREAM and finds the one virus it knows."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager

VIRUS = b"a-virus-that-is-none"


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    # Said instead of a verdict; `None` hangs up without a word.
    instead: bytes | None = b""
    received: bytes = b""


class _Handler(socketserver.StreamRequestHandler):
    server: _Server

    def handle(self) -> None:
        assert self.rfile.read(10) == b"zINSTREAM\0"
        content = b""
        while size := int.from_bytes(self.rfile.read(4), "big"):
            content += self.rfile.read(size)
        self.server.received = content
        if self.server.instead is None:
            return
        verdict = b"Test-Signature FOUND" if VIRUS in content else b"OK"
        self.wfile.write(self.server.instead or b"stream: " + verdict + b"\0")


@contextmanager
def running() -> Iterator[_Server]:
    with _Server(("127.0.0.1", 0), _Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
