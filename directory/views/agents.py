"""Accounts of the agents: the list, a new one, a change, closing and opening again, inviting."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from directory import actions, invitations
from directory.access import agents_of
from directory.errors import Refusal
from directory.forms.agents import AgentForm, AgentSearchForm, NewAgentForm
from directory.models import Agent
from directory.queries import agents_for_list
from directory.requests import AgentRequest
from directory.views.doors import done, form_page, managers_only, sent

AGENTS_PER_PAGE = 50


@require_safe
@managers_only
def index(request: AgentRequest) -> HttpResponse:
    search = AgentSearchForm(request.GET)
    words = search.cleaned_data["q"] if search.is_valid() else ""
    agents = Paginator(agents_for_list(agents_of(request.user), words), AGENTS_PER_PAGE)
    context = {"page": agents.get_page(request.GET.get("page")), "search": search, "words": words}
    return render(request, "directory/agents.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@managers_only
def new(request: AgentRequest) -> HttpResponseBase:
    organisation = request.user.organisation
    form = NewAgentForm(sent(request), organisation=organisation)
    created: list[Agent] = []

    def create() -> None:
        created.append(actions.create_agent(organisation, **form.cleaned_data))

    if done(request, form, create, _("Compte créé.")):
        _send_invitation(request, created[0])
        return redirect("agent_edit", created[0].public_id)
    return form_page(request, "directory/agent_form.html", form)


@require_http_methods(["GET", "HEAD", "POST"])
@managers_only
def edit(request: AgentRequest, public_id: UUID) -> HttpResponseBase:
    agent = _agent_for(request, public_id)
    name = agent.full_name
    form = AgentForm(sent(request), instance=agent, organisation=request.user.organisation)
    if done(
        request,
        form,
        lambda: actions.change_agent(agent, **form.cleaned_data),
        _("Compte enregistré : les droits changent dès la prochaine page de l’agent."),
    ):
        return redirect("agents")
    return form_page(request, "directory/agent_form.html", form, agent=agent, name=name)


@require_POST
@managers_only
def deactivate(request: AgentRequest, public_id: UUID) -> HttpResponseBase:
    agent = _agent_for(request, public_id)
    try:
        actions.deactivate_agent(agent, by=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Compte désactivé : l’agent n’a plus accès à rien."))
    return redirect("agent_edit", public_id)


@require_POST
@managers_only
def reactivate(request: AgentRequest, public_id: UUID) -> HttpResponseBase:
    agent = _agent_for(request, public_id)
    actions.reactivate_agent(agent)
    messages.success(request, _("Compte réactivé : il reste à inviter l’agent."))
    return redirect("agent_edit", public_id)


@require_POST
@managers_only
@never_cache
def invite(request: AgentRequest, public_id: UUID) -> HttpResponseBase:
    """Send the invitation again, or show its link to hand over: only a POST reveals a link."""
    agent = _agent_for(request, public_id)
    try:
        if request.POST.get("by") != "hand":
            _send_invitation(request, agent)
            return redirect("agent_edit", public_id)
        context = {
            "agent": agent,
            "link": invitations.link_for(agent),
            "days": invitations.days_valid(),
        }
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("agent_edit", public_id)
    return render(request, "directory/invitation.html", context)


def _agent_for(request: AgentRequest, public_id: UUID) -> Agent:
    return get_object_or_404(agents_of(request.user), public_id=public_id)


def _send_invitation(request: AgentRequest, agent: Agent) -> None:
    if invitations.send(agent):
        sentence = _("Une invitation à choisir un mot de passe a été envoyée à %(email)s.")
        messages.success(request, sentence % {"email": agent.email})
    else:
        sentence = _(
            "Le courriel d’invitation n’a pas pu partir : le serveur de messagerie ne répond pas. "
            "Affichez le lien d’invitation et remettez-le à l’agent."
        )
        messages.warning(request, sentence)
