"""Django's PostgreSQL, with failpoints around statements and commits, or without transactions.

`settings.FAULTS_NO_TRANSACTIONS` makes each statement its own transaction: the control of whatever
rests on one.
"""

from typing import Any

from django.conf import settings
from django.db.backends.postgresql import base

from tests.faults.product import failpoints


class DatabaseWrapper(base.DatabaseWrapper):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.execute_wrappers.append(failpoints.around_statement)
        self._alone: bool = settings.FAULTS_NO_TRANSACTIONS  # type: ignore[misc]

    def _commit(self) -> None:
        failpoints.reach("before-commit")
        super()._commit()  # type: ignore[misc]
        failpoints.reach("after-commit")

    def _set_autocommit(self, autocommit: bool) -> None:
        super()._set_autocommit(autocommit or self._alone)  # type: ignore[misc]

    def _savepoint(self, sid: str) -> None:
        if not self._alone:
            super()._savepoint(sid)  # type: ignore[misc]

    def _savepoint_commit(self, sid: str) -> None:
        if not self._alone:
            super()._savepoint_commit(sid)  # type: ignore[misc]

    def _savepoint_rollback(self, sid: str) -> None:
        if not self._alone:
            super()._savepoint_rollback(sid)  # type: ignore[misc]
