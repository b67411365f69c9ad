"""Who enters the pages of the register."""

from uuid import UUID

from django.shortcuts import get_object_or_404

from directory.models import Agent
from directory.views.doors import allowed
from letters.access import letters_of, may_bring_in, may_register
from letters.models import Letter

# Those who log and answer; the quality manager reads.
registrars_only = allowed(may_register)
# Those who bring in a register or kinds of letters.
managers_only = allowed(may_bring_in)


def letter_for(agent: Agent, public_id: UUID) -> Letter:
    """The letter of that demande, or 404 when it does not exist for this agent."""
    letters = letters_of(agent).for_list().select_related("organisation", "demande__usager")
    return get_object_or_404(letters, demande__public_id=public_id)
