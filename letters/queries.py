"""What the register's pages read, and the delay from arrival to registration (counting rule 1)."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.db import connection

from contacts.statistics import nearest_rank, wilson
from directory.models import WorkingDay
from letters.models import Letter, Numbering

COUNT_BY_CELL = """
    SELECT d.service_id, to_char(d.received_on, 'YYYY-MM') AS month,
        registered.count - arrived.count AS delay, count(*)
    FROM letters_letter l
    JOIN contacts_demande d ON d.id = l.demande_id AND d.organisation_id = %(organisation)s
    JOIN directory_service s ON s.id = d.service_id AND s.organisation_id = %(organisation)s
    JOIN directory_workingday arrived
        ON arrived.calendar_id = s.calendar_id AND arrived.day = d.received_on
    JOIN directory_workingday registered
        ON registered.calendar_id = s.calendar_id AND registered.day = l.registered_on
    WHERE l.organisation_id = %(organisation)s AND d.service_id = ANY(%(services)s)
        AND d.received_on BETWEEN %(first)s AND %(last)s
    GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""


@dataclass(frozen=True)
class RegistrationDelays:
    """How many letters took how many working days from their arrival to their registration.

    The day of arrival does not count, the day of registration does (rule 2): 0 is the same day.
    """

    histogram: dict[int, int]

    @cached_property
    def n(self) -> int:
        return sum(self.histogram.values())

    def within(self, days: int) -> int:
        """Letters registered on that working day or before."""
        return sum(count for delay, count in self.histogram.items() if delay <= days)

    def rate_within(self, days: int) -> float | None:
        return self.within(days) / self.n if self.n else None

    def interval_within(self, days: int) -> tuple[float, float] | None:
        return wilson(self.within(days), self.n)

    @property
    def same_day(self) -> int:
        return self.within(0)

    @property
    def by_next_day(self) -> int:
        return self.within(1)

    @property
    def median(self) -> int | None:
        return nearest_rank(self.histogram, 50)

    @property
    def p90(self) -> int | None:
        return nearest_rank(self.histogram, 90)


def registration_delays(
    organisation_id: int, services: Collection[int], first: date, last: date
) -> RegistrationDelays:
    """Letters that arrived from `first` to `last`, by the service that holds them today (rule 6).

    Letters of an imported register that did not say when they were registered are not counted.
    """
    histogram: Counter[int] = Counter()
    for delays in registration_delays_by_cell(organisation_id, services, first, last).values():
        histogram.update(delays.histogram)
    return RegistrationDelays(dict(sorted(histogram.items())))


def registration_delays_by_cell(
    organisation_id: int, services: Collection[int], first: date, last: date
) -> dict[tuple[int, str], RegistrationDelays]:
    """The same by service and month of arrival « 2026-03 », in one statement."""
    params: dict[str, Any] = {
        "organisation": organisation_id,
        "services": list(services),
        "first": first,
        "last": last,
    }
    found: dict[tuple[int, str], dict[int, int]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(COUNT_BY_CELL, params)
        for service, month, delay, count in cursor.fetchall():
            found[service, month][delay] = count
    return {cell: RegistrationDelays(histogram) for cell, histogram in found.items()}


def delays_of(letters: Iterable[Letter]) -> dict[int, int]:
    """Working days from arrival to registration of each letter, by its key, in one query."""
    known = [one for one in letters if one.registered_on]
    days = {one.demande.received_on for one in known}
    days |= {one.registered_on for one in known if one.registered_on}
    calendars = {one.demande.service.calendar_id for one in known}
    counts = {
        (calendar, day): count
        for calendar, day, count in WorkingDay.objects.filter(
            calendar__in=calendars, day__in=days
        ).values_list("calendar_id", "day", "count")
    }

    def delay(letter: Letter) -> int | None:
        calendar, arrived = letter.demande.service.calendar_id, letter.demande.received_on
        assert letter.registered_on is not None  # noqa: S101 the others are left out above
        ends = counts.get((calendar, arrived)), counts.get((calendar, letter.registered_on))
        return None if ends[0] is None or ends[1] is None else ends[1] - ends[0]

    found = {one.pk: delay(one) for one in known}
    return {pk: days for pk, days in found.items() if days is not None}


def years_of(organisation_id: int) -> list[int]:
    """Years of the register, the latest first."""
    return list(
        Numbering.objects.filter(organisation=organisation_id, last__gt=0)
        .order_by("-year")
        .values_list("year", flat=True)
    )
