"""`manage.py indicators` against a count by hand: no running count, no tally, days one by one."""

import csv
import io
import json
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from math import ceil
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.db.models import F

from contacts.enums import Channel, Measure, Nature, ReplyKind
from contacts.models import DelayTarget, Demande, Reply
from contacts.queries import today_of
from contacts.target_actions import set_target
from directory.actions import close_days, open_day
from directory.enums import Territory
from directory.holidays import public_holidays
from directory.models import Organisation, Service, WorkingCalendar
from engagements.figures import Figure
from engagements.management.commands.indicators import Command
from engagements.models import DayTally, StaleTally
from engagements.recount import recount_stale
from engagements.reporting import as_row, parse_question
from tests import factories

ROOT = Path(__file__).resolve().parents[2]
REQUESTS = ROOT.parent / "shared" / "data" / "requests"
WABO = REQUESTS / "wabo_receipt_cases.csv"
TODAY = factories.TODAY
ONE_DAY = timedelta(days=1)
FIGURES = [
    *("in_time", "late", "overdue_open", "pending", "n"),
    *("rate", "wilson_low", "wilson_high", "median", "p90", "histogram"),
]


# --- the oracle: counting rules 2, 3, 4, 12, 14 and 15, one demande and one day at a time ---------


@dataclass(frozen=True)
class Days:
    """The working days of one calendar, from its rules alone."""

    territory: str
    weekdays: frozenset[int]
    closings: tuple[tuple[date, date], ...] = ()
    openings: frozenset[date] = frozenset()

    @classmethod
    def of(cls, calendar: WorkingCalendar) -> "Days":
        return cls(
            calendar.territory,
            calendar.weekdays,
            tuple((one.first_day, one.last_day) for one in calendar.closings.all()),
            frozenset(one.day for one in calendar.openings.all()),
        )

    def is_worked(self, day: date) -> bool:
        if day in self.openings:
            return True
        closed = any(first <= day <= last for first, last in self.closings)
        holiday = day in public_holidays(self.territory, day.year)
        return day.weekday() in self.weekdays and not holiday and not closed

    def between(self, start: date, end: date) -> int:
        """Working days in ]start, end], counted one by one; 0 when `end` comes first."""
        count, day = 0, start
        while day < end:
            day += ONE_DAY
            count += self.is_worked(day)
        return count


@dataclass(frozen=True)
class Case:
    """A demande as its raw rows tell it on the evening of a day."""

    key: dict[str, str]
    start: date
    stop: date | None
    limit: int | None
    days: Days

    def count_into(self, row: dict[str, Any], as_of: date) -> None:
        if self.stop is not None:
            delay = self.days.between(self.start, self.stop)
            row["histogram"][delay] += 1
            if self.limit is not None:
                row["in_time" if delay <= self.limit else "late"] += 1
        elif self.limit is not None and self.days.between(self.start, as_of) > self.limit:
            row["overdue_open"] += 1
        else:
            row["pending"] += 1


def summed(cases: Iterable[Case], by: tuple[str, ...], as_of: date) -> list[dict[str, Any]]:
    groups: dict[tuple[str, ...], dict[str, Any]] = defaultdict(
        lambda: dict.fromkeys(FIGURES[:4], 0) | {"histogram": Counter()}
    )
    for case in cases:
        case.count_into(groups[tuple(case.key[name] for name in by)], as_of)
    if not by:
        groups[()]
    rows = [dict(zip(by, key, strict=True)) | _finished(row) for key, row in groups.items()]
    return in_order(rows, by)


def in_order(rows: list[dict[str, Any]], by: tuple[str, ...]) -> list[dict[str, Any]]:
    return sorted(rows, key=lambda row: [row[name] for name in by])


def _finished(row: dict[str, Any]) -> dict[str, Any]:
    n = row["in_time"] + row["late"] + row["overdue_open"]
    delays = sorted(row["histogram"].elements())
    return row | {
        "n": n,
        "rate": row["in_time"] / n if n else None,
        "median": delays[ceil(len(delays) / 2) - 1] if delays else None,
        "p90": delays[ceil(len(delays) * 9 / 10) - 1] if delays else None,
        "histogram": {str(delay): row["histogram"][delay] for delay in sorted(row["histogram"])},
    }


def without_interval(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{k: v for k, v in row.items() if not k.startswith("wilson")} for row in rows]


