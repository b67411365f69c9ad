"""Files of usagers that look alike: proposed, compared, merged, parted again."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contacts.access import merges_of, usagers_of
from contacts.actions import merging_usagers
from contacts.duplicates import lookalikes
from contacts.errors import MergedWithItself, Refusal, UsagerChanged
from contacts.forms.usagers import MergeForm
from contacts.models import Usager
from contacts.people import count_of
from contacts.views.doors import handlers_only, tell, usager_for
from directory.requests import AgentRequest


@require_safe
@handlers_only
def index(request: AgentRequest) -> HttpResponse:
    """The lookalikes among the latest files; `avant` goes on from the one it names."""
    asked = request.GET.get("avant", "")
    try:
        before = (
            get_object_or_404(usagers_of(request.user), public_id=UUID(asked)) if asked else None
        )
    except ValueError:
        before = None
    found = lookalikes(request.user.organisation_id, before=before)
    return render(request, "contacts/usager_duplicates.html", {"found": found, "before": before})


@require_http_methods(["GET", "HEAD", "POST"])
@handlers_only
def merge(request: AgentRequest, public_id: UUID, other_id: UUID) -> HttpResponseBase:
    """Two files side by side; the older goes on, with the values that the agent chooses."""
    gone = _already_done(request, public_id, other_id)
    if gone:
        return gone
    kept, absorbed = _pair(request, public_id, other_id)
    form = MergeForm(
        request.POST if request.method == "POST" else None, kept=kept, absorbed=absorbed
    )
    if form.is_bound and (form.is_valid() or form.is_stale):
        try:
            if form.is_stale:
                raise UsagerChanged
            merging_usagers.merge(
                kept,
                absorbed,
                form.identity(),
                seen=form.seen,
                by=request.user,
                at=timezone.now(),
            )
        except UsagerChanged as refusal:
            kept, absorbed = _pair(request, public_id, other_id)
            form = form.renewed(kept, absorbed)
            tell(form, refusal)
        except Refusal as refusal:
            tell(form, refusal)
        else:
            messages.success(request, _("Les deux fiches n’en font plus qu’une."))
            return redirect("usager", kept.public_id)
    context = {
        "kept": kept,
        "absorbed": absorbed,
        "form": form,
        "kept_counts": count_of(kept),
        "absorbed_counts": count_of(absorbed),
    }
    status = 422 if form.is_bound else 200
    return render(request, "contacts/usager_merge.html", context, status=status)


def _pair(request: AgentRequest, public_id: UUID, other_id: UUID) -> tuple[Usager, Usager]:
    one, other = usager_for(request.user, public_id), usager_for(request.user, other_id)
    return (one, other) if one.pk < other.pk else (other, one)


def _already_done(
    request: AgentRequest, public_id: UUID, other_id: UUID
) -> HttpResponseBase | None:
    """Sent twice, or by two agents: the second is shown the merged file."""
    if public_id == other_id:
        messages.error(request, str(MergedWithItself()))
        return redirect("usager", usager_for(request.user, public_id).public_id)
    known = usagers_of(request.user).select_related("merged_into")
    one, other = (get_object_or_404(known, public_id=key) for key in (public_id, other_id))
    standing = {one.merged_into or one, other.merged_into or other}
    if len(standing) == 2:
        return None
    messages.info(request, _("Ces deux fiches n’en font déjà plus qu’une."))
    return redirect("usager", standing.pop().public_id)


@require_POST
@handlers_only
def undo(request: AgentRequest, public_id: UUID) -> HttpResponseBase:
    merged = get_object_or_404(
        merges_of(request.user).select_related("kept", "absorbed"), public_id=public_id
    )
    try:
        merging_usagers.undo_merge(merged, by=request.user, at=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("La réunion est défaite : il y a de nouveau deux fiches."))
    return redirect("usager", merged.kept.public_id)


@require_POST
@handlers_only
def tell_apart(request: AgentRequest, public_id: UUID, other_id: UUID) -> HttpResponseBase:
    one, other = usager_for(request.user, public_id), usager_for(request.user, other_id)
    try:
        merging_usagers.tell_apart(one, other, by=request.user, at=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Noté : ces deux fiches ne seront plus proposées ensemble."))
    if "liste" in request.POST:
        return redirect("usager_duplicates")
    return redirect("usager", one.public_id)
