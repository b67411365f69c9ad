"""Installations apart from the checkout's own, erased afterwards."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.launcher.places import Place


@contextmanager
def a_place() -> Iterator[Place]:
    with tempfile.TemporaryDirectory(prefix="marianne-lanceur-", dir="/tmp") as directory:
        place = Place(Path(directory, "var"))
        yield place
        for path in place.outside():
            shutil.rmtree(path)


@pytest.fixture
def place() -> Iterator[Place]:
    with a_place() as made:
        yield made


@pytest.fixture(scope="module")
def shared_place() -> Iterator[Place]:
    """For a module whose tests leave nothing to each other but migrated tables."""
    with a_place() as made:
        yield made