def cases_of(
    organisation: Organisation, measure: Measure, limit: int | None, as_of: date
) -> list[Case]:
    """Every demande of the organisation, read from demandes, replies and targets row by row."""
    targets = list(DelayTarget.objects.filter(organisation=organisation, measure=measure))
    demandes = Demande.objects.filter(organisation=organisation, received_on__lte=as_of)
    read = demandes.select_related("service").prefetch_related("replies")
    found = [_case(one, targets, measure, limit, as_of) for one in read]
    return [case for case in found if case]


def _case(
    demande: Demande, targets: list[DelayTarget], measure: Measure, limit: int | None, as_of: date
) -> Case | None:
    known = [reply for reply in demande.replies.all() if reply.on_day <= as_of]
    replies = sorted(known, key=lambda reply: (reply.at, reply.pk))
    kinds = {ReplyKind.MERITS}
    if measure == Measure.FIRST_REPLY:
        kinds.add(ReplyKind.HOLDING)
    stops = [reply.on_day for reply in replies if reply.kind in kinds]
    if demande.closed_on and demande.closed_on <= as_of:
        stops.append(demande.closed_on)
    start: date | None = demande.received_on
    if measure == Measure.ANNOUNCED:
        start, limit = _announced(replies), 0
    elif limit is None:
        limit = _limit(demande, targets)
    if start is None:
        return None
    key = {
        "service": demande.service.name,
        "channel": demande.channel,
        "nature": demande.nature,
        "month": f"{demande.received_on:%Y-%m}",
        "year": f"{demande.received_on:%Y}",
        "day": f"{demande.received_on}",
    }
    return Case(key, start, min(stops, default=None), limit, _days(demande.service.calendar_id))


@cache
def _days(calendar_id: int) -> Days:
    return Days.of(WorkingCalendar.objects.get(pk=calendar_id))


def _announced(replies: list[Reply]) -> date | None:
    """The first date that passed before it was met or replaced, else the last one given."""
    given = None
    for i, reply in enumerate(replies):
        if reply.announced_on is None:
            continue
        given = reply.announced_on
        later = [r.on_day for r in replies[i + 1 :] if r.announced_on or r.kind == ReplyKind.MERITS]
        if later and min(later) > given:
            return given
    return given


def _limit(demande: Demande, targets: list[DelayTarget]) -> int | None:
    """More dimensions win; at equal number service, then nature, then channel (rule 15)."""
    best: tuple[int, int] | None = None
    for target in targets:
        told = [
            (target.service_id, demande.service_id, 4),
            (target.nature, demande.nature, 2),
            (target.channel, demande.channel, 1),
        ]
        named = [(theirs, weight) for ours, theirs, weight in told if ours and ours == theirs]
        refused = any(ours and ours != theirs for ours, theirs, _ in told)
        in_force = target.valid_from <= demande.received_on <= (target.valid_to or date.max)
        if in_force and not refused:
            rank = len(named) * 10 + sum(weight for _, weight in named)
            best = max(best or (-1, 0), (rank, target.limit))
    return best[1] if best else None


# --- a small random town --------------------------------------------------------------------------


@pytest.fixture(params=range(3))
def town(request: pytest.FixtureRequest, organisation: Organisation) -> Organisation:
    """Three services on three calendars, with demandes of every fate around the May holidays."""
    _days.cache_clear()
    dice = random.Random(request.param)
    services = _services(organisation)
    factories.national_targets(organisation)
    set_target(organisation, limit=8, valid_from=date(2026, 5, 10), service=services[0])
    set_target(organisation, limit=10, valid_from=date(2000, 1, 1), measure=Measure.MERITS)
    for _ in range(90):
        _random_demande(dice, dice.choice(services))
    return organisation


def _services(organisation: Organisation) -> list[Service]:
    plain = factories.make_calendar(organisation)
    bridged = factories.make_calendar(organisation, weekday_mask=0b0111111)
    close_days(bridged, first=date(2026, 5, 14), last=date(2026, 5, 16), label="Pont", today=TODAY)
    open_day(bridged, day=date(2026, 5, 24), label="Portes ouvertes", today=TODAY)
    island = factories.make_calendar(organisation, Territory.GUADELOUPE)
    return [
        factories.make_service(organisation, calendar, name=name)
        for calendar, name in ((plain, "État civil"), (bridged, "Écoles"), (island, "Voirie"))
    ]


