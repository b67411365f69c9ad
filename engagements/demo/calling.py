"""Two months of telephone: lines, calls of every outcome, and one mystery-call campaign."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from random import Random

from directory.models import Organisation, Service
from engagements.demo.plan import Plan
from telephony.enums import MysteryOutcome, Outcome, Source
from telephony.hours import Hours
from telephony.models import Call, Line, MysteryCall, MysteryCampaign

DAYS, CALLS_A_DAY = 60, (6, 14)
MYSTERY_CALLS = 24
# Numbers that the authority keeps for fiction (decision 2018-0881 of Arcep).
FICTION = "+3319900"
# How calls end, and the seconds they waited: from, most often, to.
ENDS: list[tuple[Outcome, float, tuple[float, float, float]]] = [
    (Outcome.AGENT, 0.66, (2, 45, 9)),
    (Outcome.VOICE_SERVER, 0.16, (1, 5, 2)),
    (Outcome.ABANDONED, 0.13, (2, 80, 22)),
    (Outcome.UNANSWERED, 0.05, (0, 60, 35)),
]


def ring(plan: Plan, organisation: Organisation, front: int) -> int:
    """Calls to the front service and two others; how many. Drawn apart from the demandes."""
    rng = Random(f"{plan.seed} {plan.name} téléphone")  # noqa: S311
    services = Service.objects.filter(organisation=organisation).select_related("calendar")
    ordered = sorted(services, key=lambda one: (one.pk != front, one.pk))[:3]
    lines = [_line(organisation, service, place) for place, service in enumerate(ordered)]
    calls = [call for line in lines for call in _calls(plan, line, rng)]
    Call.objects.bulk_create(calls)
    _mystery(plan, ordered[0], rng)
    return len(calls)


def _line(organisation: Organisation, service: Service, place: int) -> Line:
    label = "Standard" if place == 0 else "Ligne directe"
    number = f"{FICTION}12{place:02d}"
    return Line.objects.create(
        organisation=organisation, service=service, number=number, label=label
    )


def _calls(plan: Plan, line: Line, rng: Random) -> Iterator[Call]:
    hours = Hours(line.service.calendar)
    for back in range(DAYS, 0, -1):
        day = plan.today - timedelta(days=back)
        is_working = hours.schedule.is_working_day(day)
        for place in range(rng.randint(*CALLS_A_DAY) if is_working else rng.randint(0, 1)):
            clock = time(rng.randint(8, 17), rng.randint(0, 59), rng.randint(0, 59))
            at = datetime.combine(day, clock, tzinfo=hours.zone)
            yield _call(line, hours, at, f"demo-{line.pk}-{day:%Y%m%d}-{place}", rng)


def _call(line: Line, hours: Hours, at: datetime, key: str, rng: Random) -> Call:
    [end] = rng.choices(ENDS, [share for _outcome, share, _waits in ENDS])
    outcome, _share, (low, high, mode) = end
    wait_ms = round(rng.triangular(low, high, mode) * 1000)
    over = at + timedelta(milliseconds=wait_ms)
    answered = over if outcome.is_answered else None
    talked = timedelta(seconds=rng.randint(40, 420)) if answered else timedelta(0)
    return Call(
        organisation_id=line.organisation_id,
        service_id=line.service_id,
        line=line,
        source=Source.CSV,
        external_key=key,
        caller=f"{FICTION}{rng.randint(1300, 9999)}" if rng.random() < 0.85 else "",
        started_at=at,
        started_on=hours.calendar.day_of(at),
        wait_ms=wait_ms,
        answered_at=answered,
        ended_at=over + talked,
        outcome=outcome,
        in_hours=hours.are_on(at),
        hours_basis=hours.basis,
        recorded_at=over + talked,
    )


def _mystery(plan: Plan, service: Service, rng: Random) -> None:
    first = plan.today - timedelta(days=40)
    campaign = MysteryCampaign.objects.create(
        organisation_id=service.organisation_id,
        title="Appels mystère du baromètre",
        first_day=first,
        last_day=first + timedelta(days=13),
    )
    campaign.services.add(service)
    MysteryCall.objects.bulk_create(_made(campaign, service, rng) for _one in range(MYSTERY_CALLS))


def _made(campaign: MysteryCampaign, service: Service, rng: Random) -> MysteryCall:
    day = campaign.first_day + timedelta(days=rng.randint(0, 13))
    at = datetime.combine(day, time(rng.randint(9, 16), 15), tzinfo=service.calendar.zone)
    taken = rng.random() < 0.85
    return MysteryCall(
        organisation_id=service.organisation_id,
        campaign=campaign,
        service=service,
        called_at=at,
        outcome=MysteryOutcome.AGENT if taken else MysteryOutcome.UNANSWERED,
        rings=rng.randint(1, 6) if taken else rng.randint(6, 10),
        mark=rng.randint(5, 10) if taken else None,
        recorded_at=at + timedelta(hours=2),
    )
