"""When silence becomes a decision, counted in calendar months from the receipt (CRPA, L231)."""

import calendar
from dataclasses import dataclass
from datetime import date

from contacts.enums import Verb
from contacts.models import Demande
from directory.enums import Silence


def months_after(day: date, months: int) -> date:
    """The same day of a later month, or its last day when it is shorter (CPC, article 641)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


@dataclass(frozen=True)
class ImplicitDecision:
    """What silence on a demande is worth; `on` null: it makes no decision, or nobody has said."""

    silence: str
    months: int | None
    on: date | None

    @property
    def accepts(self) -> bool:
        return self.silence == Silence.ACCEPTANCE

    @property
    def rejects(self) -> bool:
        return self.silence == Silence.REJECTION

    @property
    def is_known(self) -> bool:
        return self.silence != ""


def implicit_decision(received: date, silence: str, months: int | None) -> ImplicitDecision:
    on = months_after(received, months) if months else None
    return ImplicitDecision(silence, months, on)


def missing_items(demande: Demande) -> str | None:
    """What was asked of the usager and has not come; null when nothing is awaited."""
    own = {"organisation": demande.organisation_id}
    asked = demande.replies.filter(**own, requests_items=True).order_by("-at", "-pk").first()
    if asked is None:
        return None
    came = demande.journal.filter(**own, verb=Verb.ITEMS_RECEIVED, at__gte=asked.at).exists()
    return None if came else asked.text
