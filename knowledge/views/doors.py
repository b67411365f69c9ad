"""Who enters the pages of the knowledge app, and what each of them reads of the present."""

from datetime import date
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.utils import timezone

from directory.models import Agent
from directory.views.doors import allowed
from knowledge.access import may_keep_modules, may_write_sheet, sheets_of
from knowledge.models import Sheet

# Which ones, each view asks.
keepers_only = allowed(may_keep_modules)


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
