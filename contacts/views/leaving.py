"""A demande that went to another service while someone was typing on it: told, nothing lost."""

from collections.abc import Callable
from functools import wraps
from uuid import UUID

from django.http import Http404, HttpResponseBase
from django.shortcuts import render

from contacts.access import last_transfer_away
from directory.requests import AgentRequest

View = Callable[[AgentRequest, UUID], HttpResponseBase]
# What may have taken time to type.
TYPED = ("text", "reason")


def tells_where_it_went(view: View) -> View:
    """What is sent to a demande that has left the agent's services comes back with its reason.

    Still 404: the demande is no longer theirs to see, but what they wrote is theirs to keep.
    """

    @wraps(view)
    def told(request: AgentRequest, public_id: UUID) -> HttpResponseBase:
        try:
            return view(request, public_id)
        except Http404:
            passed = last_transfer_away(request.user, public_id)
            if request.method != "POST" or passed is None:
                raise
        typed = [request.POST[name] for name in TYPED if request.POST.get(name)]
        context = {"passed": passed, "typed": typed}
        return render(request, "contacts/left.html", context, status=404)

    return told
