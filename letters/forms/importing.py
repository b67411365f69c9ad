"""What each column of a register is, chosen from a list with samples beside it."""

from dataclasses import dataclass
from itertools import islice
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from contacts.intake import values
from contacts.intake.errors import Unusable
from contacts.intake.run import Source
from directory.access import services_to_choose
from directory.models import Agent
from letters.register.columns import BY_KEY, COLUMNS, guessed
from ui.widgets import PlainSelect

MOST_COLUMNS, SAMPLES, LOOKED_AT, SAMPLE_LENGTH = 60, 3, 40, 60


@dataclass(frozen=True)
class FileColumn:
    place: int
    title: str
    samples: list[str]

    @property
    def name(self) -> str:
        return f"c{self.place}"


def columns_of(source: Source) -> list[FileColumn]:
    """The columns of a file with the first things that they hold."""
    header = source.table.header
    if len(header) > MOST_COLUMNS:
        raise Unusable(f"{source.name} : plus de {MOST_COLUMNS} colonnes ; est-ce un registre ?")
    lines = [line for line in islice(source.table.lines(), LOOKED_AT) if not line.damage]
    columns = []
    for place, title in enumerate(header):
        texts = [values.shown(line.cells[place]).strip() for line in lines]
        samples = [text[:SAMPLE_LENGTH] for text in dict.fromkeys(texts) if text][:SAMPLES]
        columns.append(FileColumn(place, title or f"({place + 1})", samples))
    return columns


class MappingForm(forms.Form):
    """One list a column; what is required of them is told beside the columns."""

    default_service = forms.ChoiceField(
        label=_("Service des lignes qui n’en disent pas"), required=False, widget=PlainSelect
    )
    create_motifs = forms.BooleanField(label=_("Créer les motifs inconnus"), required=False)

    def __init__(self, *args: Any, columns: list[FileColumn], agent: Agent, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.columns = columns
        names = services_to_choose(agent).values_list("name", flat=True)
        self.fields["default_service"].choices = [  # type: ignore[attr-defined]
            ("", _("Refuser ces lignes")),
            *((name, name) for name in names),
        ]
        found = guessed([column.title for column in columns])
        choices = [("", _("Ne pas reprendre")), *((one.key, one.label) for one in COLUMNS)]
        for column in columns:
            self.fields[column.name] = forms.ChoiceField(
                label=column.title,
                choices=choices,
                required=False,
                initial=found.get(column.place, ""),
                widget=PlainSelect,
            )

    def rows(self) -> list[tuple[FileColumn, forms.BoundField]]:
        return [(column, self[column.name]) for column in self.columns]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        self.places: dict[str, int] = {}
        for column in self.columns:
            key = cleaned.get(column.name)
            if key and key in self.places:
                message = _("« %(label)s » est déjà donné par une autre colonne.")
                self.add_error(column.name, message % {"label": BY_KEY[key].label})
            elif key:
                self.places[key] = column.place
        if "received" not in self.places:
            self.add_error(None, _("Dites quelle colonne donne la date d’arrivée."))
        if "service" not in self.places and not cleaned.get("default_service"):
            self.add_error(
                "default_service",
                _("Dites quelle colonne donne le service, ou choisissez-en un pour toutes."),
            )
        return cleaned

    def mapping(self) -> dict[str, Any]:
        return {
            "places": self.places,
            "default_service": self.cleaned_data["default_service"],
            "create_motifs": self.cleaned_data["create_motifs"],
        }
