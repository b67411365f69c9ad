"""A room and its settings."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from directory.access import services_of
from directory.forms.base import OwnedForm
from directory.models import Agent
from waiting.models import WaitingRoom
from waiting.models.room import LONGEST_TARGET


class RoomForm(OwnedForm):
    constraint_fields = {"room_name_unique": "name"}

    class Meta:
        model = WaitingRoom
        fields = ["name", "service", "target_minutes", "is_active"]
        help_texts = {
            "name": _("Le lieu où l’on attend, tel qu’il s’affiche : « Hall de la mairie »."),
            "service": _("Ses horaires ouvrent la borne ; ses chiffres comptent ces attentes."),
            "target_minutes": _(
                "Être appelé en moins de ce temps. Aucun texte national ne le fixe : c’est votre "
                "choix, et 15 minutes un réglage du produit."
            ),
            "is_active": _(
                "Une file hors service ne donne plus de ticket, et ses liens se ferment."
            ),
        }

    def __init__(self, *args: Any, agent: Agent, **kwargs: Any) -> None:
        super().__init__(*args, organisation=agent.organisation, **kwargs)
        services = services_of(agent)
        own = services.filter(pk=self.instance.service_id) if self.instance.service_id else None
        active = services.active()
        self.chooser("service").queryset = (active | own).distinct() if own else active
        self.fields["target_minutes"] = forms.IntegerField(
            label=_("Attente visée, en minutes"),
            help_text=self.fields["target_minutes"].help_text,
            min_value=1,
            max_value=LONGEST_TARGET,
        )
