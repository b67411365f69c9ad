"""The Celery application: the broker is a doorbell, the work itself is rows in PostgreSQL."""

import logging
import os
from collections.abc import Callable
from typing import Any

from celery import Celery
from celery.worker.consumer import Consumer

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marianne.settings")

logger = logging.getLogger(__name__)


Act = Callable[..., None]


def patient(message: Any) -> Any:
    """A message whose end is told to the broker, unless the connection it came by is gone.

    kombu 5 then fails on the closed channel with an AttributeError, which Celery takes for the end
    of the worker. The message stays unacknowledged: it will be handed out again, and a wake-up
    handed out twice does nothing twice. On the message and not on the request, since Celery 5.7
    leaves the telling to its event loop, which nothing of ours surrounds.
    """
    message.ack_log_error = _unless_lost(message, message.ack_log_error)
    message.reject_log_error = _unless_lost(message, message.reject_log_error)
    return message


def _unless_lost(message: Any, act: Act) -> Act:
    def told(*words: Any, **options: Any) -> None:
        try:
            act(*words, **options)
        except AttributeError:
            if not _is_closed(message.channel):
                raise
            logger.warning("a task ended after its connection to the broker")

    return told


def _is_closed(channel: Any) -> bool:
    return channel is None or channel.connection is None or channel.connection.client is None


class PatientConsumer(Consumer):
    """Goes on when Redis died while a message was taken and not yet acknowledged."""

    def create_task_handler(self, *words: Any, **options: Any) -> Act:
        handle = super().create_task_handler(*words, **options)
        return lambda message: handle(patient(message))

    def on_connection_error_after_connected(self, exc: Exception) -> None:
        """Celery 5.7 drops the connection, then closes it; kombu then tries to give the message
        back through what was dropped, and its AttributeError would end the worker.
        """
        try:
            super().on_connection_error_after_connected(exc)
        except AttributeError:
            # Celery lets go of the connection just before it closes it.
            if self.connection is not None:
                raise
            logger.warning("a message taken from the lost broker was not given back")


app = Celery("marianne")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
