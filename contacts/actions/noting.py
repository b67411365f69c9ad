"""Notes between agents, and the colleagues they name."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from contacts import errors
from contacts.access import colleagues_on
from contacts.actions.attaching import attach
from contacts.actions.rows import A_DOUBLE_CLICK, journal
from contacts.attachments.uploads import Upload
from contacts.enums import Verb
from contacts.mentions import named_in
from contacts.models import Demande, Mention, Note
from directory.models import Agent


@transaction.atomic
def add_note(
    demande: Demande,
    *,
    by: Agent,
    at: datetime,
    text: str,
    telling: Agent | None = None,
    files: Sequence[Upload] = (),
) -> Note:
    """Write a note that the usager never sees; who is named in it, or told, finds a mention.

    A colleague who may not see the demande is refused: a mention opens no door.
    """
    own = Q(organisation=demande.organisation_id, agent=by)
    twin = demande.notes.filter(own, text=text, at__gt=at - A_DOUBLE_CLICK).first()
    if twin:
        return twin
    named = named_in(text, demande)
    _refuse_who_cannot_see(demande, named, field="text")
    if telling:
        _refuse_who_cannot_see(demande, {telling}, field="telling")
        named.add(telling)
    note = Note.objects.create(
        organisation=demande.organisation, demande=demande, agent=by, at=at, text=text
    )
    _mention(note, named - {by})
    see_mentions(by, at=at, demande=demande)
    journal(demande, Verb.NOTED, by=by, at=at)
    attach(demande, files, by=by, at=at, note=note)
    return note


def _mention(note: Note, named: set[Agent]) -> None:
    Mention.objects.bulk_create(
        Mention(organisation_id=note.organisation_id, note=note, agent=one)
        for one in sorted(named, key=lambda one: one.pk)
    )


def see_mentions(agent: Agent, *, at: datetime, demande: Demande) -> None:
    """Whoever writes on a demande has read what they were named in there."""
    unseen = Mention.objects.filter(organisation=agent.organisation_id, agent=agent, seen_at=None)
    unseen.filter(note__demande=demande).update(seen_at=at)


def see_mention(mention: Mention, *, at: datetime) -> None:
    """Said twice, the first time stands."""
    own = Mention.objects.filter(organisation=mention.organisation_id, pk=mention.pk)
    own.filter(seen_at__isnull=True).update(seen_at=at)


def _refuse_who_cannot_see(demande: Demande, named: set[Agent], *, field: str) -> None:
    if not named:
        return
    seeing = colleagues_on(demande.service).filter(pk__in=[one.pk for one in named])
    blind = named - set(seeing)
    if blind:
        names = ", ".join(sorted(one.full_name for one in blind))
        raise errors.CannotSeeTheDemande(names, field=field)
