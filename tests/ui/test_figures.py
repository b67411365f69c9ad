"""Figures, delays and dates read as French readers expect them."""

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from django.template import Context, Template
from django.utils import translation

from ui import figures

THIN = "\u202f"
NONE = "n.\u00a0d."


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0.824, f"82,4{THIN}%"),
        (1, f"100,0{THIN}%"),
        (0, f"0,0{THIN}%"),
        (Decimal("0.0005"), f"0,1{THIN}%"),
        (Fraction(2, 3), f"66,7{THIN}%"),
        (None, NONE),
    ],
)
def test_percent(value: figures.Number | None, words: str) -> None:
    assert figures.percent_text(value) == words


def test_a_target_has_no_needless_decimal() -> None:
    assert figures.target_text(0.8) == f"80{THIN}%"
    assert figures.target_text(0.925) == f"92,5{THIN}%"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0, "0 jour ouvré"),
        (1, "1 jour ouvré"),
        (1.5, "1,5 jour ouvré"),
        (2, "2 jours ouvrés"),
        (1204, f"1{THIN}204 jours ouvrés"),
        (None, NONE),
    ],
)
def test_working_days(value: figures.Number | None, words: str) -> None:
    assert figures.working_days_text(value) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (2, "2 j. ouvrés restants"),
        (1, "1 j. ouvré restant"),
        (0, "aujourd’hui"),
        (-1, "en retard de 1 j. ouvré"),
        (-3, "en retard de 3 j. ouvrés"),
        (None, NONE),
    ],
)
def test_days_left(value: int | None, words: str) -> None:
    assert figures.days_left_text(value) == words


def test_dates() -> None:
    assert figures.date_text(date(2026, 11, 22)) == "22 novembre 2026"
    assert figures.date_text(date(2026, 11, 1)) == "1er novembre 2026"
    assert figures.date_text(date(2026, 11, 11)) == "11 novembre 2026"
    assert figures.date_text(date(2026, 11, 22), "short") == "22/11/2026"
    assert figures.date_text(date(2026, 11, 22), "full") == "dimanche 22 novembre 2026"
    assert figures.date_text(None) == NONE


def test_an_instant_is_read_in_local_time() -> None:
    """Half past eleven at night in UTC is already the next day in Paris."""
    instant = datetime(2026, 7, 31, 23, 30, tzinfo=UTC)
    assert figures.instant_text(instant) == "1er août 2026 à 01:30"
    assert figures.date_text(instant) == "1er août 2026"


def test_numbers_and_dates_in_templates_follow_the_language() -> None:
    template = Template("{{ n }} {{ x }} {{ d }}")
    context = {"n": 12480, "x": 3.5, "d": date(2026, 11, 22)}
    assert template.render(Context(context)) == f"12{THIN}480 3,5 22 novembre 2026"
    with translation.override("en"):
        assert template.render(Context(context)) == f"12{THIN}480 3.5 22 November 2026"


def test_filters_take_what_a_template_lacks_for_none() -> None:
    source = "{% load ui %}{{ nobody|percent }} {{ nobody|working_days }} {{ nobody|fr_date }}"
    assert Template(source).render(Context()) == f"{NONE} {NONE} {NONE}"
