"""A task that ends after its connection to the broker has gone must not end its worker."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from kombu import Connection, Queue

from jobs.tasks import canary
from marianne.celery import PatientConsumer, app, patient

QUEUE = "messages-of-a-lost-broker"
HOW = pytest.mark.parametrize("how", ["ack_log_error", "reject_log_error"])


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


def lose(message: Any) -> None:
    """As when the broker dies: Celery drops the connection, kombu the channel's sockets."""
    connection: Connection = message.channel.connection.client
    channel = message.channel
    connection.release()
    channel._disconnect_pools()


def tell(message: Any, how: str) -> None:
    """As Celery does once the task has ended, with the errors it expects of a broker."""
    with app.connection_for_write() as connection:
        getattr(message, how)(logging.getLogger(__name__), connection.connection_errors)


@HOW
def test_the_worker_outlives_the_connection(message: Any, how: str) -> None:
    patient(message)
    lose(message)
    tell(message, how)


@HOW
def test_control_without_patience(message: Any, how: str) -> None:
    lose(message)
    with pytest.raises(AttributeError):
        tell(message, how)


def test_while_the_connection_lasts_a_fault_is_a_fault(message: Any) -> None:
    def broken(*_words: Any) -> None:
        raise AttributeError

    message.ack_log_error = broken
    patient(message)
    with pytest.raises(AttributeError):
        tell(message, "ack_log_error")


@HOW
def test_workers_of_the_product_are_patient(message: Any, how: str) -> None:
    """Whatever becomes of the message: here, a task that nobody knows."""
    taken: list[Any] = []
    consumer: Any = object.__new__(PatientConsumer)
    consumer.strategies, consumer.on_task_message = {}, set()
    consumer.on_unknown_task = lambda _body, message, _error: taken.append(message)
    consumer.create_task_handler()(message)
    assert app.conf.worker_consumer == "marianne.celery:PatientConsumer"
    lose(message)
    tell(taken[0], how)
