"""Forms of the reception desk: they check shape, the actions check the rules."""

import uuid
from collections import defaultdict
from datetime import date
from functools import cache, partial
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from contacts import phones
from contacts.actions import Intake, Person
from contacts.enums import Channel, CloseReason, Measure, Nature, ReplyKind
from directory.access import motifs_of, services_of, services_to_choose
from directory.forms.base import WhyField
from directory.models import Agent, Motif, Service
from ui.fields import DayField, LongTextField, PublicIdChoiceField
from ui.widgets import PlainSelect

TEXT_MAX = 20_000
# A target further ahead is a slip of the keyboard.
YEARS_AHEAD = 2


class Outcome:
    ANSWERED = "answered"
    TO_HANDLE = "to_handle"
    CHOICES = ((ANSWERED, _("Répondu tout de suite")), (TO_HANDLE, _("À traiter")))


def grouped_motifs(agent: Agent) -> list[tuple[Any, Any]]:
    """Motifs to choose from, under their family; a motif without family stands alone."""
    families: dict[str, list[tuple[int, str]]] = defaultdict(list)
    alone: list[tuple[Any, Any]] = []
    motifs = list(motifs_of(agent).for_choice().order_by("name"))
    parents = {motif.parent_id for motif in motifs}
    for motif in motifs:
        if motif.parent:
            families[motif.parent.name].append((motif.pk, motif.name))
        elif motif.pk not in parents:
            alone.append((motif.pk, motif.name))
    return [("", _("Sans motif précis")), *alone, *sorted(families.items())]


def chooser(form: forms.Form, name: str) -> "forms.ModelChoiceField[Any]":
    """The field of that name, whose rows are chosen when the agent is known."""
    return cast("forms.ModelChoiceField[Any]", form.fields[name])


