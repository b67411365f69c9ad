"""What is written faster than Django's way must come out as Django writes it."""

import pytest
from django import forms
from django.template import Context, Template
from django.test.html import parse_html
from django.utils.html import escape
from django.utils.safestring import SafeString

from ui.widgets import PlainSelect

CHOICES = [("", "Tous"), ("mail", "Courrier & colis"), (3, "<b>Trois</b>")]


@pytest.mark.parametrize("value", ["", None, "mail", 3, "3", "rien"])
@pytest.mark.parametrize(
    "attrs", [{}, {"class": "control", "placeholder": False, "required": True}]
)
def test_a_plain_select_is_a_select(value: object, attrs: dict[str, str | bool]) -> None:
    plain, stock = (kind(choices=CHOICES) for kind in (PlainSelect, forms.Select))
    written, expected = (one.render("canal", value, attrs) for one in (plain, stock))
    assert parse_html(written) == parse_html(expected)


def badge(label: object) -> str:
    return Template('{% load ui %}{% ui "badge" label=label %}').render(Context({"label": label}))


def test_a_kept_component_tells_a_text_from_its_safe_twin() -> None:
    word = "<i>tard</i>"
    assert escape(word) in badge(word)
    assert word in badge(SafeString(word))
    assert escape(word) in badge(word)
