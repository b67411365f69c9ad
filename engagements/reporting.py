"""Figures as rows, and questions as written in an address or on a command line.

The API and the command read both from here, so that they ask and answer alike.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from contacts.enums import Channel, Measure, Nature
from contacts.targets import BEGINNING, END
from directory.models import Motif, Organisation, Service
from directory.workdays import FIRST_DAY
from engagements.figures import DIMENSIONS, Figure, IndicatorQuery
from engagements.models.tally import NO_FAMILY

LARGEST_LIMIT = 250
FIELDS = (
    *("in_time", "late", "overdue_open", "pending", "n"),
    *("rate", "wilson_low", "wilson_high", "median", "p90", "histogram"),
)


class BadParameter(Exception):
    """A parameter cannot be understood; the message is French and made for people."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.name = name
        self.message = message


@dataclass(frozen=True)
class Question:
    """A query and how its figures are grouped."""

    query: IndicatorQuery
    by: tuple[str, ...]

    def rows(self) -> list[dict[str, Any]]:
        """One row per group, services by name; without grouping one row, even of nothing."""
        if not self.by:
            return [as_row(self.query.figure())]
        names = {name: NAMES[name](self.query.organisation_id) for name in self.by if name in NAMES}
        rows = [as_row(figure, names) for figure in self.query.figures(self.by)]
        return sorted(rows, key=lambda row: [_alphabetical(row[name]) for name in self.by])


def _alphabetical(word: str) -> str:
    """« État civil » comes before « Urbanisme »: letters first, whatever their accents and case."""
    letters = unicodedata.normalize("NFD", word)
    return "".join(one for one in letters if not unicodedata.combining(one)).casefold()


def as_row(figure: Figure, names: Mapping[str, Mapping[str, str]] | None = None) -> dict[str, Any]:
    """A figure as plain values; the rate and its bounds are null when nothing can be judged.

    `names` tells, for a dimension kept by number, the name of each.
    """
    told = names or {}
    return {
        **{name: told.get(name, {}).get(key, key) for name, key in figure.key.items()},
        "in_time": figure.in_time,
        "late": figure.late,
        "overdue_open": figure.overdue_open,
        "pending": figure.pending,
        "n": figure.n,
        "rate": figure.rate,
        "wilson_low": figure.low,
        "wilson_high": figure.high,
        "median": figure.median,
        "p90": figure.p90,
        "histogram": {str(delay): n for delay, n in sorted(figure.histogram.items())},
    }


def service_names(organisation_id: int) -> dict[str, str]:
    """Names by the key that a figure grouped by service carries."""
    services = Service.objects.filter(organisation=organisation_id).values_list("pk", "name")
    return {str(pk): name for pk, name in services}


def family_names(organisation_id: int) -> dict[str, str]:
    """Names by the key that a figure grouped by family of motifs carries."""
    families = Motif.objects.filter(organisation=organisation_id, parent=None)
    named = {str(pk): name for pk, name in families.values_list("pk", "name")}
    return {str(NO_FAMILY): _("Sans motif"), **named}


NAMES = {"service": service_names, "family": family_names}


def parse_question(
    params: Mapping[str, str],
    organisation: Organisation,
    today: date,
    *,
    perimeter: frozenset[int] | None = None,
) -> Question:
    """Query and grouping; raises `BadParameter`."""
    query = parse_query(params, organisation, today, perimeter=perimeter)
    return Question(query, parse_by(params.get("by", "")))


def parse_query(
    params: Mapping[str, str],
    organisation: Organisation,
    today: date,
    *,
    perimeter: frozenset[int] | None = None,
) -> IndicatorQuery:
    """The query that `params` asks for, within the `perimeter` of services if there is one."""
    measure = _measure(params.get("measure", ""))
    first, last = _day(params, "from", BEGINNING), _day(params, "to", END)
    if last < first:
        raise BadParameter("to", _("La fin de la période précède son début."))
    return IndicatorQuery(
        organisation_id=organisation.pk,
        measure=measure,
        today=today,
        as_of=_as_of(params, today),
        first=first,
        last=last,
        services=_services(params.get("service", ""), organisation, perimeter),
        channels=_choices(params, "channel", Channel.values),
        natures=_choices(params, "nature", Nature.values),
        limit=_limit(params.get("limit", ""), measure),
    )


def parse_by(text: str) -> tuple[str, ...]:
    by = tuple(_words(text))
    for name in by:
        if name not in DIMENSIONS:
            raise BadParameter("by", _not_a_choice(name, list(DIMENSIONS)))
    if len(set(by)) < len(by):
        raise BadParameter("by", _("Le même regroupement est demandé deux fois."))
    return by


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def _not_a_choice(word: str, choices: Sequence[str]) -> str:
    return _("« %(word)s » n’est pas un des choix : %(choices)s.") % {
        "word": word,
        "choices": ", ".join(choices),
    }


def _measure(text: str) -> Measure:
    if text and text not in Measure.values:
        raise BadParameter("measure", _not_a_choice(text, Measure.values))
    return Measure(text or Measure.FIRST_REPLY)


def _day(params: Mapping[str, str], name: str, default: date) -> date:
    text = params.get(name, "").strip()
    try:
        return date.fromisoformat(text) if text else default
    except ValueError as error:
        message = _("« %(text)s » n’est pas une date AAAA-MM-JJ.") % {"text": text}
        raise BadParameter(name, message) from error


def _as_of(params: Mapping[str, str], today: date) -> date:
    """A past day or today: the figures of tomorrow are not known."""
    as_of = _day(params, "as_of", today)
    if as_of > today:
        raise BadParameter("as_of", _("Cette date est dans le futur."))
    if as_of < FIRST_DAY:
        raise BadParameter("as_of", _("Cette date est antérieure à l’an 2000."))
    return as_of


def _limit(text: str, measure: Measure) -> int | None:
    if not text.strip():
        return None
    if measure == Measure.ANNOUNCED:
        raise BadParameter(
            "limit", _("Une date annoncée est tenue ou non : elle n’a pas de délai.")
        )
    if not text.strip().isdecimal() or int(text) > LARGEST_LIMIT:
        message = _("« %(text)s » n’est pas un nombre de jours ouvrés de 0 à %(most)s.")
        raise BadParameter("limit", message % {"text": text, "most": LARGEST_LIMIT})
    return int(text)


def _choices(params: Mapping[str, str], name: str, allowed: Sequence[str]) -> frozenset[str] | None:
    words = _words(params.get(name, ""))
    for word in words:
        if word not in allowed:
            raise BadParameter(name, _not_a_choice(word, allowed))
    return frozenset(words) or None


def _services(
    text: str, organisation: Organisation, perimeter: frozenset[int] | None
) -> frozenset[int] | None:
    """Named services with everything below them; a name may hold a comma."""
    if not text.strip():
        return perimeter
    services = Service.objects.filter(organisation=organisation)
    ids = dict(services.values_list("name", "pk"))
    names = [text.strip()] if text.strip() in ids else _words(text)
    for name in names:
        if name not in ids:
            message = _("Service inconnu : « %(name)s ».") % {"name": name}
            raise BadParameter("service", message)
    wanted = services.and_below([ids[name] for name in names]).values_list("pk", flat=True)
    found = frozenset(wanted)
    return found if perimeter is None else found & perimeter
