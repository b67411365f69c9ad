"""The entry screen."""

import uuid
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from contacts import phones
from contacts.actions import Intake, Person, instant_on
from contacts.entry import usual_motifs
from contacts.enums import Channel, Nature
from contacts.forms.choosing import TEXT_MAX, chooser
from contacts.models import Demande
from directory.access import motifs_of, services_of, services_to_choose
from directory.models import Agent, Motif, Service
from ui.fields import DayField, LongTextField
from ui.widgets import PlainSelect


class Outcome:
    ANSWERED = "answered"
    TO_HANDLE = "to_handle"
    CHOICES = ((ANSWERED, _("Répondu tout de suite")), (TO_HANDLE, _("À traiter")))


@dataclass(frozen=True)
class MotifChoices:
    """Motifs to choose from: the agent's usual ones, then all of them under their family."""

    choices: list[tuple[Any, Any]]
    # By the motif's id as text: its family and its usual service, for the search in the page.
    data: dict[str, dict[str, str]]

    @classmethod
    def of(cls, agent: Agent) -> "MotifChoices":
        motifs = list(motifs_of(agent).for_choice().order_by("name"))
        parents = {motif.parent_id for motif in motifs}
        leaves = {motif.pk: motif for motif in motifs if motif.parent or motif.pk not in parents}
        usual = [leaves[pk] for pk in usual_motifs(agent) if pk in leaves]
        families: dict[str, list[tuple[int, str]]] = defaultdict(list)
        for motif in leaves.values():
            if motif.parent:
                families[motif.parent.name].append((motif.pk, motif.name))
        alone = [(motif.pk, motif.name) for motif in leaves.values() if not motif.parent]
        choices: list[tuple[Any, Any]] = [("", _("Sans motif précis"))]
        if usual:
            choices.append((_("Vos motifs habituels"), [(one.pk, one.name) for one in usual]))
        return cls(
            [*choices, *alone, *sorted(families.items())],
            {str(pk): _told(motif) for pk, motif in leaves.items()},
        )


def _told(motif: Motif) -> dict[str, str]:
    family, service = motif.parent, motif.service
    active = service is not None and service.is_active
    return {
        **({"family": family.name} if family else {}),
        **({"service": service.name} if service and active else {}),
    }


class LogForm(forms.Form):
    """One screen to log a contact; only the channel and the outcome are asked of everyone."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    channel = forms.ChoiceField(label=_("Canal"), choices=Channel.choices, widget=forms.RadioSelect)
    motif = forms.ModelChoiceField(
        Motif.objects.none(), label=_("Motif"), required=False, widget=PlainSelect
    )
    # The demande of the same person that this contact belongs to, when the agent says so.
    attach = forms.UUIDField(required=False, widget=forms.HiddenInput)
    # What was proposed and seen: the entry is then a new demande for good.
    seen = forms.BooleanField(required=False, widget=forms.HiddenInput)
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
        motifs = cache(lambda: MotifChoices.of(agent))
        motif.choices = lambda: motifs().choices
        cast(PlainSelect, motif.widget).data = lambda value: motifs().data.get(value, {})
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

    def message(self, demande: Demande, *, now: datetime) -> dict[str, Any]:
        """The same contact as a message on a demande that the person has made before.

        It reopens a closed one only when it is still to be handled (counting rule 7).
        """
        data, calendar = self.cleaned_data, demande.service.calendar
        return {
            "key": data["key"],
            "channel": Channel(data["channel"]),
            "at": instant_on(data["received_on"], calendar, after=demande.received_at, now=now),
            "text": data["text"] or data["subject"],
            "asks_something": data["outcome"] == Outcome.TO_HANDLE,
        }


class KnownForm(forms.Form):
    """Who is being typed, and about what; half-typed is nobody."""

    email = forms.EmailField(required=False)
    phone = forms.CharField(max_length=40, required=False)
    motif = forms.ModelChoiceField(Motif.objects.none(), required=False)

    def __init__(self, *args: Any, agent: Agent, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chooser(self, "motif").queryset = motifs_of(agent)

    def clean_phone(self) -> str:
        return phones.normalise(self.cleaned_data["phone"])