def _random_demande(dice: random.Random, service: Service) -> None:
    received = date(2026, 4, 1) + dice.randrange(82) * ONE_DAY
    demande = factories.make_demande(
        service,
        received,
        channel=dice.choice(list(Channel)),
        nature=dice.choice(list(Nature)),
    )
    day = received
    for _ in range(dice.choice((0, 0, 1, 2))):
        day = min(TODAY, day + dice.randrange(15) * ONE_DAY)
        kind = dice.choice((ReplyKind.ACKNOWLEDGEMENT, ReplyKind.HOLDING))
        factories.add_reply(demande, kind, day, announced_on=day + dice.randrange(20) * ONE_DAY)
    day += dice.randrange(30) * ONE_DAY
    if day <= TODAY and dice.random() < 0.8:
        factories.add_reply(demande, ReplyKind.MERITS, day)
    if day <= TODAY and dice.random() < 0.7:
        Demande.objects.filter(pk=demande.pk).update(
            closed_on=day, closed_at=factories.at(day, 17), close_reason="answered"
        )


QUESTIONS = [
    ({"measure": "first_reply"}, ()),
    ({"measure": "first_reply", "limit": "5"}, ("channel",)),
    ({"measure": "first_reply"}, ("service", "nature")),
    ({"measure": "merits"}, ("month", "service")),
    ({"measure": "merits", "limit": "15"}, ("channel", "service", "month")),
    ({"measure": "merits", "limit": "0"}, ("day",)),
    ({"measure": "announced"}, ()),
    ({"measure": "announced"}, ("service", "channel")),
]


def check_against_oracle(organisation: Organisation, as_of: date) -> None:
    for params, by in QUESTIONS:
        asked = {**params, "by": ",".join(by), "as_of": str(as_of)}
        limit = int(params["limit"]) if "limit" in params else None
        cases = cases_of(organisation, Measure(params["measure"]), limit, as_of)
        found = in_order(parse_question(asked, organisation, TODAY).rows(), by)
        assert without_interval(found) == summed(cases, by, as_of), asked


def test_figures_of_today_stale_recounted_and_partly_stale_again(town: Organisation) -> None:
    assert StaleTally.objects.exists()
    check_against_oracle(town, TODAY)
    recount_stale()
    assert DayTally.objects.exists()
    assert not StaleTally.objects.exists()
    check_against_oracle(town, TODAY)
    for demande in Demande.objects.filter(closed_on=None, merits_on=None).order_by("pk")[:10]:
        factories.add_reply(demande, ReplyKind.MERITS, TODAY)
    assert StaleTally.objects.exists()
    check_against_oracle(town, TODAY)


def test_figures_as_they_stood_on_past_evenings(town: Organisation) -> None:
    recount_stale()
    for as_of in (date(2026, 4, 30), date(2026, 5, 16), date(2026, 6, 21)):
        check_against_oracle(town, as_of)


@pytest.mark.parametrize("town", [0], indirect=True)
def test_the_oracle_sees_a_changed_calendar(town: Organisation) -> None:
    """A control: with a working day taken away behind the figures' back, the two disagree."""
    calendar = Service.objects.get(organisation=town, name="État civil").calendar
    calendar.days.filter(day__gte=date(2026, 5, 4)).update(count=F("count") - 1)
    with pytest.raises(AssertionError):
        check_against_oracle(town, TODAY)


# --- the command ----------------------------------------------------------------------------------


@pytest.fixture
def printed(organisation: Organisation) -> Callable[..., str]:
    def run(*arguments: str) -> str:
        out = io.StringIO()
        call_command("indicators", "--organisation", organisation.name, *arguments, stdout=out)
        return out.getvalue()

    return run


@pytest.fixture
def answered(service: Service, other_service: Service) -> None:
    """Two e-mails and a letter: one in time, one late, one open and overdue for years."""
    factories.make_demande(service, date(2026, 6, 1), replied=date(2026, 6, 5))
    factories.make_demande(service, date(2026, 6, 1), replied=date(2026, 6, 12))
    factories.make_demande(other_service, date(2025, 6, 2), channel=Channel.MAIL)


