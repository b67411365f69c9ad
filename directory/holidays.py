"""Public holidays of the French territories, computed for any year from 1983 on.

Sources: code du travail L3133-1 (the eleven of the nation), L3134-13 (Alsace-Moselle), L3422-2 and
the decree of 23 November 1983 (abolition days, the dates in force today). A holiday never moves
when it falls on a weekend. The days of the Pacific territories follow their local labour codes and
are marked "à vérifier" in `docs/decisions/0001-house.md`.
"""

from collections.abc import Callable
from datetime import date, timedelta
from functools import cache

from directory.enums import Territory

# Month, day, name. Names are French: they are shown beside each day of a count.
NATIONAL: tuple[tuple[int, int, str], ...] = (
    (1, 1, "Jour de l’an"),
    (5, 1, "Fête du Travail"),
    (5, 8, "Victoire de 1945"),
    (7, 14, "Fête nationale"),
    (8, 15, "Assomption"),
    (11, 1, "Toussaint"),
    (11, 11, "Armistice de 1918"),
    (12, 25, "Noël"),
)
# Days after Easter Sunday.
NATIONAL_MOVABLE: tuple[tuple[int, str], ...] = (
    (1, "Lundi de Pâques"),
    (39, "Ascension"),
    (50, "Lundi de Pentecôte"),
)
GOOD_FRIDAY = (-2, "Vendredi saint")
ABOLITION = "Abolition de l’esclavage"


def easter(year: int) -> date:
    """Easter Sunday in the Gregorian calendar (Meeus, Jones and Butcher's algorithm)."""
    golden = year % 19
    century, rest = divmod(year, 100)
    leap_centuries, century_rest = divmod(century, 4)
    correction = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - leap_centuries - correction + 15) % 30
    leap_years, year_rest = divmod(rest, 4)
    weekday = (32 + 2 * century_rest + 2 * leap_years - epact - year_rest) % 7
    shift = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * shift + 114, 31)
    return date(year, month, day + 1)


def _abolition(month: int, day: int) -> Callable[[int], dict[date, str]]:
    return lambda year: {date(year, month, day): ABOLITION}


def _alsace_moselle(year: int) -> dict[date, str]:
    return {date(year, 12, 26): "Saint-Étienne"}


def _alsace_moselle_good_friday(year: int) -> dict[date, str]:
    offset, name = GOOD_FRIDAY
    return _alsace_moselle(year) | {easter(year) + timedelta(days=offset): name}


def _saint_martin(year: int) -> dict[date, str]:
    return {date(year, 5, 28 if year >= 2018 else 27): ABOLITION}


def _nouvelle_caledonie(year: int) -> dict[date, str]:
    return {date(year, 9, 24): "Fête de la citoyenneté"}


def _polynesie(year: int) -> dict[date, str]:
    offset, name = GOOD_FRIDAY
    days = {
        date(year, 3, 5): "Arrivée de l’Évangile",
        easter(year) + timedelta(days=offset): name,
    }
    if year >= 2025:
        return days | {date(year, 11, 20): "Matari’i"}
    return days | {date(year, 6, 29): "Fête de l’autonomie"}


def _wallis_et_futuna(year: int) -> dict[date, str]:
    return {
        date(year, 4, 28): "Saint Pierre Chanel",
        date(year, 6, 29): "Saints Pierre et Paul",
        date(year, 7, 29): "Fête du Territoire",
    }


LOCAL: dict[str, Callable[[int], dict[date, str]]] = {
    Territory.ALSACE_MOSELLE: _alsace_moselle,
    Territory.ALSACE_MOSELLE_VENDREDI_SAINT: _alsace_moselle_good_friday,
    Territory.GUADELOUPE: _abolition(5, 27),
    Territory.GUYANE: _abolition(6, 10),
    Territory.LA_REUNION: _abolition(12, 20),
    Territory.MARTINIQUE: _abolition(5, 22),
    Territory.MAYOTTE: _abolition(4, 27),
    Territory.NOUVELLE_CALEDONIE: _nouvelle_caledonie,
    Territory.POLYNESIE_FRANCAISE: _polynesie,
    Territory.SAINT_BARTHELEMY: _abolition(10, 9),
    Territory.SAINT_MARTIN: _saint_martin,
    Territory.WALLIS_ET_FUTUNA: _wallis_et_futuna,
}


@cache
def public_holidays(territory: str, year: int) -> dict[date, str]:
    """Holidays of `territory` in `year`, by date. Raises ValueError for an unknown territory."""
    Territory(territory)
    sunday = easter(year)
    days = {date(year, month, day): name for month, day, name in NATIONAL}
    for offset, name in NATIONAL_MOVABLE:
        # In 2008 Ascension fell on 1 May: one day, and the first name stays.
        days.setdefault(sunday + timedelta(days=offset), name)
    local = LOCAL.get(territory)
    return days | local(year) if local else days
