"""Situations of the register, in the words of the trade."""

import uuid
from datetime import date, datetime
from typing import Any

from directory.models import Agent, Service
from letters.actions import Entry, register
from letters.models import Letter
from tests import factories


def entry(service: Service, received: date = date(2026, 6, 19), **kwargs: Any) -> Entry:
    return Entry(
        key=kwargs.pop("key", None) or uuid.uuid4(),
        service=service,
        received_on=received,
        sender=kwargs.pop("sender", "Dominique Durand"),
        subject=kwargs.pop("subject", "Demande d’acte"),
        **kwargs,
    )


def make_letter(
    service: Service,
    by: Agent,
    received: date = date(2026, 6, 19),
    now: datetime = factories.NOW,
    **kwargs: Any,
) -> Letter:
    return register(
        entry(service, received, **kwargs), organisation=service.organisation, by=by, now=now
    )
