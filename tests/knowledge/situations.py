"""Situations of the knowledge app, in the words of the trade."""

import uuid
from datetime import datetime
from typing import Any

from directory.enums import Role
from directory.models import Agent, Organisation, Service
from knowledge import actions
from knowledge.models import AnnuaireShare, Sheet, SheetUse, TextModule
from tests import factories

ANSWER = "Apportez :\n\n- une photo ;\n- un justificatif de domicile."


def make_sheet(
    organisation: Organisation, question: str = "Comment refaire un passeport ?", **kwargs: Any
) -> Sheet:
    """A published sheet, kept by an active agent."""
    by = kwargs.pop("by", None)
    owner = kwargs.pop("owner", None) or by or factories.make_agent(organisation)
    sheet = Sheet(
        organisation=organisation,
        question=question,
        answer=kwargs.pop("answer", ANSWER),
        owner=owner,
        **{name: kwargs.pop(name) for name in list(kwargs) if name not in ("publish", "at")},
    )
    return actions.write(
        sheet,
        by=by or owner,
        at=kwargs.get("at", factories.NOW),
        publish=kwargs.get("publish", True),
    )


def used(sheet: Sheet, service: Service, at: datetime = factories.NOW, **kwargs: Any) -> None:
    actions.use(
        sheet,
        key=kwargs.pop("key", None) or uuid.uuid4(),
        service=service,
        channel=kwargs.pop("channel", "phone"),
        at=at,
        by=kwargs.pop("by", None),
    )


def uses_of(sheet: Sheet) -> int:
    return SheetUse.objects.filter(sheet=sheet).count()


def make_module(
    organisation: Organisation, body: str = "Bonjour {usager},", **kwargs: Any
) -> TextModule:
    name = kwargs.pop("name", f"Modèle {uuid.uuid4().hex[:6]}")
    module = TextModule(organisation=organisation, name=name, body=body, **kwargs)
    actions.save_module(module)
    return module


def shared(giver: Agent, reader: Agent, at: datetime = factories.NOW) -> AnnuaireShare:
    """The annuaire of `giver`'s organisation, shown to `reader`'s: both administrateurs agreed."""
    share = actions.propose_share(name=reader.organisation.name, by=giver, at=at)
    actions.accept_share(share, by=reader, at=at)
    share.refresh_from_db()
    return share


def offered_to(organisation: Organisation) -> AnnuaireShare:
    """Another organisation's annuaire, proposed to this one."""
    giver = factories.make_agent(factories.make_organisation(), Role.ADMINISTRATEUR)
    return actions.propose_share(name=organisation.name, by=giver, at=factories.NOW)