@pytest.mark.usefixtures("answered")
def test_json_is_a_list_of_objects_with_exactly_these_keys(printed: Callable[..., str]) -> None:
    rows = json.loads(
        printed(
            "--by", "channel,service,month", "--limit", "5", "--measure", "merits", "--format=json"
        )
    )
    assert [list(row) for row in rows] == [["channel", "service", "month", *FIGURES]] * 2
    email, letter = rows
    assert (email["channel"], email["service"], email["month"]) == (
        "email",
        "État civil",
        "2026-06",
    )
    assert {k: email[k] for k in FIGURES[:6]} == {
        "in_time": 1,
        "late": 1,
        "overdue_open": 0,
        "pending": 0,
        "n": 2,
        "rate": 0.5,
    }
    assert email["histogram"] == {"4": 1, "9": 1}
    assert (email["median"], email["p90"]) == (4, 9)
    assert 0.09 < email["wilson_low"] < 0.1
    assert (letter["overdue_open"], letter["rate"], letter["median"]) == (1, 0.0, None)


@pytest.mark.usefixtures("answered")
def test_without_grouping_one_object(printed: Callable[..., str]) -> None:
    (row,) = json.loads(printed("--limit=5", "--format=json"))
    assert list(row) == FIGURES
    assert row["n"] == 3


def test_nothing_to_count_is_null_and_never_zero_percent(printed: Callable[..., str]) -> None:
    (row,) = json.loads(printed("--format=json"))
    assert (row["n"], row["rate"], row["wilson_low"], row["wilson_high"]) == (0, None, None, None)
    assert "n. d." in printed()
    assert "0,0" not in printed()
    assert json.loads(printed("--by=channel", "--format=json")) == []


@pytest.mark.usefixtures("answered")
def test_the_table_speaks_french_and_is_aligned(printed: Callable[..., str]) -> None:
    headings, *lines = printed("--by=channel", "--limit=5").splitlines()
    assert headings.split()[0] == "Canal"
    assert "Taux" in headings
    assert [line.split()[0] for line in lines] == ["Courriel", "Courrier"]
    assert "50,0" in lines[0]
    end = headings.index("Taux") + len("Taux")
    assert all(line[:end].endswith("%") for line in lines)


@pytest.mark.usefixtures("answered")
def test_csv_holds_the_same_figures_as_json(printed: Callable[..., str]) -> None:
    asked = ("--by=service", "--limit=5")
    from_csv = list(csv.DictReader(io.StringIO(printed(*asked, "--format=csv"))))
    from_json = json.loads(printed(*asked, "--format=json"))
    assert [row["service"] for row in from_csv] == ["État civil", "Urbanisme"]
    for one, other in zip(from_csv, from_json, strict=True):
        assert json.loads(one["histogram"]) == other["histogram"]
        assert float(one["rate"]) == other["rate"]


@pytest.mark.usefixtures("answered")
@pytest.mark.parametrize(
    ("arguments", "n"),
    [
        (["--from=2026-06-01"], 2),
        (["--to=2026-05-31"], 1),
        (["--from=2025-06-02", "--to=2025-06-02"], 1),
        (["--channel=mail"], 1),
        (["--channel=mail,email"], 3),
        (["--service=Urbanisme"], 1),
        (["--nature=suggestion"], 0),
        (["--as-of=2025-12-31"], 1),
    ],
)
def test_filters(printed: Callable[..., str], arguments: list[str], n: int) -> None:
    (row,) = json.loads(printed("--limit=5", "--format=json", *arguments))
    assert row["n"] == n


