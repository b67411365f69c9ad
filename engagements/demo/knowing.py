"""What the town's agents say again: answer sheets, how often they served, text modules, hours."""

import uuid
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from directory.actions import set_hours
from directory.models import Agent, Motif, Organisation, Service, WorkingCalendar
from directory.opening_hours import read_hours
from engagements.demo.catalogue import read
from engagements.demo.places import Place
from knowledge import actions
from knowledge.models import Sheet, SheetUse, SheetVersion, TextModule

WRITTEN_BEFORE, SERVED_WITHIN = timedelta(days=240), 28
OFFICE = "8:30-12:00, 13:30-17:30"
SATURDAY = 5


def know(
    organisation: Organisation, places: Mapping[str, Place], keeper: Agent, *, today: date
) -> None:
    """Sheets and modules of the services that this town has; the same at each run."""
    found = read("knowledge")
    services = {
        key: Service.objects.select_related("calendar").get(pk=place.pk)
        for key, place in places.items()
    }
    _open_the_doors(organisation)
    zone = next(iter(services.values())).calendar.zone
    written = datetime.combine(today - WRITTEN_BEFORE, time(9), tzinfo=zone)
    for number, raw in enumerate(found["sheets"]):
        if raw.get("service", "accueil") in services:
            service = services.get(raw.get("service", ""))
            sheet = _sheet(organisation, raw, service, today=today)
            sheet.owner = keeper
            actions.write(sheet, by=keeper, at=written, publish=True)
            _serve(sheet, service or services["accueil"], raw["served"], number, today=today)
    for raw in found["modules"]:
        if raw.get("service", "accueil") in services:
            actions.save_module(
                TextModule(
                    organisation=organisation,
                    name=raw["name"],
                    kind=raw["kind"],
                    service=services.get(raw.get("service", "")),
                    body=raw["body"].strip(),
                )
            )


def _open_the_doors(organisation: Organisation) -> None:
    """Hours for the calendars that have none."""
    for calendar in WorkingCalendar.objects.filter(organisation=organisation, hours__isnull=True):
        hours = {
            day: read_hours("9:00-12:00" if day == SATURDAY else OFFICE)
            for day in calendar.weekdays
        }
        set_hours(calendar, hours)


def _sheet(
    organisation: Organisation, raw: dict[str, Any], service: Service | None, *, today: date
) -> Sheet:
    motifs = Motif.objects.filter(organisation=organisation, name=raw.get("motif", ""))
    return Sheet(
        organisation=organisation,
        question=raw["question"],
        answer=raw["answer"].strip(),
        keywords=raw["keywords"],
        service=service,
        motif=motifs.first(),
        review_on=today + timedelta(days=raw["days"]),
        valid_until=today + timedelta(days=raw["valid"]) if "valid" in raw else None,
    )


def _serve(sheet: Sheet, service: Service, times: int, number: int, *, today: date) -> None:
    version = SheetVersion.objects.get(organisation=sheet.organisation_id, sheet=sheet)
    uses = []
    for rank in range(times):
        day = today - timedelta(days=1 + (rank * 5 + number) % SERVED_WITHIN)
        uses.append(
            SheetUse(
                organisation_id=sheet.organisation_id,
                sheet=sheet,
                version=version,
                key=uuid.uuid5(sheet.public_id, str(rank)),
                service=service,
                channel="phone" if rank % 3 else "guichet",
                on_day=day,
                at=datetime.combine(day, time(10), tzinfo=service.calendar.zone),
            )
        )
    SheetUse.objects.bulk_create(uses)
