"""What the tests of the annuaire share."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

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
