"""What one cell says: an instant, a length of time, or why it says nothing."""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from telephony.records.values import Unreadable

ISO = re.compile(
    r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})[ T](\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,6}))?)?"
    r"(Z|[+-]\d{2}:?\d{2})?",
    re.ASCII,
)
FRENCH = re.compile(
    r"(\d{1,2})/(\d{1,2})/(\d{4})[ T](?:à )?(\d{1,2})[:h](\d{2})(?:[:m](\d{2}))?", re.ASCII
)
SECONDS = re.compile(r"\d{1,6}(?:[.,]\d{1,6})?", re.ASCII)
EARLIEST_YEAR, LATEST_YEAR = 2000, 2099
LONGEST = 24 * 3600

# What a cell is called in a refusal. Lazy: translated for the line that is refused, not for each.
Words = str | Promise
START, END, INSTANT = gettext_lazy("début"), gettext_lazy("fin"), gettext_lazy("date")
LENGTH, TALK = gettext_lazy("durée"), gettext_lazy("durée de conversation")
WAIT, PICK_UP = gettext_lazy("attente"), gettext_lazy("décroché")


def is_instant(text: str) -> bool:
    return bool(ISO.fullmatch(text) or FRENCH.fullmatch(text))


def instant(text: str, what: Words) -> datetime:
    """`2026-06-01 09:00:00`, `2020/2/10 22:41`, `01/06/2026 09:00`; aware if it says its zone."""
    found = ISO.fullmatch(text)
    try:
        if found:
            return _iso(found)
        if found := FRENCH.fullmatch(text):
            day, month, year, hour, minute, second = (int(part or 0) for part in found.groups())
            at = datetime(year, month, day, hour, minute, second)  # noqa: DTZ001
            return _checked(at, what)
    except ValueError:
        pass
    raise Unreadable(_("%(what)s illisible : « %(text)s »") % {"what": what, "text": text[:40]})


def _iso(found: re.Match[str]) -> datetime:
    *numbers, fraction, zone = found.groups()
    year, month, day, hour, minute, second = (int(part or 0) for part in numbers)
    micro = int((fraction or "0").ljust(6, "0"))
    at = datetime(year, month, day, hour, minute, second, micro)  # noqa: DTZ001
    if zone == "Z":
        at = at.replace(tzinfo=UTC)
    elif zone:
        at = at.replace(tzinfo=datetime.strptime(zone, "%z").tzinfo)
    return _checked(at, INSTANT)


def _checked(at: datetime, what: Words) -> datetime:
    if not EARLIEST_YEAR <= at.year <= LATEST_YEAR:
        raise Unreadable(_("%(what)s hors des années 2000 à 2099") % {"what": what})
    return at


def milliseconds(text: str, what: Words) -> int:
    """Seconds, with a decimal point or comma, as whole milliseconds."""
    try:
        if SECONDS.fullmatch(text):
            seconds = Decimal(text.replace(",", "."))
            if seconds <= LONGEST:
                return int(seconds * 1000)
    except InvalidOperation:
        pass
    raise Unreadable(
        _("%(what)s illisible : « %(text)s » (secondes attendues, 24 heures au plus)")
        % {"what": what, "text": text[:40]}
    )


def between(start: datetime, end: datetime, what: Words) -> int:
    """Milliseconds from one instant to the other, which must not come first."""
    if (start.tzinfo is None) != (end.tzinfo is None):
        raise Unreadable(_("deux heures de fuseaux différents sur la même ligne"))
    length = end - start
    if length < timedelta(0):
        raise Unreadable(_("%(what)s avant le début de l’appel") % {"what": what})
    if length > timedelta(seconds=LONGEST):
        raise Unreadable(_("appel de plus de 24 heures"))
    return length // timedelta(milliseconds=1)
