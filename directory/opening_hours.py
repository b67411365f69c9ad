"""Opening hours of a calendar: its schedule, and its week in words, read and written."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _

from directory.models import ExceptionalOpening, OpeningHours, WorkingCalendar
from directory.workdays import DayRule
from directory.worktime.clock import DAY, BadSpan, Span
from directory.worktime.schedule import Schedule, Spans

MINUTE, HOUR = 60, 3600
Week = Mapping[int, Spans]
TIME = r"(\d{1,2})\s*(?:[:hH]\s*(\d{2})?)?"
PART = re.compile(rf"{TIME}\s*[-–—à]\s*{TIME}", re.ASCII)


def schedule_of(calendar: WorkingCalendar) -> Schedule:
    """The engine for a calendar: its days, and the hours of those days in its zone.

    A calendar without hours is never open; its working days count all the same. Hours of a
    weekday that is not worked open no door. An exceptional opening keeps the hours of its weekday
    unless it has its own.
    """
    return Schedule(
        DayRule.of(calendar).worked_days(),
        week_of(calendar),
        calendar.zone,
        shifts=_own_hours(calendar),
    )


def week_of(calendar: WorkingCalendar) -> dict[int, Spans]:
    """Hours by weekday (Monday = 0), for those that have any."""
    rows = _hours_of(calendar).filter(opening=None).order_by("weekday", "opens")
    week: dict[int, Spans] = {}
    for weekday, opens, closes in rows.values_list("weekday", "opens", "closes"):
        if weekday is not None:
            week[weekday] = (*week.get(weekday, ()), span_of(opens, closes))
    return week


def _hours_of(calendar: WorkingCalendar) -> QuerySet[OpeningHours]:
    return calendar.hours.filter(organisation=calendar.organisation_id)


def _own_hours(calendar: WorkingCalendar) -> dict[date, Spans]:
    rows = _hours_of(calendar).filter(weekday=None).order_by("opening__day", "opens")
    hours: dict[date, Spans] = {}
    for day, opens, closes in rows.values_list("opening__day", "opens", "closes"):
        hours[day] = (*hours.get(day, ()), span_of(opens, closes))
    return hours


def with_hours(openings: QuerySet[ExceptionalOpening]) -> list[tuple[ExceptionalOpening, str]]:
    """Each opening with its own hours in words, empty when it keeps those of its weekday."""
    return [
        (opening, hours_text(span_of(row.opens, row.closes) for row in opening.hours.all()))
        for opening in openings.prefetch_related("hours")
    ]


def span_of(opens: int, closes: int) -> Span:
    return Span(opens * MINUTE, closes * MINUTE)


def rows_of(spans: Spans, **owner: object) -> list[OpeningHours]:
    """Unsaved rows; a schedule typed to the minute loses nothing."""
    return [
        OpeningHours(opens=span.opens // MINUTE, closes=span.closes // MINUTE, **owner)
        for span in spans
    ]


# --- Words -----------------------------------------------------------------------------------
def read_hours(text: str) -> Spans:
    """« 9:00-12:00, 13:30-17:00 », in order. Raises ValidationError with what cannot be read."""
    parts = [part.strip() for part in re.split(r"[,;]", text) if part.strip()]
    spans = sorted(_read_part(part) for part in parts)
    for one, other in pairwise(spans):
        if other.opens < one.closes:
            both = {"one": span_text(one), "other": span_text(other)}
            raise ValidationError(_("%(one)s et %(other)s se chevauchent.") % both)
    return tuple(spans)


def _read_part(part: str) -> Span:
    found = PART.fullmatch(part)
    if found is None:
        raise ValidationError(
            _("« %(part)s » ne se lit pas : écrivez par exemple 9:00-12:00, 13:30-17:00.")
            % {"part": part}
        )
    opens, closes = _seconds(*found.groups()[:2]), _seconds(*found.groups()[2:])
    if closes == 0:
        raise ValidationError(
            _("« %(part)s » : pour fermer à minuit, écrivez 24:00.") % {"part": part}
        )
    try:
        # Closing earlier than opening is closing the next day.
        return Span(opens, closes + DAY if closes < opens else closes).checked()
    except BadSpan as error:
        raise ValidationError(
            _("« %(part)s » ne dure pas : pour une ouverture toute la journée, écrivez 0:00-24:00.")
            % {"part": part}
        ) from error


def _seconds(hour: str, minute: str | None) -> int:
    seconds = int(hour) * HOUR + int(minute or 0) * MINUTE
    if int(minute or 0) > 59 or seconds > DAY:
        raise ValidationError(
            _("%(hour)s:%(minute)s n’est pas une heure.") % {"hour": hour, "minute": minute or "00"}
        )
    return seconds


def hours_text(spans: Iterable[Span]) -> str:
    """As it is typed: « 9:00-12:00, 22:00-6:00 »."""
    return ", ".join(span_text(span) for span in spans)


def span_text(span: Span) -> str:
    closes = span.closes if span.closes <= DAY else span.closes - DAY
    return f"{_time_text(span.opens)}-{_time_text(closes)}"


def _time_text(seconds: int) -> str:
    return f"{seconds // HOUR}:{seconds % HOUR // MINUTE:02d}"


# --- The week on a page ----------------------------------------------------------------------
@dataclass(frozen=True)
class WeekLine:
    name: str
    spans: Spans
    is_worked: bool
    is_refused: bool

    @property
    def hours(self) -> list[str]:
        """Each opening in words; a night says that it ends the next day."""
        night = _(" le lendemain")
        return [
            span_text(span).replace("-", "\N{NO-BREAK SPACE}–\N{NO-BREAK SPACE}")
            + (night if span.closes > DAY else "")
            for span in self.spans
        ]

    @property
    def length(self) -> str:
        return length_text(self.spans)


@dataclass(frozen=True)
class WeekInWords:
    lines: list[WeekLine]

    @property
    def is_empty(self) -> bool:
        return not any(line.spans for line in self.lines)

    @property
    def has_refusals(self) -> bool:
        return any(line.is_refused for line in self.lines)

    @property
    def length(self) -> str:
        return length_text(span for line in self.lines for span in line.spans)


def length_text(spans: Iterable[Span]) -> str:
    """« 6 h 30 », an hour being always sixty minutes: of a week without a change of clocks."""
    hours, rest = divmod(sum(span.closes - span.opens for span in spans), HOUR)
    minutes = f"\N{NO-BREAK SPACE}{rest // MINUTE:02d}" if rest else ""
    return f"{hours}\N{NO-BREAK SPACE}h{minutes}"


def week_in_words(
    week: Week, weekdays: frozenset[int], refused: Collection[int] = ()
) -> WeekInWords:
    """`refused` are the weekdays whose hours were typed and could not be taken."""
    return WeekInWords(
        [
            WeekLine(str(name), week.get(day, ()), day in weekdays, day in refused)
            for day, name in WEEKDAYS.items()
        ]
    )


def overlapping_nights(week: Week) -> list[int]:
    """Weekdays that begin before the night of the day before has ended."""
    return [
        day
        for day in range(7)
        if week.get(day)
        and any(span.closes - DAY > week[day][0].opens for span in week.get((day - 1) % 7, ()))
    ]
