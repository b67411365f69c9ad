"""Reader of the neutral form: one case of working time as JSON, whoever computes it.

A file is `{"cases": [...]}`. Each case carries its calendar: `timezone` (a zone, or "local" for
naive hours), `weekly_hours`, `holidays`, and if need be `holiday_ranges`, `breaks`, `shifts` and
`pauses`. What cannot be read is refused with the case and the key that say it.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from directory.worktime.clock import DAY, BadSpan, Period, Span, local_of
from directory.worktime.days import DayRange, WorkedDays, month_days
from directory.worktime.schedule import Schedule, Spans

Kind = TypeVar("Kind")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
NAIVE = "local"
CLOCK_TIME = re.compile(r"(\d\d):(\d\d)(?::(\d\d))?", re.ASCII)


class Malformed(ValueError):
    """The file, or one case of it, cannot be read."""


class BadHours(Malformed):
    """Hours that no calendar may have, such as a closing at 00:00: midnight is 24:00."""


def read_cases(text: str) -> "list[Case]":
    """Every case of a file; their contents are read when they are asked for."""
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Malformed(_("ce fichier n’est pas du JSON.")) from error
    cases = content.get("cases") if isinstance(content, dict) else None
    if not isinstance(cases, list) or not all(isinstance(case, dict) for case in cases):
        raise Malformed(_("il faut un objet dont « cases » est une liste de cas."))
    return [Case(fields, number) for number, fields in enumerate(cases, 1)]


@dataclass(frozen=True)
class Case:
    """One case; each reading refuses what is missing or of another shape."""

    fields: Mapping[str, Any]
    number: int

    @property
    def name(self) -> str:
        named = self.fields.get("id")
        return named if isinstance(named, str) and named else f"n° {self.number}"

    def has(self, key: str) -> bool:
        return self.fields.get(key) is not None

    def value(self, key: str) -> Any:
        if key not in self.fields:
            raise self.malformed(_("« %(key)s » manque.") % {"key": key})
        return self.fields[key]

    def text(self, key: str) -> str:
        return self._of_type(key, str, _("un texte"))

    def integer(self, key: str) -> int:
        return self._of_type(key, int, _("un nombre entier"))

    def count(self, key: str) -> int:
        found = self.integer(key)
        if found < 1:
            raise self._refused(str(found), key)
        return found

    def flag(self, key: str) -> bool:
        """False when the key is absent."""
        return self.has(key) and self._of_type(key, bool, _("true ou false"))

    def moment(self, key: str) -> datetime:
        return self._moment(self.text(key), key)

    def wall_clock(self, key: str) -> datetime:
        """A local time, without zone."""
        found = self._datetime(self.text(key), key)
        if found.tzinfo:
            raise self.malformed(
                _("« %(key)s » est une heure locale, sans décalage.") % {"key": key}
            )
        return found

    def day(self, key: str) -> date:
        """A date, or the local date of an instant."""
        text = self.text(key)
        return self._date(text, key) if len(text) == 10 else self._local_date(text, key)

    @cached_property
    def zone(self) -> ZoneInfo | None:
        name = self.text("timezone")
        try:
            return None if name == NAIVE else ZoneInfo(name)
        except (LookupError, ValueError, OSError) as error:
            raise self._refused(name, "timezone") from error

    @cached_property
    def schedule(self) -> Schedule:
        return self.schedule_with(self.pauses)

    def schedule_with(self, pauses: tuple[Period, ...]) -> Schedule:
        week = self._week()
        return Schedule(
            self._worked_days(week),
            week,
            self.zone,
            shifts=self._by_date("shifts"),
            breaks=self._by_date("breaks"),
            suspended=pauses,
        )

    @cached_property
    def pauses(self) -> tuple[Period, ...]:
        return tuple(
            Period(
                self._moment(pause.get("from"), "pauses"), self._moment(pause.get("to"), "pauses")
            )
            for pause in self._objects("pauses")
        )

    def malformed(self, why: str) -> Malformed:
        return Malformed(f"{self.name} : {why}")

    def _week(self) -> dict[int, Spans]:
        hours = self._of_type("weekly_hours", dict, _("un objet"))
        unknown = set(hours) - set(WEEKDAYS)
        if unknown:
            raise self._refused(min(unknown), "weekly_hours")
        return {
            WEEKDAYS.index(day): self._spans(spans, "weekly_hours") for day, spans in hours.items()
        }

    def _worked_days(self, week: Mapping[int, Spans]) -> WorkedDays:
        days = self._of_type("holidays", list, _("une liste de dates"))
        closed = [DayRange(day, day) for day in (self._date(day, "holidays") for day in days)]
        yearly: list[DayRange] = []
        for found in self._objects("holiday_ranges"):
            ends = (self._date(found.get(end), "holiday_ranges") for end in ("from", "to"))
            days_off = DayRange(*ends)
            if days_off.last < days_off.first:
                raise self._refused(str(found.get("to")), "holiday_ranges")
            (yearly if found.get("every_year") is True else closed).append(days_off)
        weekdays = frozenset(weekday for weekday, spans in week.items() if spans)
        return WorkedDays(weekdays, closings=tuple(closed), yearly=month_days(yearly))

    def _by_date(self, key: str) -> dict[date, Spans]:
        dates = self._of_type(key, dict, _("un objet")) if self.has(key) else {}
        return {self._date(day, key): self._spans(spans, key) for day, spans in dates.items()}

    def _spans(self, pairs: object, key: str) -> Spans:
        if not isinstance(pairs, list):
            raise self._refused(str(pairs), key)
        return tuple(self._span(pair, key) for pair in pairs)

    def _span(self, pair: object, key: str) -> Span:
        if not isinstance(pair, list) or len(pair) != 2:
            raise self._refused(str(pair), key)
        opens, closes = (self._seconds(time, key) for time in pair)
        try:
            # 22:00 to 06:00 ends the next day; 00:00 could be either end of the day: refused.
            return Span(opens, closes + DAY if 0 < closes < opens else closes).checked()
        except BadSpan as error:
            shown = " → ".join(map(str, pair))
            raise BadHours(f"{self.name} : {_('horaires refusés')} ({shown}). {error}") from error

    def _seconds(self, text: object, key: str) -> int:
        found = CLOCK_TIME.fullmatch(text) if isinstance(text, str) else None
        hour, minute, second = (int(part or 0) for part in found.groups()) if found else (99, 0, 0)
        seconds = hour * 3600 + minute * 60 + second
        if minute > 59 or second > 59 or seconds > DAY:
            raise self._refused(str(text), key)
        return seconds

    def _moment(self, text: object, key: str) -> datetime:
        found = self._datetime(text, key)
        if (found.tzinfo is None) != (self.zone is None):
            raise self._refused(str(text), key)
        return found

    def _local_date(self, text: str, key: str) -> date:
        return local_of(self._moment(text, key), self.zone).date()

    def _datetime(self, text: object, key: str) -> datetime:
        try:
            if isinstance(text, str) and "T" in text:
                return datetime.fromisoformat(text)
        except ValueError as error:
            raise self._refused(str(text), key) from error
        raise self._refused(str(text), key)

    def _date(self, text: object, key: str) -> date:
        try:
            if isinstance(text, str):
                return date.fromisoformat(text)
        except ValueError as error:
            raise self._refused(str(text), key) from error
        raise self._refused(str(text), key)

    def _objects(self, key: str) -> list[Mapping[str, Any]]:
        found = self._of_type(key, list, _("une liste")) if self.has(key) else []
        if not all(isinstance(one, dict) for one in found):
            raise self._refused(str(found), key)
        return found

    def _of_type(self, key: str, kind: type[Kind], words: str) -> Kind:
        found = self.value(key)
        # In Python a bool is an int; in JSON it is not.
        if not isinstance(found, kind) or (isinstance(found, bool) and kind is not bool):
            raise self.malformed(
                _("« %(key)s » doit être %(words)s.") % {"key": key, "words": words}
            )
        return found

    def _refused(self, text: str, key: str) -> Malformed:
        return self.malformed(
            _("« %(text)s » ne se lit pas dans « %(key)s ».") % {"text": text[:80], "key": key}
        )
