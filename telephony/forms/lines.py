"""Lines and the settings of the telephone."""

from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from directory.forms.base import OwnedForm, service_choices
from directory.models import Service
from telephony import numbers
from telephony.dialling import valid_dial_template
from telephony.forms.fields import RingField
from telephony.models import Line, TelephonySetting


def as_ms(seconds: Decimal | None) -> int | None:
    return None if seconds is None else int(seconds * 1000)


def as_seconds(ms: int | None) -> Decimal | None:
    return None if ms is None else (Decimal(ms) / 1000).normalize() + Decimal(0)


class LineForm(OwnedForm):
    constraint_fields: ClassVar[dict[str, str]] = {"telephony_line_unique": "number"}
    seconds_per_ring = RingField(
        label=_("Secondes par sonnerie"),
        required=False,
        help_text=_("Vide : la durée réglée pour l’organisation."),
    )

    class Meta:
        model = Line
        fields = ["number", "label", "service", "is_voice_server", "is_active"]
        help_texts = {
            "number": _(
                "Comme le relevé l’écrit : numéro appelé (01 23 45 67 89), poste (6789) ou nom "
                "de file d’attente."
            ),
            "is_voice_server": _("Ce qui y est décroché l’est par un serveur vocal."),
            "is_active": _("Une ligne qui n’est plus en service ne reçoit plus d’appel importé."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seconds_per_ring"].initial = as_seconds(self.instance.ring_ms)
        services = Service.objects.filter(organisation=self.organisation, is_active=True)
        field = self.chooser("service")
        field.queryset = services
        field.choices = [("", _("Choisissez un service")), *service_choices(services)]

    def clean_number(self) -> str:
        return numbers.called(self.cleaned_data["number"])

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        self.instance.ring_ms = as_ms(cleaned.get("seconds_per_ring"))
        return cleaned


class SettingForm(forms.Form):
    seconds_per_ring = RingField(
        label=_("Secondes par sonnerie"),
        help_text=_("5 en France. Le chiffre est rappelé à côté de chaque résultat."),
    )
    dial_template = forms.CharField(
        label=_("Adresse d’appel"),
        max_length=200,
        validators=[valid_dial_template],
        help_text=_(
            "Ce qui s’ouvre quand on clique sur un numéro, {number} étant le numéro : "
            "tel:{number}, sip:{number}@standard.exemple.fr, callto:{number}…"
        ),
    )

    def __init__(self, *args: Any, setting: TelephonySetting, **kwargs: Any) -> None:
        kwargs["initial"] = {
            "seconds_per_ring": as_seconds(setting.ring_ms),
            "dial_template": setting.dial_template,
        }
        super().__init__(*args, **kwargs)

    @property
    def ring_ms(self) -> int:
        return int(self.cleaned_data["seconds_per_ring"] * 1000)
