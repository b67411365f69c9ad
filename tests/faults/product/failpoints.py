"""Places where a process of the product kills itself.

A web process is told by the request's `X-Fault` header:

statement:N      before its Nth statement
before-commit    when its first transaction is about to be committed
after-commit     when the server has confirmed that commit
before-response  when the view has answered, before a byte has left
"""

import os
import re
import signal
import threading
from collections.abc import Callable
from datetime import date
from typing import Any, NoReturn

from django.conf import settings
from django.http import HttpRequest, HttpResponse

HEADER = "X-Fault"


class Armed(threading.local):
    point = ""
    statements = 0


armed = Armed()


class Failpoints:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        armed.point, armed.statements = request.headers.get(HEADER, ""), 0
        try:
            response = self.get_response(request)
            reach("before-response")
        finally:
            armed.point = ""
        return response


def reach(point: str) -> None:
    if armed.point == point:
        die()


def around_statement(
    execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]
) -> Any:
    armed.statements += 1
    reach(f"statement:{armed.statements}")
    if poisoned(sql, params):
        die()
    result = execute(sql, params, many, context)
    if written := re.match(r'INSERT INTO "?(\w+)', sql):
        reach(f"written:{written[1]}")
    pattern: str = settings.FAULTS_DIE_AFTER  # type: ignore[misc]
    if pattern and re.search(pattern, sql):
        if settings.FAULTS_COMMITS_FIRST:  # type: ignore[misc]
            context["connection"].connection.commit()
        die()
    return result


def poisoned(sql: str, params: Any) -> bool:
    day: str = settings.FAULTS_POISON  # type: ignore[misc]
    counts = "INSERT INTO engagements_daytally" in sql
    return bool(day) and counts and repr(date.fromisoformat(day)) in repr(params)


def die() -> NoReturn:
    os.kill(os.getpid(), signal.SIGKILL)
    raise SystemExit  # nobody gets here
