"""What an agent does with a demande."""

import uuid
from typing import Any, cast

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from contacts.enums import Channel, CloseReason, ReplyKind, Told
from contacts.forms.attaching import FilesField
from contacts.forms.choosing import TEXT_MAX, chooser
from contacts.models import Usager
from directory.access import services_to_choose
from directory.models import Agent, Service
from knowledge.forms import ChosenSheetsField
from knowledge.placeholders import mark, marks_left
from ui.fields import DayField, LongTextField
from ui.figures import date_text


class DemandeForm(forms.Form):
    """What an agent does on a page of a demande, which remembers what that page had seen."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)


class ReplyForm(DemandeForm):
    # The sheets it is written with, counted once for this key when it is sent.
    sheet = ChosenSheetsField()
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4, required=False)
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
    pieces = FilesField(required=False)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        kind = cleaned.get("kind")
        if cleaned.get("requests_items") and kind != ReplyKind.HOLDING:
            self.add_error("requests_items", _("Demander des pièces est une réponse d’attente."))
        if cleaned.get("forwarded_to") and kind != ReplyKind.MERITS:
            self.add_error("forwarded_to", _("Une transmission est une réponse au fond."))
        if cleaned.get("announced_on") and kind == ReplyKind.MERITS:
            self.add_error("announced_on", _("Une réponse au fond n’annonce pas de nouvelle date."))
        self._complete_text(cleaned)
        return cleaned

    def _complete_text(self, cleaned: dict[str, Any]) -> None:
        """The date announced beside the text goes in its place; nothing leaves with a hole."""
        text, announced = cleaned.get("text", ""), cleaned.get("announced_on")
        if announced:
            cleaned["text"] = text = text.replace(mark("date_annoncee"), date_text(announced))
        left = marks_left(text)
        if left:
            words = gettext("Complétez le texte avant d’envoyer : %(marks)s.")
            self.add_error("text", words % {"marks": ", ".join(left)})


class TransferForm(DemandeForm):
    """An anonymous demande has nobody to tell."""

    to_service = forms.ModelChoiceField(Service.objects.none(), label=_("Vers le service"))
    reason = forms.CharField(
        label=_("Raison du transfert"),
        help_text=_("Pour vos collègues ; l’usager ne la voit pas."),
        max_length=250,
    )
    told = forms.ChoiceField(
        label=_("Comment l’usager en est averti"), choices=Told.choices, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, agent: Agent, usager: Usager | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        services = services_to_choose(agent).select_related("calendar")
        chooser(self, "to_service").queryset = services
        if usager is None:
            del self.fields["told"]
        else:
            self._offer_ways(usager)

    def _offer_ways(self, usager: Usager) -> None:
        """By e-mail at once when there is an address; else whoever transfers says how."""
        told = cast(forms.ChoiceField, self.fields["told"])
        if usager.email:
            words = _("Par courriel, dès maintenant, à %(address)s") % {"address": usager.email}
            told.choices = [(Told.EMAIL.value, words), *Told.choices[1:]]
            told.initial = Told.EMAIL
        else:
            told.choices = Told.choices[1:]


class CloseForm(DemandeForm):
    """Closing without a reply on the merits; an answered demande closes with its reply."""

    reason = forms.ChoiceField(
        label=_("Pourquoi clore cette demande"),
        choices=[choice for choice in CloseReason.choices if choice[0] != CloseReason.ANSWERED],
        widget=forms.RadioSelect,
    )


class MessageForm(DemandeForm):
    channel = forms.ChoiceField(label=_("Canal"), choices=Channel.choices)
    received_on = DayField(label=_("Reçu le"))
    text = LongTextField(label=_("Message"), max_length=TEXT_MAX, rows=4)
    asks_something = forms.BooleanField(
        label=_("Ce message demande quelque chose"),
        help_text=_("Sur une demande close, il la rouvre : un second délai commence."),
        required=False,
    )
    pieces = FilesField(required=False)


class ItemsForm(DemandeForm):
    received_on = DayField(label=_("Pièces reçues le"))
    text = LongTextField(label=_("Pièces reçues"), max_length=TEXT_MAX, rows=2, required=False)
    announced_on = DayField(label=_("Nouvelle date annoncée à l’usager"))
    pieces = FilesField(required=False)
