"""What other registers count for an engagement: by service and month, in one reading each."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from contacts.enums import Channel
from engagements.repeats import repeat_counts
from engagements.scope import Scope
from letters.queries import registration_delays_by_cell
from telephony.queries import CallFigures, CallQuery
from waiting.queries import WaitQuery

# Id of the service, and month « 2026-03 ».
Cell = tuple[int, str]
K = TypeVar("K")


@dataclass(frozen=True)
class Counts:
    """`hits` of `n`, how they are spread, and what is counted beside the rate, by its words."""

    hits: int = 0
    n: int = 0
    histogram: Mapping[int, int] = field(default_factory=dict)
    apart: Mapping[str, int] = field(default_factory=dict)

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            self.hits + other.hits,
            self.n + other.n,
            _sum(self.histogram, other.histogram),
            _sum(self.apart, other.apart),
        )


def _sum(one: Mapping[K, int], other: Mapping[K, int]) -> dict[K, int]:
    return dict(Counter(one) + Counter(other))


@dataclass(frozen=True)
class Register:
    """A register and how its figures read; `unit` is that of its histogram, empty without one."""

    cells: Callable[[Scope], Mapping[Cell, Counts]]
    unit: str | Promise = ""
    spread: str | Promise = ""
    lower_is_better: bool = False
    # The page where the register is looked into.
    page: str = ""
    page_label: str | Promise = ""


def _repeats(scope: Scope) -> dict[Cell, Counts]:
    return {
        cell: Counts(hits=repeats, n=contacts)
        for cell, (repeats, contacts) in repeat_counts(
            scope.organisation_id,
            first=scope.first,
            last=scope.last,
            services=scope.services,
            channels=scope.channels,
        ).items()
    }


def _asked(scope: Scope, channel: Channel) -> bool:
    """Whether a register of that channel has anything to say of this scope."""
    return scope.channels is None or channel in scope.channels


def _calls(scope: Scope) -> dict[Cell, CallFigures]:
    if not _asked(scope, Channel.PHONE):
        return {}
    services = scope.known_services
    return CallQuery.of(scope.organisation_id, services, scope.first, scope.last).by_cell()


def _rings(scope: Scope) -> dict[Cell, Counts]:
    return {
        cell: Counts(
            hits=one.in_target.hits,
            n=one.in_target.n,
            histogram=one.rings,
            apart={
                str(_("Abandonnés avant la limite")): one.abandoned_early,
                str(_("Hors des heures d’ouverture")): one.out_of_hours,
            },
        )
        for cell, one in _calls(scope).items()
    }


def _answered(scope: Scope) -> dict[Cell, Counts]:
    return {
        cell: Counts(hits=one.answered.hits, n=one.answered.n)
        for cell, one in _calls(scope).items()
    }


def _waits(scope: Scope) -> dict[Cell, Counts]:
    if not _asked(scope, Channel.GUICHET):
        return {}
    asked = WaitQuery(scope.organisation_id, scope.known_services, scope.first, scope.last)
    return {
        cell: Counts(
            hits=one.hits,
            n=one.n,
            histogram=one.counts,
            apart={str(_("Partis sans être reçus")): one.gone},
        )
        for cell, one in asked.by_cell().items()
    }


# Registered on the working day after its arrival, or before: a choice of the product.
REGISTERED_WITHIN = 1


def _registered(scope: Scope) -> dict[Cell, Counts]:
    if not _asked(scope, Channel.MAIL):
        return {}
    found = registration_delays_by_cell(
        scope.organisation_id, scope.known_services, scope.first, scope.last
    )
    return {
        cell: Counts(hits=one.within(REGISTERED_WITHIN), n=one.n, histogram=one.histogram)
        for cell, one in found.items()
    }


COUNTED: dict[str, Register] = {
    "rings": Register(
        _rings,
        unit=_("sonneries"),
        spread=_("Sonneries des appels pris en charge"),
        page="call_figures",
        page_label=_("Voir les appels"),
    ),
    "answered": Register(_answered, page="call_figures", page_label=_("Voir les appels")),
    "waits": Register(
        _waits,
        unit=_("minutes"),
        spread=_("Minutes d’attente au guichet"),
        page="queue_figures",
        page_label=_("Voir l’attente"),
    ),
    "registered": Register(
        _registered,
        unit=_("jours ouvrés"),
        spread=_("Jours ouvrés de l’arrivée à l’enregistrement"),
        page="letters",
        page_label=_("Voir le registre du courrier"),
    ),
    "repeats": Register(
        _repeats,
        lower_is_better=True,
        page="repeats",
        page_label=_("Voir les motifs qui font revenir"),
    ),
}
