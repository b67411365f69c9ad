"""What the tests of the annuaire share."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from django.conf import settings as configured
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

PLAIN = "django.contrib.staticfiles.storage.StaticFilesStorage"
WRITES = ("INSERT", "UPDATE", "DELETE")


@pytest.fixture
def no_writes(db: None) -> Callable[[], AbstractContextManager[None]]:
    """Fails when a statement inside writes."""

    @contextmanager
    def watch() -> Iterator[None]:
        with CaptureQueriesContext(connection) as queries:
            yield
        written = [query["sql"] for query in queries if query["sql"].startswith(WRITES)]
        assert not written

    return watch


@pytest.fixture(autouse=True, scope="session")
def _static_root() -> None:
    """WhiteNoise warns of a missing directory, and warnings are errors."""
    Path(configured.STATIC_ROOT).mkdir(parents=True, exist_ok=True)


@pytest.fixture(autouse=True)
def _plain_static_files(settings: Settings) -> None:
    """Pages are read as they are written, without collecting static files first."""
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": PLAIN}}
