"""A task that ends after its connection to the broker has gone must not end its worker."""

from collections.abc import Iterator
from typing import Any

import pytest
from celery.worker.request import Request
from kombu import Connection, Queue
from kombu.utils.imports import symbol_by_name

from jobs.tasks import canary
from marianne.celery import PatientRequest, app

QUEUE = "messages-of-a-lost-broker"


@pytest.fixture
def message() -> Iterator[Any]:
    """A message of a task that was taken but not acknowledged, its connection still open."""
    with app.connection_for_write() as connection:
        queue = Queue(QUEUE)(connection.default_channel)
        queue.declare()
        app.send_task(canary.name, ("urgent",), queue=QUEUE, connection=connection)
        taken = queue.get()
        yield taken
    with app.connection_for_write() as connection:
        Queue(QUEUE)(connection.default_channel).delete()


class NoEvents:
    enabled = False


def request_of(message: Any, kind: type[Request]) -> Any:
    told = {"on_ack": message.ack_log_error, "on_reject": message.reject_log_error}
    return kind(message, app=app, task=canary, eventer=NoEvents(), **told)


def lose(message: Any) -> None:
    """As when the broker dies: Celery drops the connection, kombu the channel's sockets."""
    connection: Connection = message.channel.connection.client
    channel = message.channel
    connection.release()
    channel._disconnect_pools()


def told(request: Any, how: str) -> None:
    request.acknowledge() if how == "acknowledge" else request.reject(requeue=False)


@pytest.mark.parametrize("how", ["acknowledge", "reject"])
def test_the_worker_outlives_the_connection(message: Any, how: str) -> None:
    lose(message)
    told(request_of(message, PatientRequest), how)


@pytest.mark.parametrize("how", ["acknowledge", "reject"])
def test_control_without_patience(message: Any, how: str) -> None:
    lose(message)
    with pytest.raises(AttributeError):
        told(request_of(message, Request), how)


def test_while_the_connection_lasts_a_fault_is_a_fault(message: Any) -> None:
    def broken(*_words: Any) -> None:
        raise AttributeError

    request = PatientRequest(message, app=app, task=canary, on_ack=broken)
    with pytest.raises(AttributeError):
        request.acknowledge()


def test_tasks_of_the_product_are_patient() -> None:
    assert symbol_by_name(canary.Request) is PatientRequest
