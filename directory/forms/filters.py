"""What the filters of lists and figures share: a service to choose, a period that makes sense."""

from datetime import timedelta
from functools import cache
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from directory.models import Service
from directory.models.service import ServiceQuerySet
from ui.fields import PublicIdChoiceField
from ui.widgets import PlainSelect

LONGEST_PERIOD = timedelta(days=366 * 10)


class ServiceFilterField(PublicIdChoiceField):
    """One service by its public id, or all of them."""

    def __init__(self) -> None:
        super().__init__(
            Service.objects.none(),
            label=_("Service"),
            required=False,
            empty_label=_("Tous"),
            widget=PlainSelect,
        )

    def offer(self, services: ServiceQuerySet) -> None:
        """Two columns of each, read once and when they are shown."""
        self.queryset = services
        self.choices = cache(
            lambda: [("", self.empty_label), *services.values_list("public_id", "name")]
        )


def offer_services(form: forms.Form, services: ServiceQuerySet) -> None:
    """What the field `service` of a filter proposes, once the agent is known."""
    cast(ServiceFilterField, form.fields["service"]).offer(services)


def check_period(form: forms.Form, cleaned: dict[str, Any]) -> None:
    """The period `du`–`au` ends after it begins, and is no slip of the keyboard."""
    first, last = cleaned.get("du"), cleaned.get("au")
    if first and last and last < first:
        form.add_error("au", _("La fin de la période précède son début."))
    if first and last and last - first > LONGEST_PERIOD:
        form.add_error("du", _("La période dépasse dix ans."))
