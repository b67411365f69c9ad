"""One line of the file made into one demande, or refused with every reason found."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from contacts import errors
from contacts.enums import Channel, Nature
from contacts.intake import values
from contacts.intake.dates import Dates, Moment, Rules
from contacts.intake.draft import Draft
from contacts.intake.errors import Problem, RowRefused
from contacts.intake.mapping import DATES, Mapping, Origin
from contacts.intake.names import Motifs, Place, Services
from contacts.intake.table import Cell, Line
from contacts.intake.values import Unreadable
from directory.workdays import FIRST_DAY

REFERENCE_LENGTH, SUBJECT_LENGTH, PERSON_LENGTH = 64, 250, 160
FRENCH = {
    "channel": {str(one.label).casefold(): one.value for one in Channel},
    "nature": {str(one.label).casefold(): one.value for one in Nature},
}
OURS = {"channel": frozenset(Channel.values), "nature": frozenset(Nature.values)}
TOO_OLD = {"received": str(errors.ReceivedTooLongAgo.message)}
UNKNOWN = {"channel": "Canal inconnu", "nature": "Nature inconnue"}


# Not frozen: setting 26 fields around the lock would take longer than reading half of them.
@dataclass(slots=True)
class Row:
    """A demande ready to be written; the order of the fields is that of the staging table."""

    line: int
    reference: str
    service_id: int
    channel: str
    nature: str
    motif_id: int | None
    subject: str
    letter_on: date | None
    received_at: datetime
    received_on: date
    announced_at: datetime | None
    announced_on: date | None
    held_at: datetime | None
    held_on: date | None
    held_announced_at: datetime | None
    held_announced_on: date | None
    merits_at: datetime | None
    merits_on: date | None
    closed_at: datetime | None
    closed_on: date | None
    close_reason: str
    full_name: str
    email: str
    phone: str
    text: str
    answer: str


class RowReader:
    def __init__(
        self, mapping: Mapping, header: list[str], services: Services, motifs: Motifs, now: datetime
    ) -> None:
        self.mapping = mapping
        self.services = services
        self.motifs = motifs
        self.now = now
        self.places = {
            name: (origin, _index(origin, header)) for name, origin in mapping.origins.items()
        }
        # A constant has no column: its "cell" is the empty one after the last.
        self.cells = [
            (name, origin, len(header) if index is None else index)
            for name, (origin, index) in self.places.items()
        ]
        self.dates = [name for name in DATES if name in self.places]

    def read(self, line: Line) -> Row:
        """The demande of a line; `RowRefused` with all its problems."""
        draft = Draft(self.mapping)
        if line.damage:
            raise RowRefused(Problem("", " | ".join(map(values.shown, line.cells)), line.damage))
        raw, cells, renamed = draft.raw, (*line.cells, ""), self.mapping.values
        for name, origin, index in self.cells:
            cell = cells[index]
            if values.is_plainly_plain(cell) and not (cell and name in renamed):
                raw[name] = cell.strip() or origin.default
            else:
                self._take(draft, name, origin, cell)
        row = self._row(draft, line.number)
        if row is None or draft.problems:
            raise draft.refusal()
        return row

    def reference(self, line: Line) -> str:
        """The reference of a line that may be refused; empty when there is none to read."""
        index = self.places["reference"][1]
        if index is None or index >= len(line.cells):
            return ""
        return values.shown(line.cells[index]).strip().replace("\0", "")

    def _take(self, draft: Draft, name: str, origin: Origin, cell: Cell) -> None:
        try:
            text = values.plain(cell)
        except Unreadable as error:
            draft.raw[name] = values.shown(cell)
            draft.refuse(name, str(error))
            draft.raw[name] = ""
            return
        draft.raw[name] = text
        if text and name in self.mapping.values:
            self._rename(draft, name, text)
        elif not text:
            draft.raw[name] = origin.default

    def _rename(self, draft: Draft, name: str, text: str) -> None:
        renamed = self.mapping.values[name].get(text)
        if renamed is not None:
            draft.raw[name] = renamed
        elif name in UNKNOWN:
            draft.refuse(name, f"{UNKNOWN[name]} : « {text} » n’est pas dans la correspondance.")

    def _row(self, draft: Draft, line: int) -> Row | None:
        draft.check(not draft.raw["reference"], "reference", "Référence manquante.")
        reference = draft.text("reference", REFERENCE_LENGTH)
        channel = self._choice(draft, "channel")
        nature = self._choice(draft, "nature") if draft.raw.get("nature") else Nature.INFORMATION
        draft.check(not draft.raw["service"], "service", "Service manquant.")
        place = draft.read("service", self.services.named) if draft.raw["service"] else None
        texts = self._texts(draft)
        motif = draft.raw.get("motif", "")
        if motif:
            draft.read("motif", self.motifs.check)
        dates = self._dates(draft, place)
        if draft.problems or place is None or dates is None:
            return None
        return Row(
            line=line,
            reference=reference,
            service_id=self.services.make(place),
            channel=channel,
            nature=nature,
            motif_id=self.motifs.make(motif),
            **texts,
            **vars(dates),
        )

    def _choice(self, draft: Draft, name: str) -> str:
        """A channel or a nature: our own word, or its French label."""
        text = draft.raw[name]
        if text in OURS[name]:
            return text
        found = FRENCH[name].get(text.casefold())
        if found is None:
            why = f"{UNKNOWN[name]} : « {text} »." if text else f"{UNKNOWN[name]} : cellule vide."
            draft.refuse(name, why)
        return found or text

    def _texts(self, draft: Draft) -> dict[str, Any]:
        return {
            "subject": draft.text("subject", SUBJECT_LENGTH),
            "full_name": draft.text("name", PERSON_LENGTH),
            "email": draft.read("email", values.email) or "",
            "phone": draft.read("phone", values.phone) or "",
            "text": draft.raw.get("text", ""),
            "answer": draft.raw.get("answer", ""),
        }

    def _dates(self, draft: Draft, place: Place | None) -> Dates | None:
        """Every date of the demande, once each of them could be read."""
        raw = draft.raw
        draft.check(not raw["received"], "received", "Date de réception manquante.")
        found = {
            name: self._moment(draft, name, place) if raw[name] else None for name in self.dates
        }
        if place is None or found["received"] is None or draft.problems.keys() & found.keys():
            return None
        return Rules(draft, found, place, self.now).dates()

    def _moment(self, draft: Draft, name: str, place: Place | None) -> Moment | None:
        if name in draft.problems:
            return None
        formats, zone = self.mapping.formats, self.mapping.time_zone
        found = draft.read(name, lambda text: values.moment(text, formats, zone))
        if found is not None and found.year < FIRST_DAY.year:
            draft.refuse(name, TOO_OLD.get(name, "La date est antérieure à l’an 2000."))
        elif found is not None and place and found.year > place.last_day.year:
            draft.refuse(name, "La date dépasse le calendrier du service.")
        return found


def _index(origin: Origin, header: list[str]) -> int | None:
    return None if origin.column is None else header.index(origin.column)
