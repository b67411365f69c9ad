"""Two pages as the first chapters of Django's tutorial would write them."""

from django.contrib.auth.decorators import login_required
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from bench.bare.models import Ticket

PER_PAGE = 50


class TicketForm(ModelForm):  # type: ignore[type-arg] Django has no subscript here
    class Meta:
        model = Ticket
        fields = [
            *("desk", "topic", "channel", "nature", "subject", "text", "full_name", "phone"),
            *("email", "received_on"),
        ]


@login_required
def log(request: HttpRequest) -> HttpResponse:
    form = TicketForm(request.POST or None)
    if form.is_valid():
        form.save()
        return HttpResponseRedirect("/log/")
    return render(request, "bare/log.html", {"form": form})


@login_required
def tickets(request: HttpRequest) -> HttpResponse:
    """The fifty most urgent; nothing is counted."""
    found = Ticket.objects.filter(is_open=True).select_related("desk", "topic")
    shown = found.order_by("due_on", "id")[:PER_PAGE]
    return render(request, "bare/list.html", {"tickets": shown})
