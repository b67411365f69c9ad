"""What every act on a demande goes through: form, action, redirect; refusals lose nothing."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from contacts import actions
from contacts.access import demandes_of
from contacts.enums import Verb
from contacts.errors import DemandeHasMoved, Refusal
from contacts.models import Demande
from contacts.views.doors import tell
from directory.requests import AgentRequest

# An act receives the valid form, the demande, the present and its day for dating, and answers with
# the demande to show next.
Act = Callable[[AgentRequest, forms.Form, Demande, datetime], Demande]


def perform(
    request: AgentRequest,
    demande: Demande,
    form: forms.Form,
    *,
    act: Act,
    template: str,
    done: str,
    **shown_too: Any,
) -> HttpResponseBase:
    """Form → action → redirect; a refusal comes back at its field with everything typed.

    So does a page that others have outdated: sent again, it is meant.
    """
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                seen = form.cleaned_data.get("version")
                actions.refuse_if_moved(demande, seen=seen, by=request.user)
                shown = act(request, form, demande, timezone.now())
        except Refusal as refusal:
            tell(form, refusal)
            demande.refresh_from_db()
            if isinstance(refusal, DemandeHasMoved):
                _meant_next_time(form, demande)
        else:
            messages.success(request, done)
            return next_page(request, shown)
    if request.FILES and "pieces" in form.fields and not form.has_error("pieces"):
        form.add_error(
            "pieces", _("Ces fichiers n’ont pas été gardés : choisissez-les de nouveau.")
        )
    context = {"demande": demande, "form": form, "closing": _closing(demande), **shown_too}
    return render(request, template, context, status=422 if request.method == "POST" else 200)


def _closing(demande: Demande) -> str:
    return "" if demande.is_open else actions.told_of(demande, Verb.CLOSED)


def _meant_next_time(form: forms.Form, demande: Demande) -> None:
    data = cast(QueryDict, form.data).copy()
    data["version"] = str(actions.version_of(demande))
    form.data = data


def next_page(request: AgentRequest, demande: Demande) -> HttpResponseBase:
    """The demande, or the list when it has left the agent's services."""
    if demandes_of(request.user).filter(pk=demande.pk).exists():
        return redirect("demande", demande.public_id)
    return redirect("to_handle")


def today_at(demande: Demande) -> date:
    return demande.service.calendar.day_of(timezone.now())


def instant_at(demande: Demande, day: date, now: datetime) -> datetime:
    return actions.instant_on(day, demande.service.calendar, after=demande.received_at, now=now)


def seen_by(demande: Demande) -> dict[str, Any]:
    """Where each form of a demande starts from: what its page has seen."""
    return {"version": actions.version_of(demande)}
