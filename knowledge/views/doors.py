"""Who enters the pages of the knowledge app, and what each of them reads of the present."""

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Concatenate, ParamSpec
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone

from directory.models import Agent
from directory.requests import AgentRequest
from knowledge.access import may_keep_modules, may_write_sheet, sheets_of
from knowledge.models import Sheet

P = ParamSpec("P")
View = Callable[Concatenate[AgentRequest, P], HttpResponseBase]


def keepers_only(view: View[P]) -> View[P]:
    """403 for whoever does not keep text modules; which ones, each view asks."""

    @wraps(view)
    def checked(request: AgentRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not may_keep_modules(request.user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return checked


def sheet_for(agent: Agent, public_id: UUID) -> Sheet:
    """The sheet, or 404 when it does not exist for this agent."""
    return get_object_or_404(sheets_of(agent).with_names(), public_id=public_id)


def sheet_to_write(agent: Agent, public_id: UUID) -> Sheet:
    """The same, or 403 when it is someone else's to write."""
    sheet = sheet_for(agent, public_id)
    if not may_write_sheet(agent, sheet):
        raise PermissionDenied
    return sheet


def asked_id(text: str | None) -> UUID | None:
    """A public id as it stands in an address; what is none asks for nothing."""
    try:
        return UUID(text or "")
    except ValueError:
        return None


def this_day() -> date:
    return timezone.localdate()
