"""F13: the nights of 23 and 25 hours, the new year and the 29th of February, in three zones."""

from tests.faults.harness.form import MARKS, Figures, Form
from tests.faults.harness.oracle import judge
from tests.faults.harness.world import Scene

pytestmark = MARKS
PARIS = "Europe/Paris"
DAYS = ["2026-03-29", "2026-10-25", "2027-01-01", "2028-02-29"]
TERRITORIES = ["metropole", "la-reunion", "guyane"]

RAW = "SELECT count(*) FROM contacts_demande"
OTHER_DAY = """
    SELECT count(*) FROM contacts_demande d JOIN directory_service s ON s.id = d.service_id
    WHERE s.name = %s AND (d.received_at AT TIME ZONE %s)::date <> d.received_on
"""
OPEN = "SELECT sum(open) FROM engagements_daytally WHERE measure = 'first_reply'"
BY_DAY = """
    SELECT sum(COALESCE(cumulative[cardinality(cumulative)], 0) + open)
    FROM engagements_daytally WHERE measure = 'first_reply'
"""
BY_MONTH = """
    SELECT sum(cumulative[cardinality(cumulative)]) FROM engagements_monthtally
    WHERE measure = 'first_reply' AND nature <> '' AND family <> -1
"""
# What a job would count that wakes every hour and takes "the previous hour" of the wall clock.
PREVIOUS_HOURS = """
    SELECT sum(counted) FROM (
        SELECT (
            SELECT count(*) FROM contacts_demande d JOIN directory_service s ON s.id = d.service_id
            WHERE s.name = %s
              AND date_trunc('hour', d.received_at AT TIME ZONE %s)
                = date_trunc('hour', (tick - interval '1 hour') AT TIME ZONE %s)
        ) AS counted
        FROM generate_series(
            '2026-10-24 00:00+00'::timestamptz, '2026-10-27 00:00+00', interval '1 hour'
        ) AS tick
    ) AS ticks
"""
THAT_WEEKEND = """
    SELECT count(*) FROM contacts_demande d JOIN directory_service s ON s.id = d.service_id
    WHERE s.name = %s AND d.received_at BETWEEN '2026-10-23 23:00+00' AND '2026-10-26 23:00+00'
"""


def test_hours_days_and_months_add_up(scene: Scene, form: Form, figures: Figures) -> None:
    window = {"hours": form.of(short=8, full=48), "step": form.of(short=60, full=30)}
    zones: dict[str, str] = scene.ask("live_through", days=DAYS, territories=TERRITORIES, **window)
    scene.ask("recount")
    raw = scene.value(RAW)
    figures.note("F13", f"contacts à travers {len(DAYS)} dates et {len(zones)} fuseaux", raw)
    assert [scene.value(OTHER_DAY, name, zone) for name, zone in zones.items()] == [0, 0, 0]
    assert scene.value(BY_DAY) == raw
    assert scene.value(BY_MONTH) + scene.value(OPEN) == raw
    assert judge(scene) == {}
    control(scene, zones, figures)


def control(scene: Scene, zones: dict[str, str], figures: Figures) -> None:
    """On the same rows: days by the clock of Paris, and sums of "the previous hour"."""
    paris = next(name for name, zone in zones.items() if zone == PARIS)
    moved = sum(scene.value(OTHER_DAY, name, PARIS) for name in zones if name != paris)
    counted = scene.value(PREVIOUS_HOURS, paris, PARIS, PARIS)
    there = scene.value(THAT_WEEKEND, paris)
    figures.note("F13", "témoin : tout à l’heure de Paris, contacts au mauvais jour", moved)
    figures.note("F13", "témoin : « l’heure précédente », contacts en trop", int(counted - there))
    assert moved
    assert counted != there


ZONES = [PARIS, "Indian/Reunion", "America/Cayenne"]


def test_no_night_is_lost_or_doubled(scene: Scene, figures: Figures) -> None:
    """From the second day before, at noon, to the day after: four nights, four runs."""
    window = {"days": DAYS, "hours": 36, "step": 30}
    for zone in ZONES:
        runs = scene.ask("nights", zone=zone, **window)
        assert set(runs.values()) == {1}
        assert len(runs) == 4 * len(DAYS)
    figures.note("F13", "nuits vécues, un passage chacune", 4 * len(DAYS) * len(ZONES))
    naive = scene.ask("naive_nights", zone=PARIS, **window)
    strayed = naive["2026-03-29"], naive["2026-10-25"]
    figures.note("F13", "témoin : à l’heure murale, passages en mars et en octobre", str(strayed))
    assert strayed == (0, 2)
