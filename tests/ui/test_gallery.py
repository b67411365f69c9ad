"""The gallery shows every component, and nothing that the CSP would refuse."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template import Context, Template
from django.template.loader import get_template
from django.test import Client, override_settings

from ui.components import registry
from ui.gallery import context
from ui.gallery.specimens import ROOMS, SHOWN_ELSEWHERE, SPECIMENS

ROOT = Path(settings.BASE_DIR)
UNSAFE = re.compile(r"<[^>]+\s(style|on[a-z]+)=|<style|<script(?![^>]*\ssrc=)|javascript:", re.I)
STATES = [(name, state, source) for name, states in SPECIMENS.items() for state, source in states]


@pytest.fixture
def gallery(db: None) -> str:
    with override_settings(UI_GALLERY=True):
        response = Client().get("/composants/")
    assert response.status_code == 200
    return response.content.decode()


def test_every_component_has_its_place() -> None:
    shown = {name for _id, _title, names in ROOMS for name in names}
    assert shown == set(SPECIMENS)
    assert shown | set(SHOWN_ELSEWHERE) == set(registry)


@pytest.mark.parametrize(("name", "state", "source"), STATES)
def test_every_state_renders(name: str, state: str, source: str) -> None:
    html = Template("{% load i18n ui %}" + source).render(Context(context()))
    assert html.strip()
    assert not UNSAFE.search(html)


def test_the_gallery_holds_nothing_inline(gallery: str) -> None:
    assert not UNSAFE.search(gallery)
    assert "{%" not in re.sub(r"<pre.*?</pre>", "", gallery, flags=re.S)


def test_ids_are_unique(gallery: str) -> None:
    ids = re.findall(r'\sid="([^"]+)"', gallery)
    assert {value for value in ids if ids.count(value) > 1} == set()


def test_the_gallery_is_closed_unless_asked_for(db: None) -> None:
    with override_settings(UI_GALLERY=False, DEBUG=False):
        assert Client().get("/composants/").status_code == 404


def test_every_component_is_in_the_guide() -> None:
    guide = (ROOT / "docs" / "composants.md").read_text()
    missing = [name for name in registry if not re.search(rf"\b{name}\b", guide)]
    assert missing == []


def templates() -> list[str]:
    folder = ROOT / "templates"
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*.html"))


@pytest.mark.parametrize("name", templates())
def test_no_template_holds_inline_style_or_script(name: str) -> None:
    assert not UNSAFE.search((ROOT / "templates" / name).read_text())


@pytest.mark.parametrize("name", templates())
def test_every_template_calls_components_rightly(name: str) -> None:
    get_template(name)
