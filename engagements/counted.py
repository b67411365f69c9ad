"""What other registers count for an engagement: by service and month, in one reading each."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from engagements.repeats import repeat_counts
from engagements.scope import Scope

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


COUNTED: dict[str, Register] = {
    "repeats": Register(
        _repeats,
        lower_is_better=True,
        page="repeats",
        page_label=_("Voir les motifs qui font revenir"),
    ),
}
