"""A worker is alive when it completes something, queue by queue."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from jobs.canaries import ALIVE, complete, health
from jobs.enums import Queue
from jobs.models import Canary
from jobs.tasks import canary

NOW = datetime(2026, 6, 22, 10, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def test_a_queue_nobody_serves_is_dead() -> None:
    assert [one.is_alive for one in health(now=NOW)] == [False] * len(Queue)
    assert {one.last_completed_at for one in health(now=NOW)} == {None}


def test_each_queue_speaks_for_itself() -> None:
    complete("urgent", "celery@a", now=NOW)
    complete("urgent", "celery@b", now=NOW - ALIVE)
    complete("slow", "celery@a", now=NOW - ALIVE - timedelta(seconds=1))
    urgent, normal, slow = health(now=NOW)
    assert (urgent.workers, normal.workers, slow.workers) == (2, 0, 0)
    assert slow.last_completed_at == NOW - ALIVE - timedelta(seconds=1)


def test_one_row_a_worker_and_none_for_those_long_gone() -> None:
    complete("urgent", "celery@gone", now=NOW - timedelta(days=2))
    for minutes in range(3):
        complete("urgent", "celery@a", now=NOW + timedelta(minutes=minutes))
    assert [one.worker for one in Canary.objects.all()] == ["celery@a"]


def test_the_task_completes_a_row_of_its_own_queue() -> None:
    canary.apply(args=("normal",))
    assert Canary.objects.get().queue == "normal"


def test_the_health_check_of_a_worker() -> None:
    with pytest.raises(CommandError, match="Aucune tâche terminée"):
        call_command("worker_alive", host="a")
    complete("urgent", "celery@b", now=timezone.now())
    with pytest.raises(CommandError):
        call_command("worker_alive", host="a")
    complete("urgent", "celery@a", now=timezone.now() - timedelta(minutes=4))
    call_command("worker_alive", host="a")
    with pytest.raises(CommandError):
        call_command("worker_alive", host="a", within=60)
