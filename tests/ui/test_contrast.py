"""Contrast of the pairs the stylesheets use, computed from the tokens (WCAG AA)."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from ui import theme

TOKENS = (Path(settings.BASE_DIR) / "static" / "ui" / "tokens.css").read_text()
TEXT, SHAPE = 4.5, 3.0

ON_GROUNDS = [
    (ink, ground)
    for ink in ("ink", "ink-soft", "brand", "brand-strong", "danger", "success", "warning")
    for ground in ("surface", "paper", "surface-soft")
]
TEXT_PAIRS = [
    *ON_GROUNDS,
    ("on-brand", "brand"),
    ("on-brand", "brand-strong"),
    ("brand", "brand-soft"),
    ("brand-strong", "brand-soft"),
    ("ink", "brand-soft"),
    ("ink-soft", "brand-soft"),
    ("surface", "danger"),
    ("surface", "danger-strong"),
    ("surface", "level-4"),
    ("surface", "level-5"),
    ("ink", "level-1"),
    ("ink", "level-2"),
    ("ink", "level-3"),
    *[(state, f"{state}-soft") for state in ("success", "warning", "danger")],
    *[("ink", f"{state}-soft") for state in ("success", "warning", "danger")],
]
SHAPE_PAIRS = [
    ("line-strong", "surface"),
    ("line-strong", "paper"),
    ("success-line", "surface"),
    ("warning-line", "surface"),
    ("danger-line", "surface"),
    ("focus", "surface"),
    ("focus", "paper"),
    ("focus", "focus-gap"),
    ("focus-gap", "brand"),
    ("level-4", "surface"),
    ("danger-line", "danger-soft"),
]


def token(name: str) -> theme.Rgb:
    found = re.search(rf"--{name}: (#[0-9a-f]{{6}});", TOKENS)
    assert found, name
    return theme.parse(found[1])


@pytest.mark.parametrize(("ink", "ground"), TEXT_PAIRS)
def test_text_is_legible(ink: str, ground: str) -> None:
    assert theme.contrast(token(ink), token(ground)) >= TEXT


@pytest.mark.parametrize(("line", "ground"), SHAPE_PAIRS)
def test_shapes_can_be_seen(line: str, ground: str) -> None:
    assert theme.contrast(token(line), token(ground)) >= SHAPE


def test_contrast_is_the_one_of_the_standard() -> None:
    assert theme.contrast(theme.BLACK, theme.WHITE) == pytest.approx(21)
    assert theme.contrast(theme.parse("#767676"), theme.WHITE) == pytest.approx(4.54, abs=0.01)


def test_the_theme_knows_the_darkest_ground() -> None:
    assert theme.parse(theme.DARKEST_GROUND) == token("surface-soft")


@given(st.from_regex(r"#[0-9a-f]{6}", fullmatch=True))
def test_any_colour_of_an_organisation_stays_legible(colour: str) -> None:
    sheet = theme.stylesheet(colour)
    properties = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", sheet))
    values = {name: theme.parse(value) for name, value in properties.items()}
    for ground in (theme.WHITE, values["brand-soft"], token("paper"), token("surface-soft")):
        assert theme.contrast(values["brand"], ground) >= TEXT
    assert theme.contrast(values["on-brand"], values["brand"]) >= TEXT
    assert theme.contrast(token("ink-soft"), values["brand-soft"]) >= TEXT
