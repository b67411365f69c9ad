"""Lines typed one after the other, as in a spreadsheet."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from contacts.errors import Refusal
from directory.access import motifs_of, services_to_choose
from directory.models import Agent, Motif, Service
from letters.actions import Entry
from letters.models.letter import SENDER_LENGTH
from letters.typing import Names, Unreadable, read_day
from ui.fields import FIRST_DAY
from ui.figures import date_text

ROWS, MORE, MOST = 8, 10, 100
# A line is one as soon as it says this; an arrival or a service alone is what a new line copies.
SAID = ("sender", "subject", "motif", "letter_on")


@dataclass(frozen=True)
class Desk:
    """What every line is read with."""

    today: date
    services: Names[Service]
    motifs: Names[Motif]

    @classmethod
    def of(cls, agent: Agent, today: date) -> "Desk":
        services = services_to_choose(agent).select_related("calendar", "organisation", "parent")
        motifs = motifs_of(agent).active().select_related("parent", "service__calendar")
        return cls(
            today,
            Names(
                services,
                unknown=gettext("Service inconnu : « %(text)s »."),
                several=gettext("Plusieurs services commencent par « %(text)s » : %(names)s…"),
            ),
            Names(
                # A family that gathers motifs is a heading, not a motif to give.
                _leaves(list(motifs)),
                unknown=gettext("Motif inconnu : « %(text)s »."),
                several=gettext("Plusieurs motifs commencent par « %(text)s » : %(names)s…"),
            ),
        )


def _leaves(motifs: list[Motif]) -> list[Motif]:
    parents = {motif.parent_id for motif in motifs}
    return [motif for motif in motifs if motif.pk not in parents]


def _cell(label: Any, length: int = 160, **attrs: str) -> forms.CharField:
    widget = forms.TextInput(attrs={"autocomplete": "off", **attrs})
    return forms.CharField(label=label, max_length=length, required=False, widget=widget)


class LineForm(forms.Form):
    """One line; an empty arrival or service takes what stands above it."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    received_on = _cell(_("Reçue le"), 20, inputmode="numeric")
    service = _cell(_("Service"), list="services")
    sender = _cell(_("Expéditeur"), SENDER_LENGTH)
    subject = _cell(_("Objet"), 250)
    motif = _cell(_("Motif"), 330, list="motifs")
    letter_on = _cell(_("Lettre du"), 20, inputmode="numeric")

    def __init__(self, *args: Any, desk: Desk, above: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.desk, self.above = desk, above

    def typed(self, name: str) -> str:
        return (self.data.get(self.add_prefix(name)) or "").strip()

    @property
    def is_blank(self) -> bool:
        return not any(self.typed(name) for name in SAID)

    @property
    def carried(self) -> dict[str, str]:
        """What the next line takes where it says nothing."""
        return {
            name: self.typed(name) or self.above.get(name, "")
            for name in ("received_on", "service")
        }

    def clean_received_on(self) -> date:
        text = self.cleaned_data["received_on"] or self.above.get("received_on", "")
        if not text:
            raise ValidationError(_("Indiquez la date d’arrivée."))
        return self._day(text)

    def clean_letter_on(self) -> date | None:
        text = self.cleaned_data["letter_on"]
        return self._day(text) if text else None

    def clean_motif(self) -> Motif | None:
        text = self.cleaned_data["motif"]
        return _found(self.desk.motifs, text) if text else None

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        try:
            cleaned["service"] = self._service(cleaned.get("service", ""), cleaned.get("motif"))
        except ValidationError as error:
            self.add_error("service", error)
        return cleaned

    def _service(self, text: str, motif: Motif | None) -> Service:
        """As typed, else the motif's usual one, else that of the line above."""
        if not text and motif and motif.service and motif.service.is_active:
            return motif.service
        text = text or self.above.get("service", "")
        if not text:
            raise ValidationError(_("Indiquez le service qui traitera la lettre."))
        found: Service = _found(self.desk.services, text)
        return found

    def _day(self, text: str) -> date:
        try:
            day = read_day(text, today=self.desk.today)
        except Unreadable as error:
            raise ValidationError(str(error)) from error
        if day < FIRST_DAY:
            raise ValidationError(_("Cette date est antérieure à l’an 2000."))
        return day

    def entry(self) -> Entry:
        return Entry(**{name: self.cleaned_data[name] for name in self.fields})

    def tell(self, refusal: Refusal) -> None:
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))

    @property
    def number(self) -> int:
        return int(str(self.prefix).removeprefix("l"))

    def write_what_was_carried(self) -> None:
        """The line above may go: what this one took from it is written on it."""
        data = dict(self.data.items())
        for name, text in self.carried.items():
            data[self.add_prefix(name)] = text
        self.data = data

    def renew_key(self) -> None:
        """Sent again as it stands, it is a new line."""
        data = dict(self.data.items())
        data[self.add_prefix("key")] = str(uuid.uuid4())
        self.data = data


def _found(names: "Names[Any]", text: str) -> Any:
    try:
        return names.find(text)
    except Unreadable as error:
        raise ValidationError(str(error)) from error


class Batch:
    """Every line of the page; `lignes` says how many there are."""

    def __init__(self, desk: Desk, data: Mapping[str, str] | None = None) -> None:
        self.desk = desk
        self.lines: list[LineForm] = []
        if data is None:
            initial = {"received_on": date_text(desk.today, "short")}
            self.lines = [self._line(0, None, {}, initial)]
            self.add(ROWS - 1)
            return
        for number in range(_how_many(data)):
            above = self.lines[-1].carried if self.lines else {}
            self.lines.append(self._line(number, data, above))

    def _line(
        self,
        number: int | str,
        data: Mapping[str, str] | None,
        above: Mapping[str, str],
        initial: dict[str, str] | None = None,
    ) -> LineForm:
        return LineForm(
            data,
            prefix=f"l{number}",
            desk=self.desk,
            above=above,
            initial=initial,
            use_required_attribute=False,
        )

    @property
    def pattern(self) -> LineForm:
        """The line from which a browser makes a new one."""
        return self._line("__n__", None, {}, {"key": ""})

    @property
    def filled(self) -> list[LineForm]:
        return [line for line in self.lines if not line.is_blank]

    def add(self, count: int) -> None:
        for number in range(self.count, min(MOST, self.count + count)):
            self.lines.append(self._line(number, None, {}))

    def unchecked(self) -> None:
        """The same lines as they were typed, judged by nobody yet."""
        self.lines = [
            self._line(line.number, None, {}, {name: line.typed(name) for name in line.fields})
            for line in self.lines
        ]

    def keep(self, lines: list[LineForm]) -> None:
        """Leave these lines under their own numbers, then room to go on."""
        for line in lines:
            line.write_what_was_carried()
        self.lines = [*lines]
        self.add(max(1, ROWS - len(lines)))

    @property
    def count(self) -> int:
        """One more than the number of the last line: those in between may have gone."""
        return 1 + max((line.number for line in self.lines), default=-1)


def _how_many(data: Mapping[str, str]) -> int:
    text = data.get("lignes", "")
    return min(int(text), MOST) if text.isascii() and text.isdigit() and len(text) < 6 else 0
