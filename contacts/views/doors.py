"""What every page of the reception desk asks first: may this agent, and may they on this one."""

from uuid import UUID

from django import forms
from django.shortcuts import get_object_or_404

from contacts.access import demandes_of, may_handle, usagers_of
from contacts.errors import Refusal
from contacts.models import Demande, Usager
from directory.models import Agent
from directory.views.doors import allowed

# Agents who log and answer.
handlers_only = allowed(may_handle)


def demande_for(agent: Agent, public_id: UUID) -> Demande:
    """The demande, or 404 when it does not exist for this agent."""
    demandes = (
        demandes_of(agent)
        .for_list()
        .select_related("organisation", "created_by", "assigned_to", "united_with")
    )
    return get_object_or_404(demandes, public_id=public_id)


def usager_for(agent: Agent, public_id: UUID) -> Usager:
    """The usager who stands, or 404 when they do not exist for this agent or were merged."""
    return get_object_or_404(usagers_of(agent).standing(), public_id=public_id)


def tell(form: forms.Form, refusal: Refusal) -> None:
    """Put the refusal of an action at the field that can mend it."""
    form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
