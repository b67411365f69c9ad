"""Who did what to a demande and when, in a sentence: what the second of two agents is told."""

from datetime import datetime
from typing import Any

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from contacts import errors
from contacts.actions.rows import locked
from contacts.enums import Verb
from contacts.models import Demande, JournalEntry
from directory.models import Agent
from ui.figures import instant_text

# What a page left open too long tells at most; the page itself has the rest.
TOLD_AT_MOST = 5


def told(entry: JournalEntry, demande: Demande) -> str:
    """« Close par Camille Martin le 22 juin 2026 à 10:12. », at the hour of the service."""
    return _sentence(entry.get_verb_display(), entry.agent, entry.at, demande)


def _sentence(act: str, agent: Agent | None, at: datetime, demande: Demande) -> str:
    with timezone.override(demande.service.calendar.zone):
        words: dict[str, Any] = {"act": act, "when": instant_text(at)}
    if agent is None:
        return _("%(act)s le %(when)s.") % words
    return _("%(act)s par %(agent)s le %(when)s.") % {**words, "agent": agent.full_name}


def told_of(demande: Demande, *verbs: Verb) -> str:
    """The last of these acts on the demande; empty when the journal has none."""
    done = demande.journal.filter(organisation=demande.organisation_id, verb__in=verbs)
    last = done.select_related("agent").order_by("-pk").first()
    return told(last, demande) if last else ""


def told_of_answer(demande: Demande) -> str:
    answers = demande.replies.filter(organisation=demande.organisation_id, kind="merits")
    last = answers.select_related("agent").order_by("-pk").first()
    return _sentence(_("Répondue au fond"), last.agent, last.recorded_at, demande) if last else ""


def version_of(demande: Demande) -> int:
    """What the page of a demande has seen: the last entry of its journal."""
    journal = demande.journal.filter(organisation=demande.organisation_id)
    return journal.aggregate(last=Max("pk"))["last"] or 0


def refuse_if_moved(demande: Demande, *, seen: int | None, by: Agent) -> None:
    """Refuse what was typed on a page that others have since outdated; tells what they did.

    One's own acts are known to oneself: the same form sent twice is not a conflict. What a closed
    demande still allows, each act says better. Holds the row until the end of the transaction.
    """
    if seen is None or not locked(demande).is_open:
        return
    since = demande.journal.filter(organisation=demande.organisation_id, pk__gt=seen)
    entries = since.exclude(agent=by).select_related("agent").order_by("pk")[:TOLD_AT_MOST]
    sentences = [told(entry, demande) for entry in entries]
    if sentences:
        raise errors.DemandeHasMoved(
            _("Pendant votre saisie : %(acts)s") % {"acts": " ".join(sentences)}
        )
