"""Why an import, or one row of it, does not go in; every message is one French line."""

from dataclasses import dataclass


class Unusable(Exception):
    """The file, its mapping or the place it goes to cannot be used: nothing was written."""


@dataclass(frozen=True)
class Problem:
    """What is wrong in one cell of a row; `column` is the file's own name for it."""

    column: str
    value: str
    reason: str


class RowRefused(Exception):
    """One row does not go in, for these reasons."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(*problems)
        self.problems = problems
