"""What mystery calls say: a sample made on purpose, beside the calls received, never added."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from contacts.statistics import Share, mean_interval, mean_of, nearest_rank
from telephony.enums import MysteryOutcome
from telephony.models import MysteryCall
from telephony.models.mystery import HIGHEST_MARK, LOWEST_MARK
from telephony.queries import RING_LIMIT


@dataclass(frozen=True)
class MysteryFigures:
    """Every mystery call needs an answer: one that nobody took fails, whoever gave up."""

    in_target: Share
    answered: Share
    rings: Mapping[int, int]
    marks: Mapping[int, int]

    @property
    def median(self) -> int | None:
        return nearest_rank(self.rings, 50)

    @property
    def marked(self) -> int:
        return sum(self.marks.values())

    @property
    def mean(self) -> float | None:
        return mean_of(self.marks)

    @property
    def mean_bounds(self) -> tuple[float, float] | None:
        return mean_interval(self.marks, lowest=LOWEST_MARK, highest=HIGHEST_MARK)


def mystery_figures(calls: Iterable[MysteryCall]) -> MysteryFigures:
    made = list(calls)
    taken = [call for call in made if call.outcome != MysteryOutcome.UNANSWERED]
    by_machine = sum(call.outcome == MysteryOutcome.VOICE_SERVER for call in made)
    return MysteryFigures(
        in_target=Share(sum(call.rings < RING_LIMIT for call in taken), len(made)),
        # As for the calls received: what a voice server took did not require an agent.
        answered=Share(len(taken) - by_machine, len(made) - by_machine),
        rings=Counter(call.rings for call in taken),
        marks=Counter(call.mark for call in made if call.mark is not None),
    )
