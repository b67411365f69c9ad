"""Public holidays of each territory, against dates checked by hand (Code du travail, almanacs)."""

from datetime import date

import pytest

from directory.enums import Territory, time_zone_of
from directory.holidays import easter, public_holidays

NATIONAL_FIXED = [(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)]
# Year → Easter Monday, Ascension, Whit Monday.
MOVABLE = {
    2000: ["04-24", "06-01", "06-12"],
    2011: ["04-25", "06-02", "06-13"],
    2019: ["04-22", "05-30", "06-10"],
    2024: ["04-01", "05-09", "05-20"],
    2025: ["04-21", "05-29", "06-09"],
    2026: ["04-06", "05-14", "05-25"],
    2027: ["03-29", "05-06", "05-17"],
    2028: ["04-17", "05-25", "06-05"],
    2038: ["04-26", "06-03", "06-14"],
}
GOOD_FRIDAY = {2024: "03-29", 2025: "04-18", 2026: "04-03", 2027: "03-26"}
# What each territory adds to the eleven of the nation, the same every year.
ADDED = {
    Territory.METROPOLE: [],
    Territory.ALSACE_MOSELLE: ["12-26"],
    Territory.GUADELOUPE: ["05-27"],
    Territory.GUYANE: ["06-10"],
    Territory.LA_REUNION: ["12-20"],
    Territory.MARTINIQUE: ["05-22"],
    Territory.MAYOTTE: ["04-27"],
    Territory.NOUVELLE_CALEDONIE: ["09-24"],
    Territory.SAINT_BARTHELEMY: ["10-09"],
    Territory.SAINT_MARTIN: ["05-28"],
    Territory.SAINT_PIERRE_ET_MIQUELON: [],
}


def national(year: int) -> set[date]:
    fixed = {date(year, month, day) for month, day in NATIONAL_FIXED}
    return fixed | {date.fromisoformat(f"{year}-{day}") for day in MOVABLE[year]}


@pytest.mark.parametrize("year", MOVABLE)
def test_the_nation_has_eleven_holidays(year: int) -> None:
    assert set(public_holidays(Territory.METROPOLE, year)) == national(year)
    assert len(public_holidays(Territory.METROPOLE, year)) == 11


@pytest.mark.parametrize("year", [2024, 2025, 2026, 2027])
@pytest.mark.parametrize("territory", ADDED)
def test_each_territory_adds_its_own_days(territory: Territory, year: int) -> None:
    added = {date.fromisoformat(f"{year}-{day}") for day in ADDED[territory]}
    assert set(public_holidays(territory, year)) == national(year) | added


@pytest.mark.parametrize("year", GOOD_FRIDAY)
def test_good_friday_only_where_the_commune_keeps_it(year: int) -> None:
    friday = date.fromisoformat(f"{year}-{GOOD_FRIDAY[year]}")
    assert friday in public_holidays(Territory.ALSACE_MOSELLE_VENDREDI_SAINT, year)
    assert friday not in public_holidays(Territory.ALSACE_MOSELLE, year)
    assert friday not in public_holidays(Territory.METROPOLE, year)


def test_in_2008_ascension_and_1_may_are_one_holiday() -> None:
    days = public_holidays(Territory.METROPOLE, 2008)
    assert len(days) == 10
    assert days[date(2008, 5, 1)] == "Fête du Travail"


def test_no_holiday_moves_from_a_weekend() -> None:
    days = public_holidays(Territory.METROPOLE, 2026)
    assert date(2026, 8, 15).weekday() == 5
    assert date(2026, 8, 15) in days
    assert date(2026, 8, 14) not in days
    assert date(2026, 8, 17) not in days


def test_saint_martin_moved_its_day_in_2018() -> None:
    assert date(2017, 5, 27) in public_holidays(Territory.SAINT_MARTIN, 2017)
    assert date(2017, 5, 28) not in public_holidays(Territory.SAINT_MARTIN, 2017)
    assert date(2018, 5, 28) in public_holidays(Territory.SAINT_MARTIN, 2018)
    assert date(2018, 5, 27) not in public_holidays(Territory.SAINT_MARTIN, 2018)


def test_polynesie_changed_its_day_in_2025() -> None:
    assert date(2024, 6, 29) in public_holidays(Territory.POLYNESIE_FRANCAISE, 2024)
    assert date(2025, 6, 29) not in public_holidays(Territory.POLYNESIE_FRANCAISE, 2025)
    assert date(2025, 11, 20) in public_holidays(Territory.POLYNESIE_FRANCAISE, 2025)


def test_easter_is_a_sunday_between_22_march_and_25_april() -> None:
    for year in range(1983, 2100):
        day = easter(year)
        assert day.weekday() == 6
        assert date(year, 3, 22) <= day <= date(year, 4, 25)


def test_every_territory_has_the_national_days_and_a_time_zone() -> None:
    for territory in Territory:
        assert national(2026) <= set(public_holidays(territory, 2026))
        assert time_zone_of(territory)


def test_an_unknown_territory_is_refused() -> None:
    with pytest.raises(ValueError, match="atlantide"):
        public_holidays("atlantide", 2026)


def test_every_name_is_there_to_be_read() -> None:
    for territory in Territory:
        assert all(name.strip() for name in public_holidays(territory, 2026).values())
