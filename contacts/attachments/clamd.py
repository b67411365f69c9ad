"""Asking clamd about a file, by its INSTREAM command.

`CLAMD_URL` is `unix:///run/clamav/clamd.ctl` or `tcp://antivirus:3310`; empty, nothing is scanned.
The published client library has not been released since 2014; this is the part of it we need.
"""

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import IO, Any
from urllib.parse import urlsplit

from django.conf import settings

PORT = 3310
CONNECT, ANSWER = 5.0, 120.0  # seconds
CHUNK = 1 << 16
LONGEST_ANSWER = 4096


class Unreachable(Exception):
    """No verdict: clamd does not answer, or answers that it could not look."""


@dataclass(frozen=True)
class Verdict:
    """`signature` is what was found; empty for a clean file."""

    signature: str = ""


def is_configured() -> bool:
    return bool(settings.CLAMD_URL)


def scan(file: IO[bytes]) -> Verdict:
    try:
        with _wire() as (wire, address):
            wire.settimeout(CONNECT)
            wire.connect(address)
            wire.settimeout(ANSWER)
            answer = _ask(wire, file)
    except OSError as error:
        raise Unreachable(str(error)) from error
    return _understood(answer)


@contextmanager
def _wire() -> Iterator[tuple[socket.socket, Any]]:
    place = urlsplit(settings.CLAMD_URL)
    is_local = place.scheme == "unix"
    with socket.socket(socket.AF_UNIX if is_local else socket.AF_INET) as wire:
        yield wire, place.path if is_local else (place.hostname, place.port or PORT)


def _ask(wire: socket.socket, file: IO[bytes]) -> str:
    """Each piece is preceded by its length in four bytes; a length of zero ends the file."""
    wire.sendall(b"zINSTREAM\0")
    # Above its own limit clamd answers and hangs up: the answer says so.
    with suppress(BrokenPipeError, ConnectionResetError):
        while chunk := file.read(CHUNK):
            wire.sendall(len(chunk).to_bytes(4, "big") + chunk)
        wire.sendall(bytes(4))
    answer = b""
    while not answer.endswith(b"\0") and len(answer) < LONGEST_ANSWER:
        piece = wire.recv(LONGEST_ANSWER)
        if not piece:
            break
        answer += piece
    return answer.rstrip(b"\0").decode(errors="replace").strip()


def _understood(answer: str) -> Verdict:
    """`stream: OK`, `stream: Eicar-Test-Signature FOUND`, or why there is no verdict."""
    said = answer.removeprefix("stream: ")
    if said == "OK":
        return Verdict()
    if said.endswith(" FOUND"):
        return Verdict(said.removesuffix(" FOUND"))
    raise Unreachable(said or "no answer")
