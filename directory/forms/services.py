"""Forms on services, motifs and the organisation itself."""

from typing import Any, ClassVar

from django import forms
from django.db.models import Q
from django.utils.formats import number_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from directory import logos
from directory.enums import Silence
from directory.forms.base import OwnedForm, WhyField, service_choices
from directory.models import Motif, Organisation, Service
from directory.models.organisation import colour as is_a_colour
from directory.models.service import IMPLICIT, USUAL_SILENCE
from ui import theme


class ServiceForm(OwnedForm):
    constraint_fields: ClassVar[dict[str, str]] = {"service_name_unique": "name"}
    why = WhyField()

    class Meta:
        model = Service
        fields = ["name", "parent", "calendar", "phone", "email", "address", "is_active"]
        widgets = {"address": forms.Textarea(attrs={"rows": 3})}
        help_texts = {
            "parent": _("Les agents du service choisi verront aussi les demandes de celui-ci."),
            "calendar": _("Les délais des demandes se comptent sur ses jours ouvrés."),
            "is_active": _("Un service qui n’est plus en activité ne reçoit plus de demande."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offer_parents()
        calendar = self.chooser("calendar")
        calendar.queryset = self.organisation.calendars.all()
        calendar.empty_label = _("Choisissez un calendrier")
        if not self.instance.pk:
            del self.fields["why"]

    def _offer_parents(self) -> None:
        services = Service.objects.filter(organisation=self.organisation)
        if self.instance.pk:
            below = services.and_below([self.instance.pk])
            services = services.exclude(pk__in=below.values("pk"))
        parent = self.chooser("parent")
        parent.queryset = services
        parent.choices = [("", _("Aucun : service de premier niveau")), *service_choices(services)]
        parent.error_messages["invalid_choice"] = _(
            "Choisissez un service de l’organisation qui ne dépend pas de celui-ci."
        )


class MotifForm(OwnedForm):
    constraint_fields: ClassVar[dict[str, str]] = {"motif_name_unique": "name"}
    why = WhyField()

    class Meta:
        model = Motif
        fields = [
            *("name", "parent", "service", "is_active"),
            *("silence", "silence_months", "processing_days"),
        ]
        labels = {"silence": _("Ce que vaut le silence de l’administration")}
        help_texts = {
            "silence": _("Écrit sur l’accusé de réception d’une lettre."),
            "silence_months": _("Deux mois, sauf texte contraire."),
            "processing_days": _("Montré aux agents ; il ne change aucun délai cible."),
            "parent": _("Une famille est un motif qui en réunit d’autres."),
            "service": _("Proposé d’office à l’agent qui choisit ce motif."),
            "is_active": _("Un motif retiré reste sur les demandes qui le portent."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offer_families()
        self._offer_services()
        self.fields["silence"].choices = [  # type: ignore[attr-defined]
            ("", _("Pas encore précisé")),
            *Silence.choices,
        ]
        if not self.instance.pk:
            del self.fields["why"]

    def clean(self) -> dict[str, Any]:
        """Where silence makes a decision and no time is given, the usual two months."""
        cleaned: dict[str, Any] = super().clean() or {}
        months, decides = cleaned.get("silence_months"), cleaned.get("silence") in IMPLICIT
        if decides and months is None and "silence_months" in cleaned:
            cleaned["silence_months"] = USUAL_SILENCE
        elif months is not None and not decides:
            self.add_error(
                "silence_months",
                _("À laisser vide tant que le silence ne vaut ni acceptation ni rejet."),
            )
        return cleaned

    def _offer_families(self) -> None:
        if self.instance.pk and self.instance.children.exists():
            del self.fields["parent"]  # a family stays one while it holds motifs
            return
        parent = self.chooser("parent")
        parent.queryset = self.organisation.motifs.filter(parent=None).exclude(pk=self.instance.pk)
        parent.empty_label = _("Aucune : famille, ou motif isolé")

    def _offer_services(self) -> None:
        offered = Q(is_active=True) | Q(pk=self.instance.service_id)
        services = Service.objects.filter(offered, organisation=self.organisation)
        field = self.chooser("service")
        field.queryset = services
        field.choices = [("", _("Aucun")), *service_choices(services)]


class OrganisationForm(forms.ModelForm):  # type: ignore[type-arg]
    logo = forms.FileField(
        label=_("Logo"),
        help_text=_("Une image PNG ou JPEG de 200 Ko au plus, sur fond clair."),
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg"}),
        required=False,
    )
    remove_logo = forms.BooleanField(label=_("Retirer le logo"), required=False)

    class Meta:
        model = Organisation
        fields = ["name", "primary_colour"]
        help_texts = {
            "primary_colour": _(
                "Six chiffres hexadécimaux, par exemple #1f4e79 : la couleur des boutons et des "
                "liens. Elle doit rester lisible : contraste d’au moins 4,5 avec le blanc."
            )
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The model's own check comes after `clean_primary_colour`, which can only read a colour.
        self.fields["primary_colour"].validators.append(is_a_colour)

    def clean_logo(self) -> logos.Picture | None:
        file = self.cleaned_data["logo"]
        return logos.read(file) if file else None

    def clean_primary_colour(self) -> str:
        colour: str = self.cleaned_data["primary_colour"].lower()
        contrast = theme.contrast(theme.parse(colour), theme.WHITE)
        if contrast < theme.READABLE:
            raise forms.ValidationError(too_pale(colour, contrast))
        return colour


def too_pale(colour: str, contrast: float) -> str:
    """The refusal gives the figure and a darker shade that would do."""
    return gettext(
        "%(colour)s n’a qu’un contraste de %(contrast)s avec le blanc ; il en faut 4,5 pour que "
        "chacun puisse lire. Essayez une teinte plus foncée, par exemple %(darker)s."
    ) % {
        "colour": colour,
        "contrast": number_format(int(contrast * 10) / 10, 1),
        "darker": theme.write(theme.readable(theme.parse(colour), on=[theme.WHITE])),
    }
