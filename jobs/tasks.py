"""The canaries, one a queue: each must travel through the queue that it speaks for."""

from typing import Any

from celery import Task, shared_task
from django.utils import timezone

from jobs import canaries


@shared_task(bind=True)
def canary(self: "Task[Any, Any]", queue: str) -> None:
    canaries.complete(queue, self.request.hostname or "", now=timezone.now())
