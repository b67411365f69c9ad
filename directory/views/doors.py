"""Who enters the pages of the annuaire, and the one path of every form of theirs."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import render

from directory.access import may_manage_directory
from directory.errors import Refusal
from directory.models import Agent
from directory.requests import AgentRequest

P = ParamSpec("P")
View = Callable[Concatenate[AgentRequest, P], HttpResponseBase]


def allowed(may: Callable[[Agent], bool]) -> Callable[[View[P]], View[P]]:
    """Agents for whom `may` is true; others are told that it is not theirs to do (403).

    Whose row it is, each view asks: `may` knows the agent alone.
    """

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def checked(
            request: AgentRequest, /, *args: P.args, **kwargs: P.kwargs
        ) -> HttpResponseBase:
            if not may(request.user):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return checked

    return decorate


managers_only = allowed(may_manage_directory)


def sent(request: AgentRequest) -> QueryDict | None:
    """What a form is bound to: the data of a POST, however empty, and nothing otherwise."""
    return request.POST if request.method == "POST" else None


def done(request: AgentRequest, form: forms.BaseForm, act: Callable[[], object], said: str) -> bool:
    """Form → action → message. A refusal comes back in the form, with everything typed."""
    if not form.is_valid():
        return False
    try:
        act()
    except Refusal as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return False
    except ValidationError as error:
        form.add_error(None, error.messages)
        return False
    messages.success(request, said)
    return True


def form_page(
    request: AgentRequest, template: str, form: forms.BaseForm, **context: object
) -> HttpResponse:
    status = 422 if form.is_bound else 200
    return render(request, template, {"form": form, **context}, status=status)
