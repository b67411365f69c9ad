"""A mystery-call campaign, and one of its calls."""

import uuid
from typing import Any, ClassVar

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contacts.forms.choosing import chooser
from directory.forms.base import OwnedForm, service_choices
from directory.models import Service
from telephony.actions.mystery import MysteryTold
from telephony.enums import MysteryOutcome
from telephony.forms.calls import in_zone
from telephony.models import MysteryCampaign
from telephony.models.call import MOST_RINGS
from telephony.models.mystery import HIGHEST_MARK, LOWEST_MARK
from ui.fields import DayField
from ui.widgets import InstantInput


class CampaignForm(OwnedForm):
    constraint_fields: ClassVar[dict[str, str]] = {"telephony_campaign_title_unique": "title"}
    first_day = DayField(label=_("Premier jour"))
    last_day = DayField(label=_("Dernier jour"))

    class Meta:
        model = MysteryCampaign
        fields = ["title", "first_day", "last_day", "services"]
        widgets = {"services": forms.CheckboxSelectMultiple}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        called = self.instance.services.values("pk") if self.instance.pk else []
        offered = Q(is_active=True) | Q(pk__in=called)
        services = Service.objects.filter(offered, organisation=self.organisation)
        field = self.chooser("services")
        field.queryset = services
        field.choices = service_choices(services)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        first, last = cleaned.get("first_day"), cleaned.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", _("Le dernier jour précède le premier."))
        return cleaned


class MysteryCallForm(forms.Form):
    key = forms.UUIDField(widget=forms.HiddenInput)
    service = forms.ModelChoiceField(Service.objects.none(), label=_("Service appelé"))
    called_at = forms.DateTimeField(label=_("Date et heure"), widget=InstantInput)
    outcome = forms.ChoiceField(label=_("Issue"), choices=MysteryOutcome.choices)
    rings = forms.IntegerField(
        label=_("Sonneries"),
        help_text=_("Avant le décroché, ou avant de renoncer."),
        min_value=1,
        max_value=MOST_RINGS,
    )
    mark = forms.IntegerField(
        label=_("Note sur 10"), min_value=LOWEST_MARK, max_value=HIGHEST_MARK, required=False
    )
    note = forms.CharField(label=_("Remarque"), max_length=250, required=False)

    def __init__(self, *args: Any, campaign: MysteryCampaign, **kwargs: Any) -> None:
        kwargs["initial"] = {"key": uuid.uuid4(), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        chooser(self, "service").queryset = campaign.services.select_related("calendar")

    def told(self) -> MysteryTold:
        data = self.cleaned_data
        service: Service = data["service"]
        return MysteryTold(
            service=service,
            called_at=in_zone(data["called_at"], service.calendar.zone),
            outcome=MysteryOutcome(data["outcome"]),
            rings=data["rings"],
            mark=data["mark"],
            note=data["note"],
            key=data["key"],
        )