class LogForm(forms.Form):
    """One screen to log a contact; only the channel and the outcome are asked of everyone."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    channel = forms.ChoiceField(label=_("Canal"), choices=Channel.choices, widget=forms.RadioSelect)
    motif = forms.ModelChoiceField(Motif.objects.none(), label=_("Motif"), required=False)
    service = forms.ModelChoiceField(
        Service.objects.none(),
        label=_("Service"),
        required=False,
        empty_label=_("Service habituel du motif"),
    )
    nature = forms.ChoiceField(label=_("Nature"), choices=Nature.choices)
    received_on = DayField(label=_("Reçue le"))
    letter_on = DayField(
        label=_("Date de la lettre"),
        help_text=_("Pour un courrier : la date écrite par l’usager, si elle y est."),
        required=False,
    )
    subject = forms.CharField(label=_("Objet"), max_length=250, required=False)
    text = LongTextField(
        label=_("Note de l’agent"),
        help_text=_("L’usager peut demander à lire ces notes : restez factuel."),
        max_length=TEXT_MAX,
        rows=3,
        required=False,
    )
    full_name = forms.CharField(label=_("Nom de l’usager"), max_length=160, required=False)
    phone = forms.CharField(label=_("Téléphone"), max_length=40, required=False)
    email = forms.EmailField(label=_("Adresse électronique"), max_length=254, required=False)
    outcome = forms.ChoiceField(
        label=_("Suite donnée"), choices=Outcome.CHOICES, widget=forms.RadioSelect
    )
    answer = LongTextField(label=_("Réponse donnée"), max_length=TEXT_MAX, rows=2, required=False)

    def __init__(self, *args: Any, agent: Agent, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.agent = agent
        motif, service = chooser(self, "motif"), chooser(self, "service")
        motif.queryset = motifs_of(agent).active()
        # Read when they are shown: an entry that goes in never shows them.
        motif.choices = partial(grouped_motifs, agent)
        service.queryset = services_to_choose(agent).select_related("calendar", "organisation")

    def clean_phone(self) -> str:
        return phones.normalise(self.cleaned_data["phone"])

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if "service" in cleaned and cleaned["service"] is None:
            cleaned["service"] = self._usual_service(cleaned.get("motif"))
            if cleaned["service"] is None:
                self.add_error("service", _("Choisissez le service qui traitera la demande."))
        if cleaned.get("letter_on") and cleaned.get("channel") != Channel.MAIL:
            self.add_error("letter_on", _("Cette date ne concerne que les courriers."))
        return cleaned

    def _usual_service(self, motif: Motif | None) -> Service | None:
        """The motif's service, or the agent's own when there is only one."""
        services = services_to_choose(self.agent).select_related("calendar", "organisation")
        if motif and motif.service_id:
            usual = services.filter(pk=motif.service_id).first()
            if usual:
                return usual
        own = list(services_of(self.agent).active().select_related("calendar", "organisation")[:2])
        return own[0] if len(own) == 1 else None

    def intake(self) -> Intake:
        data = self.cleaned_data
        return Intake(
            key=data["key"],
            service=data["service"],
            channel=Channel(data["channel"]),
            nature=Nature(data["nature"]),
            motif=data["motif"],
            received_on=data["received_on"],
            letter_on=data["letter_on"],
            subject=data["subject"] or (data["motif"].name if data["motif"] else ""),
            text=data["text"],
            person=Person(data["full_name"], data["email"], data["phone"]),
            answered=data["outcome"] == Outcome.ANSWERED,
            answer=data["answer"],
        )


class ReplyForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("Type de réponse"),
        choices=[
            (ReplyKind.MERITS, _("Réponse au fond")),
            (ReplyKind.HOLDING, _("Réponse d’attente, avec une date annoncée")),
            (ReplyKind.ACKNOWLEDGEMENT, _("Accusé de réception (n’arrête aucun délai)")),
        ],
        initial=ReplyKind.MERITS,
        widget=forms.RadioSelect,
    )
    channel = forms.ChoiceField(label=_("Par quel canal"), choices=Channel.choices)
    replied_on = DayField(label=_("Répondue le"))
    text = LongTextField(label=_("Réponse"), max_length=TEXT_MAX, rows=6, required=False)
    announced_on = DayField(
        label=_("Date annoncée (attente)"),
        required=False,
    )
    requests_items = forms.BooleanField(
        label=_("Demande des pièces à l’usager (réponse d’attente)"), required=False
    )
    forwarded_to = forms.CharField(
        label=_("Transmise à une autre administration"),
        help_text=_(
            "Son nom. Transmettre et en avertir l’usager vaut réponse au fond (CRPA, L114-2)."
        ),
        max_length=200,
        required=False,
    )
    keep_open = forms.BooleanField(
        label=_("Laisser la demande ouverte après la réponse au fond"), required=False
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        kind = cleaned.get("kind")
        if cleaned.get("requests_items") and kind != ReplyKind.HOLDING:
            self.add_error("requests_items", _("Demander des pièces est une réponse d’attente."))
        if cleaned.get("forwarded_to") and kind != ReplyKind.MERITS:
            self.add_error("forwarded_to", _("Une transmission est une réponse au fond."))
        if cleaned.get("announced_on") and kind == ReplyKind.MERITS:
            self.add_error("announced_on", _("Une réponse au fond n’annonce pas de nouvelle date."))
        return cleaned


class TransferForm(forms.Form):
    to_service = forms.ModelChoiceField(Service.objects.none(), label=_("Vers le service"))
    reason = forms.CharField(label=_("Raison du transfert"), max_length=250)

    def __init__(self, *args: Any, agent: Agent, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        services = services_to_choose(agent).select_related("calendar")
        chooser(self, "to_service").queryset = services


class CloseForm(forms.Form):
    """Closing without a reply on the merits; an answered demande closes with its reply."""

    reason = forms.ChoiceField(
        label=_("Pourquoi clore cette demande"),
        choices=[choice for choice in CloseReason.choices if choice[0] != CloseReason.ANSWERED],
        widget=forms.RadioSelect,
    )


class MessageForm(forms.Form):
    channel = forms.ChoiceField(label=_("Canal"), choices=Channel.choices)
    received_on = DayField(label=_("Reçu le"))
    text = LongTextField(label=_("Message"), max_length=TEXT_MAX, rows=4)
    asks_something = forms.BooleanField(
        label=_("Ce message demande quelque chose"),
        help_text=_("Sur une demande close, il la rouvre : un second délai commence."),
        required=False,
    )


class ItemsForm(forms.Form):
    received_on = DayField(label=_("Pièces reçues le"))
    text = LongTextField(label=_("Pièces reçues"), max_length=TEXT_MAX, rows=2, required=False)
    announced_on = DayField(label=_("Nouvelle date annoncée à l’usager"))


class ListFilter(forms.Form):
    """Filters of the lists of demandes (GET)."""

    q = forms.CharField(label=_("Référence ou objet"), max_length=100, required=False)
    service = PublicIdChoiceField(
        Service.objects.none(),
        label=_("Service"),
        required=False,
        empty_label=_("Tous"),
        widget=PlainSelect,
    )
    channel = forms.ChoiceField(
        label=_("Canal"),
        choices=[("", _("Tous")), *Channel.choices],
        required=False,
        widget=PlainSelect,
    )
    nature = forms.ChoiceField(
        label=_("Nature"),
        choices=[("", _("Toutes")), *Nature.choices],
        required=False,
        widget=PlainSelect,
    )

    def __init__(self, *args: Any, agent: Agent, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        service, services = chooser(self, "service"), services_of(agent)
        service.queryset = services
        # Two columns of each, read once and when they are shown.
        service.choices = cache(
            lambda: [("", service.empty_label), *services.values_list("public_id", "name")]
        )

    @property
    def active_count(self) -> int:
        return sum(bool(value) for value in self.cleaned_data.values()) if self.is_valid() else 0


class TargetForm(forms.Form):
    """A new version of a delay target; empty dimensions mean "all"."""

    measure = forms.ChoiceField(
        label=_("Délai mesuré jusqu’à"),
        choices=[
            (Measure.FIRST_REPLY, _("la première réponse")),
            (Measure.MERITS, _("la réponse au fond")),
        ],
    )
    service = forms.ModelChoiceField(
        Service.objects.none(), label=_("Service"), required=False, empty_label=_("Tous")
    )
    channel = forms.ChoiceField(
        label=_("Canal"), choices=[("", _("Tous")), *Channel.choices], required=False
    )
    nature = forms.ChoiceField(
        label=_("Nature"), choices=[("", _("Toutes")), *Nature.choices], required=False
    )
    limit = forms.IntegerField(label=_("Délai en jours ouvrés"), min_value=1, max_value=250)
    valid_from = DayField(label=_("À partir des demandes reçues le"))
    origin = forms.CharField(
        label=_("Origine"),
        help_text=_("Par exemple : délibération du 12 mars 2026."),
        max_length=200,
        required=False,
    )
    why = WhyField()

    def __init__(self, *args: Any, agent: Agent, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        chooser(self, "service").queryset = services_to_choose(agent)

    def clean_valid_from(self) -> date:
        day: date = self.cleaned_data["valid_from"]
        if day.year > self.today.year + YEARS_AHEAD:
            raise forms.ValidationError(_("Un délai se fixe deux ans à l’avance au plus."))
        return day
