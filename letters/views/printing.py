"""What is printed about a letter: its acknowledgement, and labels to stick on it."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from contacts.enums import ReplyKind
from contacts.errors import Refusal
from contacts.queries import today_of
from directory.requests import AgentRequest
from letters.access import letters_of, may_register
from letters.actions import acknowledge
from letters.decisions import ImplicitDecision, implicit_decision, missing_items
from letters.forms.printing import PER_SHEET, LabelsForm, SilenceForm
from letters.models import Letter
from letters.views.doors import letter_for


@require_http_methods(["GET", "HEAD", "POST"])
def acknowledgement(request: AgentRequest, public_id: UUID) -> HttpResponseBase:
    letter = letter_for(request.user, public_id)
    if request.method != "POST":
        return _acknowledgement(request, letter)
    if not may_register(request.user):
        raise PermissionDenied
    try:
        acknowledge(letter, by=request.user, now=timezone.now())
    except Refusal as refusal:
        return _acknowledgement(request, letter, refusal=str(refusal))
    messages.success(request, _("Accusé de réception noté comme envoyé."))
    return redirect("letter_acknowledgement", public_id)


def _acknowledgement(request: AgentRequest, letter: Letter, refusal: str = "") -> HttpResponse:
    demande = letter.demande
    form, decision = _decision(request, letter)
    sent = demande.replies.filter(
        organisation=letter.organisation_id, kind=ReplyKind.ACKNOWLEDGEMENT
    )
    context = {
        "letter": letter,
        "demande": demande,
        "service": demande.service,
        "form": form,
        "decision": decision,
        "items": missing_items(demande),
        "unknown": _unknown(letter, decision),
        "sent_on": list(sent.order_by("at").values_list("on_day", flat=True)),
        "today": demande.service.calendar.day_of(timezone.now()),
        "may_register": may_register(request.user),
        "refusal": refusal,
    }
    status = 422 if refusal else 200
    return render(request, "letters/acknowledgement.html", context, status=status)


def _decision(request: AgentRequest, letter: Letter) -> tuple[SilenceForm, ImplicitDecision]:
    """What the motif says of silence, unless it is said for this letter alone."""
    received, motif = letter.demande.received_on, letter.demande.motif
    own: dict[str, object] = {
        "silence": motif.silence if motif else "",
        "mois": motif.silence_months if motif else None,
    }
    form = SilenceForm(request.GET if "silence" in request.GET else own)
    if not form.is_valid():
        return form, implicit_decision(received, "", None)
    chosen = form.cleaned_data
    return form, implicit_decision(received, chosen["silence"], chosen["mois"])


def _unknown(letter: Letter, decision: ImplicitDecision) -> list[str]:
    """What the law wants on the page and nobody has told (CRPA, R112-5)."""
    service = letter.demande.service
    wanted = (
        (service.address, _("l’adresse postale du service")),
        (service.phone, _("le téléphone du service")),
        (decision.is_known, _("ce que vaut le silence de l’administration")),
    )
    return [words for known, words in wanted if not known]


@require_safe
def labels(request: AgentRequest) -> HttpResponse:
    asked = "de" in request.GET
    today = today_of(request.user.organisation_id, timezone.now())
    form = LabelsForm(request.GET if asked else None, initial={"annee": today.year, "place": 1})
    letters: list[Letter] = []
    if asked and form.is_valid():
        letters = _labelled(request, form)
    place = (form.cleaned_data.get("place") if letters else None) or 1
    context = {
        "form": form,
        "asked": asked,
        "count": len(letters),
        "sheets": _sheets(letters, place),
    }
    return render(request, "letters/labels.html", context)


def _labelled(request: AgentRequest, form: LabelsForm) -> list[Letter]:
    chosen = form.cleaned_data
    numbers = letters_of(request.user).filter(
        year=chosen["annee"], number__gte=chosen["de"], number__lte=chosen["a"]
    )
    return list(numbers.for_list().order_by("number"))


def _sheets(letters: list[Letter], place: int) -> list[list[Letter | None]]:
    """Sheets of labels, the places before the first free one left empty."""
    cells: list[Letter | None] = [*([None] * (place - 1)), *letters]
    if not letters:
        return []
    return [cells[start : start + PER_SHEET] for start in range(0, len(cells), PER_SHEET)]
