"""COPY beside the work that makes its rows: PostgreSQL and Python each have their processor."""

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from io import StringIO
from types import TracebackType
from typing import Any, Self

from django.db import connection

# Characters sent at a time: each sending waits for its turn of the interpreter, up to 5 ms.
AT_ONCE = 1 << 22
# A COPY statement and what it reads.
Copy = tuple[str, StringIO]


class Sender:
    """Sends one chunk while the next is made.

    The connection is never used from two sides at once: whoever needs it calls `wait` first.
    """

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1)
        self._on_its_way: Future[None] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._thread.shutdown(wait=True)
        if error is None:
            self.wait()

    def wait(self) -> None:
        """Until the chunk on its way is in; raises what PostgreSQL refused."""
        if self._on_its_way:
            sent, self._on_its_way = self._on_its_way, None
            with connection.wrap_database_errors:
                sent.result()

    def copy(self, copies: Sequence[Copy]) -> None:
        """These, in this order, once what was sent before is in."""
        self.wait()
        # Django ties its own cursors to their thread; those of psycopg2 may be lent.
        cursor = connection.connection.cursor()
        self._on_its_way = self._thread.submit(_send, cursor, copies)


def _send(cursor: Any, copies: Sequence[Copy]) -> None:
    with cursor:
        for statement, text in copies:
            cursor.copy_expert(statement, text, AT_ONCE)
