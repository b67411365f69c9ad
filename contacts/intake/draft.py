"""One line while it is being read: what it says, and every reason to refuse it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from contacts.errors import Refusal
from contacts.intake.errors import Problem, RowRefused
from contacts.intake.mapping import Mapping
from contacts.intake.values import Unreadable, too_long

T = TypeVar("T")


@dataclass
class Draft:
    """A line being read: what it says, and what is wrong with it."""

    mapping: Mapping
    raw: dict[str, str] = field(default_factory=dict)
    problems: dict[str, Problem] = field(default_factory=dict)

    def refuse(self, name: str, why: str) -> None:
        """The first reason found about a field is the one that is told."""
        problem = Problem(self.mapping.label(name), self.raw.get(name, ""), why)
        self.problems.setdefault(name, problem)

    def check(self, wrong: bool, name: str, refusal: type[Refusal] | str) -> None:
        if wrong:
            self.refuse(name, refusal if isinstance(refusal, str) else str(refusal()))

    def read(self, name: str, how: Callable[[str], T]) -> T | None:
        """The field as `how` reads it; null when it is wrong, which is then written down."""
        try:
            return how(self.raw.get(name, ""))
        except Unreadable as error:
            self.refuse(name, str(error))
            return None

    def text(self, name: str, longest: int) -> str:
        """The field as it stands; too long, it is refused."""
        text = self.raw.get(name, "")
        if len(text) > longest:
            self.refuse(name, too_long(longest))
        return text

    def refusal(self) -> RowRefused:
        return RowRefused(*self.problems.values())
