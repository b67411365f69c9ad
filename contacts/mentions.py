"""Who is named in a note, and what an agent was named in and has not seen yet."""

import re
from collections.abc import Collection

from django.db.models import QuerySet

from contacts import errors
from contacts.access import demandes_of
from contacts.models import Demande, Mention
from directory.models import Agent

# A name begins with a capital: an address or an account name is not a mention.
CALLED = re.compile(r"(?<![\w.])@(?=[^\W\d_a-zà-ÿ])")
LONGEST_TOLD = 40


def unseen_of(agent: Agent) -> QuerySet[Mention]:
    """Mentions that the agent has not seen, on demandes that they may see, the latest first."""
    own = Mention.objects.filter(organisation=agent.organisation_id, agent=agent)
    unseen = own.filter(seen_at__isnull=True, note__demande__in=demandes_of(agent))
    return unseen.select_related("note__agent", "note__demande__service").order_by("-pk")


def named_in(text: str, demande: Demande) -> set[Agent]:
    """Agents called « @Prénom Nom »; a name that nobody has is refused, for it would be lost."""
    calls = [text[found.end() :] for found in CALLED.finditer(text)]
    if not calls:
        return set()
    agents = Agent.objects.active().filter(organisation=demande.organisation_id)
    people = list(agents)
    return {agent for call in calls for agent in _called(call, people)}


def _called(call: str, people: Collection[Agent]) -> list[Agent]:
    """Whose name the call begins with; the longest name wins, and namesakes are all called."""
    spoken = " ".join(call[:200].split()).casefold()
    found = [one for one in people if _begins(spoken, one.full_name.casefold())]
    if not found:
        raise errors.NobodyOfThatName(call.split("\n")[0][:LONGEST_TOLD])
    longest = max(len(one.full_name) for one in found)
    return [one for one in found if len(one.full_name) == longest]


def _begins(spoken: str, name: str) -> bool:
    rest = spoken.removeprefix(name)
    return bool(name) and rest != spoken and not rest[:1].isalnum()
