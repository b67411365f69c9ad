"""Designs that the product refuses, for the control runs: each loses or doubles something."""

import uuid
from collections.abc import Callable

from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponse, HttpResponseRedirect

View = Callable[[WSGIRequest], HttpResponse]


class FreshKeys:
    """No idempotency: each sending of a form is a new entry."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: WSGIRequest) -> HttpResponse:
        if request.method == "POST" and "key" in request.POST:
            data = request.POST.copy()
            data["key"] = str(uuid.uuid4())
            request.POST = data  # type: ignore[assignment]
        return self.get_response(request)


class EarlyAnswers:
    """Confirms on screen first and writes afterwards."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: WSGIRequest) -> HttpResponse:
        if request.method == "POST" and request.path == "/saisie/":
            return _Promise(self.get_response, request)
        return self.get_response(request)


class _Promise(HttpResponseRedirect):
    """An answer whose work begins when its last byte has left."""

    def __init__(self, view: View, request: WSGIRequest) -> None:
        super().__init__(request.path)
        self._work: Callable[[], HttpResponse] = lambda: view(request)

    def close(self) -> None:
        self._work()
        super().close()


class RingsOnCommit:
    """Each save sends its task to the broker before it answers, as `on_commit(task.delay)` does."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: WSGIRequest) -> HttpResponse:
        from celery import current_app

        response = self.get_response(request)
        if request.method == "POST" and request.path == "/saisie/" and response.status_code == 302:
            current_app.send_task("engagements.tasks.recount_stale_tallies")
        return response
