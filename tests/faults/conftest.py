"""The world of the faults, the form they run in, and the table of what was observed."""

import random
from collections.abc import Iterator

import pytest

from tests.faults.harness.form import FULL, Figures, Form
from tests.faults.harness.world import Scene, World, started_world

OBSERVED = Figures()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    left = [item for item in items if item.get_closest_marker("in_full") and not FULL]
    config.hook.pytest_deselected(items=left)
    items[:] = [item for item in items if item not in left]


@pytest.fixture
def figures() -> Figures:
    return OBSERVED


@pytest.fixture
def form(request: pytest.FixtureRequest) -> Form:
    """Draws follow pytest-randomly's seed, which the run prints, and the test's name."""
    seed = request.config.getoption("randomly_seed", default=0)
    return Form(FULL, random.Random(f"{seed} {request.node.name}"))


@pytest.fixture(scope="session")
def world() -> Iterator[World]:
    with started_world() as made:
        yield made


@pytest.fixture
def scene(world: World) -> Iterator[Scene]:
    with world.scene() as opened:
        yield opened


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if OBSERVED.lines:
        terminalreporter.section("Relevés")
        for fault, what, shown in OBSERVED.lines:
            terminalreporter.write_line(f"{fault:<4} {what:<66} {shown:>12}")
