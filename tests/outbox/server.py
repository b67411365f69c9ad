"""A real SMTP server on loopback that refuses, delays and dies when told to."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass
class Post:
    """What the server does, by address of the recipient, and what it has taken."""

    refuses: dict[str, str] = field(default_factory=dict)
    answers: dict[str, str] = field(default_factory=dict)
    hangs_up_on: set[str] = field(default_factory=set)
    sleeps_on: set[str] = field(default_factory=set)
    taken: list[EmailMessage] = field(default_factory=list)
    envelopes: list[list[str]] = field(default_factory=list)
    connections: set[object] = field(default_factory=set)

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.connections.add(session.peer)
        if address in self.refuses:
            return self.refuses[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        [to] = envelope.rcpt_tos
        if to in self.sleeps_on:
            await asyncio.sleep(1)
        if to in self.hangs_up_on:
            assert server.transport
            server.transport.close()
            return "250 never heard"
        if to in self.answers:
            return self.answers[to]
        self.envelopes.append([*envelope.rcpt_tos])
        content = envelope.content
        assert isinstance(content, bytes)
        self.taken.append(message_from_bytes(content, policy=policy.default))
        return "250 OK"


@contextmanager
def listening(post: Post, settings: Any) -> Iterator[Controller]:
    """The server, and Django's mail going there."""
    controller = Controller(post, hostname="127.0.0.1", port=free_port())
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", controller.port
    settings.DEFAULT_FROM_EMAIL = "ne-pas-repondre@mairie.example"
    try:
        yield controller
    finally:
        controller.stop()


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port
