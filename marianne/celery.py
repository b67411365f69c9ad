"""The Celery application: the broker is a doorbell, the work itself is rows in PostgreSQL."""

import logging
import os
from typing import Any

from celery import Celery, Task
from celery.worker.consumer import Consumer
from celery.worker.request import Request

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marianne.settings")

logger = logging.getLogger(__name__)


class PatientRequest(Request):
    """A task whose end is told to the broker, unless the connection it came by is gone.

    kombu 5 then fails on the closed channel with an AttributeError, which Celery takes for the end
    of the worker. The message stays unacknowledged: it will be handed out again, and a wake-up
    handed out twice does nothing twice.
    """

    def acknowledge(self) -> None:
        self._tell(super().acknowledge)

    def reject(self, requeue: bool = False) -> None:
        self._tell(super().reject, requeue=requeue)

    def _tell(self, told: Any, **arguments: Any) -> None:
        try:
            told(**arguments)
        except AttributeError:
            if not _is_closed(self.message.channel):
                raise
            logger.warning("%s ended after its connection to the broker", self.name)


def _is_closed(channel: Any) -> bool:
    return channel is None or channel.connection is None or channel.connection.client is None


class PatientConsumer(Consumer):
    """Reconnects also when Redis died while a message was taken and not yet acknowledged.

    Celery 5.7 drops the connection, then closes it; kombu then tries to give the message back
    through what was dropped, and its AttributeError would end the worker.
    """

    def on_connection_error_after_connected(self, exc: Exception) -> None:
        try:
            super().on_connection_error_after_connected(exc)
        except AttributeError:
            # Celery lets go of the connection just before it closes it.
            if self.connection is not None:
                raise
            logger.warning("a message taken from the lost broker was not given back")


class PatientTask(Task):  # type: ignore[type-arg] # not generic when it runs
    Request = f"{__name__}:{PatientRequest.__name__}"


app = Celery("marianne", task_cls=f"{__name__}:{PatientTask.__name__}")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