def test_a_service_is_read_with_those_below_it(
    printed: Callable[..., str], service: Service
) -> None:
    below = factories.make_service(service.organisation, name="Passeports, cartes", parent=service)
    factories.make_demande(below, replied=date(2026, 6, 2))
    for name in ("État civil", "Passeports, cartes"):
        (row,) = json.loads(printed("--limit=5", "--format=json", f"--service={name}"))
        assert row["n"] == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--by=saison"], "--by : « saison » n’est pas un des choix"),
        (["--by=month,month"], "--by : Le même regroupement"),
        (["--measure=vitesse"], "--measure : « vitesse »"),
        (["--limit=quinze"], "--limit : « quinze »"),
        (["--limit=-1"], "--limit : « -1 »"),
        (["--measure=announced", "--limit=3"], "--limit : Une date annoncée"),
        (["--from=01/06/2026"], "--from : « 01/06/2026 » n’est pas une date"),
        (["--from=2026-06-02", "--to=2026-06-01"], "--to : La fin de la période précède"),
        (["--as-of=2999-01-01"], "--as-of : Cette date est dans le futur."),
        (["--as-of=1999-12-31"], "--as-of : Cette date est antérieure"),
        (["--service=Voirie"], "--service : Service inconnu : « Voirie »."),
        (["--channel=fax"], "--channel : « fax »"),
    ],
)
def test_a_bad_argument_is_one_french_line(
    organisation: Organisation,
    arguments: list[str],
    words: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit) as left:
        call_command("indicators", "--organisation", organisation.name, *arguments)
    told = capsys.readouterr()
    assert left.value.code == 2
    assert told.out == ""
    assert told.err.startswith(words)
    assert told.err.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "Il manque : --organisation."),
        (["--organisation=X", "--couleur=bleu"], "Argument inconnu : --couleur=bleu."),
        (["--organisation"], "--organisation attend une valeur."),
        (["--organisation=X", "--format=pdf"], "--format : « pdf » n’est pas un des choix"),
        (["--organisation=Ville de Saint-Obin"], "Organisation inconnue"),
    ],
)
def test_a_command_line_that_does_not_parse(
    organisation: Organisation,
    arguments: list[str],
    words: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit) as left:
        Command().run_from_argv(["manage.py", "indicators", *arguments])
    told = capsys.readouterr()
    assert left.value.code == 2
    assert told.err.startswith(words)
    assert told.err.count("\n") == 1


def test_a_near_name_is_offered(
    organisation: Organisation, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        call_command("indicators", "--organisation", "ville de saint-obin")
    assert "« Ville de Saint-Aubin »" in capsys.readouterr().err


def test_today_is_the_latest_day_of_the_calendars(organisation: Organisation) -> None:
    factories.make_calendar(organisation)
    evening = datetime(2026, 6, 22, 21, 30, tzinfo=UTC)
    assert today_of(organisation.pk, evening) == date(2026, 6, 22)
    factories.make_calendar(organisation, Territory.LA_REUNION)
    assert today_of(organisation.pk, evening) == date(2026, 6, 23)


def test_a_row_says_null_where_nothing_is_known() -> None:
    row = as_row(Figure(key={"service": "7"}), {"service": {"7": "Voirie"}})
    assert row["service"] == "Voirie"
    figure = Figure(histogram={12: 1, 2: 1})
    assert list(as_row(figure)["histogram"]) == ["2", "12"]


# --- the real file --------------------------------------------------------------------------------

CHANNELS = {"Internet": "online", "Desk": "guichet", "Post": "mail", "e-mail": "email"}


def wabo_cases() -> list[Case]:
    """The file itself, read without the product."""
    days = Days(Territory.METROPOLE, frozenset(range(5)))
    zone = ZoneInfo("Europe/Paris")
    cases = []
    with WABO.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            start = datetime.fromisoformat(row["startdate"])
            end = datetime.fromisoformat(row["enddate"]) if row["enddate"] else None
            if row["channel"] not in CHANNELS or (end and end < start):
                continue
            received = start.astimezone(zone).date()
            key = {
                "channel": CHANNELS[row["channel"]],
                "service": row["department"],
                "month": f"{received:%Y-%m}",
            }
            stop = end.astimezone(zone).date() if end else None
            cases.append(Case(key, received, stop, 15, days))
    return cases


@pytest.mark.django_db
@pytest.mark.skipif(not WABO.exists(), reason="../shared/data absent : fichier wabo non vérifié")
def test_the_real_file_counted_by_hand(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mapping = ROOT / "examples" / "mappings" / "wabo.toml"
    arguments = ["--organisation=Wabo", "--create", f"--mapping={mapping}"]
    call_command("import_demandes", str(WABO), *arguments, f"--report={tmp_path}/refused.csv")
    capsys.readouterr()
    organisation = Organisation.objects.get(name="Wabo")
    today = today_of(organisation.pk, factories.NOW)
    for by in ((), ("channel", "month"), ("channel", "service", "month")):
        asked = {"measure": "merits", "limit": "15", "by": ",".join(by)}
        found = in_order(parse_question(asked, organisation, today).rows(), by)
        assert without_interval(found) == summed(wabo_cases(), by, today)
