"""Plain text as paragraphs and lists: structure by blank lines and dashes, never by HTML."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

BULLET = re.compile(r"^\s*[-–•*]\s+")
NUMBER = re.compile(r"^\s*\d{1,2}[.)]\s+")


@dataclass(frozen=True)
class Block:
    """Lines of a paragraph (`p`), or items of a list (`ul`, `ol`)."""

    kind: str
    lines: tuple[str, ...]


def blocks_of(text: str) -> list[Block]:
    return list(_blocks(text))


def _blocks(text: str) -> Iterator[Block]:
    for kind, lines in groupby(text.splitlines(), key=_kind):
        if kind:
            yield Block(kind, tuple(_words(line, kind) for line in lines))


def _kind(line: str) -> str:
    """What a line belongs to; a blank one ends what came before it."""
    if not line.strip():
        return ""
    if BULLET.match(line):
        return "ul"
    return "ol" if NUMBER.match(line) else "p"


def _words(line: str, kind: str) -> str:
    mark = {"ul": BULLET, "ol": NUMBER}.get(kind)
    return (mark.sub("", line, count=1) if mark else line).strip()
