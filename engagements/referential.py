"""Référentiels read from their data files, and what an organisation adopts from one.

The files say which wording is verified and which is an editable default; nothing here invents one.
"""

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from django.db import transaction

from contacts.enums import Measure
from contacts.models import DelayTarget
from contacts.targets import refresh_open_demandes
from directory.models import Organisation

FOLDER = Path(__file__).parent / "referentials"
DEFAULT = "marianne-2013"
# National limits apply to whatever history an organisation imports.
IN_FORCE_SINCE = date(2000, 1, 1)
SURVEY, COUNTED = "survey:", "counted:"


@dataclass(frozen=True)
class Indicator:
    """One measure of an engagement: a delay (`measure` is a `Measure`), a survey question, or what
    another register counts.
    """

    key: str
    label: str
    measure: str
    definition: str
    rule: str
    channels: frozenset[str] | None = None
    natures: frozenset[str] | None = None
    limit: int | None = None
    limit_mark: str = ""

    @property
    def is_delay(self) -> bool:
        return self.measure in Measure.values

    @property
    def is_survey(self) -> bool:
        return self.measure.startswith(SURVEY)

    @property
    def is_counted(self) -> bool:
        return self.measure.startswith(COUNTED)

    @property
    def counted(self) -> str:
        """Key of what counts it, in `engagements.counted`."""
        return self.measure.removeprefix(COUNTED)

    @property
    def question(self) -> str:
        """Key of the survey question it reads."""
        return self.measure.removeprefix(SURVEY)


@dataclass(frozen=True)
class Rubrique:
    code: str
    title: str
    mark: str
    mark_detail: str = ""


@dataclass(frozen=True)
class Engagement:
    number: int
    rubrique: Rubrique
    short: str
    wording: str
    mark: str
    mark_detail: str
    source: str
    channels: tuple[str, ...]
    awaiting: str
    indicators: tuple[Indicator, ...]

    @property
    def is_verified(self) -> bool:
        return self.mark == "verified"

    @property
    def measured(self) -> tuple[Indicator, ...]:
        return tuple(
            one for one in self.indicators if one.is_delay or one.is_survey or one.is_counted
        )

    def indicator(self, key: str) -> Indicator | None:
        return next((one for one in self.measured if one.key == key), None)


@dataclass(frozen=True)
class Referential:
    key: str
    title: str
    version: str
    sources: tuple[str, ...]
    rubriques: tuple[Rubrique, ...]
    engagements: tuple[Engagement, ...]
    targets: tuple[dict[str, Any], ...]

    def engagement(self, number: int) -> Engagement | None:
        return next((one for one in self.engagements if one.number == number), None)


def _filter(values: list[str] | None) -> frozenset[str] | None:
    return frozenset(values) if values else None


def _indicator(raw: dict[str, Any]) -> Indicator:
    return Indicator(
        **{
            **raw,
            "channels": _filter(raw.get("channels")),
            "natures": _filter(raw.get("natures")),
        }
    )


def _engagement(raw: dict[str, Any], rubriques: dict[str, Rubrique]) -> Engagement:
    return Engagement(
        number=raw["number"],
        rubrique=rubriques[raw["rubrique"]],
        short=raw["short"],
        wording=raw["wording"],
        mark=raw["mark"],
        mark_detail=raw.get("mark_detail", ""),
        source=raw.get("source", ""),
        channels=tuple(raw.get("channels", ())),
        awaiting=raw.get("awaiting", ""),
        indicators=tuple(_indicator(one) for one in raw.get("indicators", ())),
    )


@cache
def load(key: str = DEFAULT) -> Referential:
    """The référentiel of that key; FileNotFoundError when there is none."""
    raw = tomllib.loads((FOLDER / f"{key}.toml").read_text(encoding="utf-8"))
    rubriques = {one["code"]: Rubrique(**one) for one in raw["rubriques"]}
    return Referential(
        key=raw["key"],
        title=raw["title"],
        version=raw["version"],
        sources=tuple(raw["sources"]),
        rubriques=tuple(rubriques.values()),
        engagements=tuple(_engagement(one, rubriques) for one in raw["engagements"]),
        targets=(*raw.get("targets", ()), *raw.get("local_defaults", ())),
    )


@transaction.atomic
def adopt(organisation: Organisation, *, key: str = DEFAULT) -> int:
    """Give an organisation the default delay targets it does not have; returns how many."""
    added = 0
    for raw in load(key).targets:
        _target, created = DelayTarget.objects.get_or_create(
            organisation=organisation,
            measure=raw["measure"],
            service=None,
            channel=raw.get("channel", ""),
            nature=raw.get("nature", ""),
            defaults={
                "limit": raw["limit"],
                "valid_from": IN_FORCE_SINCE,
                "origin": raw["label"],
            },
        )
        added += created
    refresh_open_demandes(organisation)
    return added
