"""Which demandes, calls, tickets or answers a page of figures speaks of."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from contacts.enums import Measure
from directory.models import Service
from engagements.figures import IndicatorQuery
from engagements.referential import Indicator


@dataclass(frozen=True)
class Scope:
    """The demandes a page speaks of: a period (inclusive) within an agent's perimeter.

    `services` and `channels` null mean all of the organisation.
    """

    organisation_id: int
    first: date
    last: date
    today: date
    services: frozenset[int] | None = None
    channels: frozenset[str] | None = None

    def query(self, measure: Measure, indicator: Indicator | None = None) -> IndicatorQuery:
        return IndicatorQuery(
            organisation_id=self.organisation_id,
            measure=measure,
            today=self.today,
            as_of=self.today,
            first=self.first,
            last=self.last,
            services=self.services,
            channels=self.channels_of(indicator),
            natures=indicator.natures if indicator else None,
        )

    def channels_of(self, indicator: Indicator | None) -> frozenset[str] | None:
        """The channels asked for, among those the indicator speaks of."""
        if indicator is None or indicator.channels is None:
            return self.channels
        return indicator.channels & (self.channels or indicator.channels)

    def months(self) -> list[str]:
        """Every month the period touches, « 2026-03 », oldest first."""
        months, day = [], self.first.replace(day=1)
        while day <= self.last:
            months.append(f"{day:%Y-%m}")
            day = (day + timedelta(days=32)).replace(day=1)
        return months

    @cached_property
    def known_services(self) -> frozenset[int]:
        """Every service meant, by name: registers are read by service. Looked up once."""
        if self.services is not None:
            return self.services
        services = Service.objects.filter(organisation=self.organisation_id)
        return frozenset(services.values_list("pk", flat=True))
