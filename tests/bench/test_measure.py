"""The frame of the measurements: sides in turn, medians, a table that says what is missed."""

import importlib

import pytest

from bench import rows, table
from bench.measure import AtLeast, AtMost, Equal, Figure, Goal, in_turn


def test_sides_go_in_turn_and_the_first_round_is_thrown_away() -> None:
    order: list[str] = []

    def side(name: str, *values: float) -> object:
        given = iter(values)

        def sample() -> float:
            order.append(name)
            return next(given)

        return sample

    first, second = in_turn(side("a", 99, 1, 5, 3), side("b", 99, 2, 2, 8), rounds=3)  # type: ignore[arg-type]
    assert order == list("abbaabba")
    assert (first.median, second.median) == (3, 2)
    assert first.spread == pytest.approx(4 / 3)


@pytest.mark.parametrize(
    ("goal", "kept", "missed"),
    [
        (AtMost(1.3), 1.3, 1.31),
        (AtLeast(0.7), 0.7, 0.69),
        (Equal(), 1.0, 1.1),
        (Equal(within=0.2), 0.8, 1.21),
    ],
)
def test_goals_hold_at_their_bound(goal: Goal, kept: float, missed: float) -> None:
    assert goal.kept(kept)
    assert not goal.kept(missed)


def test_the_table_says_what_is_missed_and_why() -> None:
    figures = [
        Figure("quick", "2 s", "1 s", 2.0, AtMost(3)),
        Figure("slow", "4 s", "1 s", 4.0, AtMost(3), note="the disk"),
    ]
    _titles, _rule, quick, slow, note = table.text(figures).splitlines()
    assert quick.split()[-1] == "kept"
    assert slow.split()[-1] == "MISSED"
    assert note == "- slow: the disk"
    assert "| slow | 4 s | 1 s | 4.00 | ≤ 3 | MISSED |" in table.markdown(figures)


@pytest.mark.parametrize("name", rows.NAMES)
def test_every_name_is_a_measurement(name: str) -> None:
    assert callable(importlib.import_module(rows.module_of(name)).measure)
