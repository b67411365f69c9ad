"""Lines of someone else's register, with what `contacts.intake` does not know of: their numbers.

The lines that can go in are handed to the intake as a table of its own columns; those that the
register itself refuses are handed over as damaged, so that one report tells all of them.
"""

import hashlib
import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice

from contacts.intake import values
from contacts.intake.errors import Problem, Unusable
from contacts.intake.mapping import Mapping, Origin
from contacts.intake.run import Source
from contacts.intake.table import Cell, Line
from contacts.models.demande import reference_from
from directory.workdays import FIRST_DAY
from letters.chronos import Chrono, read_chrono
from letters.models.letter import chrono_text
from letters.register.uploads import FORMATS
from ui.exports import FORMULA_STARTS

MOST_LINES = 20_000
NUMBER = "chrono"
# Our columns as the intake calls them; the others are the register's own.
INTAKE = {
    "reference": "reference",
    "service": "service",
    "received": "received",
    "letter": "letter",
    "sender": "name",
    "subject": "subject",
    "motif": "motif",
    "nature": "nature",
    "email": "email",
    "phone": "phone",
}
OF_THE_INTAKE = INTAKE.keys() - {"reference"}
NAMESPACE = uuid.UUID("6a1f4f0e-3d2b-4c55-9a0e-6c6574747265")


@dataclass(frozen=True)
class Choice:
    """What the person said of the columns: our key → its place in the file."""

    places: dict[str, int]
    default_service: str = ""
    create_motifs: bool = False


@dataclass
class Draft:
    """One line, read as far as its number and its reference."""

    line: Line
    cells: dict[str, Cell]
    chrono: Chrono | None = None
    received_on: date | None = None
    registered_on: date | None = None
    reference: str = ""
    problem: Problem | None = None

    def text(self, key: str) -> str:
        cell = self.cells.get(key, "")
        return cell.strip() if isinstance(cell, str) else values.shown(cell)

    @property
    def year(self) -> int | None:
        """The year of its registration, else of its arrival: the year that numbers it."""
        day = self.registered_on or self.received_on
        return day.year if day else None


@dataclass
class Reading:
    source: Source
    choice: Choice
    now: datetime
    drafts: list[Draft] = field(default_factory=list)
    blank: int = 0

    def read(self) -> None:
        """Every line of the file; `Unusable` beyond what a web page should wait for."""
        lines = list(islice(self.source.table.lines(), MOST_LINES + 1))
        if len(lines) > MOST_LINES:
            raise Unusable(
                f"{self.source.name} : plus de {MOST_LINES:,} lignes ; partagez le fichier, "
                "par exemple par année.".replace(",", "\u202f")
            )
        self.blank = self.source.table.blank_lines
        self.drafts = [self._draft(line) for line in lines]
        self._name()
        self._refuse_doubles()

    def title(self, key: str) -> str:
        place = self.choice.places.get(key)
        return self.source.table.header[place] if place is not None else key

    def refuse(self, draft: Draft, key: str, reason: str) -> None:
        if draft.problem is None:
            draft.problem = Problem(self.title(key), draft.text(key), reason)

    def _draft(self, line: Line) -> Draft:
        if line.damage:
            return Draft(line, {})
        places = self.choice.places.items()
        draft = Draft(line, {key: _unquoted(line.cells[place]) for key, place in places})
        draft.received_on = self._day(draft, "received", told=False)
        draft.registered_on = self._day(draft, "registered", told=True)
        self._check_registered(draft)
        self._read_chrono(draft)
        return draft

    def _day(self, draft: Draft, key: str, *, told: bool) -> date | None:
        """A day; what is wrong with those of the intake, the intake tells."""
        try:
            text = values.plain(draft.cells.get(key, ""))
            zone = self.source.mapping.time_zone
            moment = values.moment(text, FORMATS, zone) if text else None
        except values.Unreadable as error:
            if told:
                self.refuse(draft, key, str(error))
            return None
        return moment.astimezone(zone).date() if isinstance(moment, datetime) else moment

    def _check_registered(self, draft: Draft) -> None:
        day = draft.registered_on
        if day is None:
            return
        if day > self.now.astimezone(self.source.mapping.time_zone).date():
            self.refuse(draft, "registered", "La date d’enregistrement est dans le futur.")
        elif day < FIRST_DAY:
            self.refuse(draft, "registered", "La date d’enregistrement est antérieure à l’an 2000.")
        elif draft.received_on and day < draft.received_on:
            self.refuse(draft, "registered", "Le courrier est enregistré avant d’être arrivé.")

    def _read_chrono(self, draft: Draft) -> None:
        text = draft.text(NUMBER)
        if not text:
            return
        chrono = read_chrono(text)
        if chrono is None:
            reason = "Numéro illisible : attendu par exemple 2026-000123 ou 123."
            self.refuse(draft, NUMBER, reason)
        elif chrono.year is not None:
            draft.chrono = chrono
        elif draft.year is not None:
            draft.chrono = Chrono(draft.year, chrono.number)

    def _name(self) -> None:
        """A reference for each: its own, else its number, else what it says.

        Read again, the same file gives the same references: it is then found to be there already.
        """
        told: Counter[str] = Counter()
        for draft in self.drafts:
            own = draft.text("reference")
            if own or draft.problem or draft.line.damage:
                draft.reference = own
            elif draft.chrono and draft.chrono.year:
                draft.reference = f"C{chrono_text(draft.chrono.year, draft.chrono.number)}"
            else:
                words = "\x1f".join(f"{key}={draft.text(key)}" for key in sorted(draft.cells))
                print_ = hashlib.sha256(words.encode()).hexdigest()
                told[print_] += 1
                key = uuid.uuid5(NAMESPACE, f"{print_} {told[print_]}")
                draft.reference = reference_from(key)

    def _refuse_doubles(self) -> None:
        seen: dict[Chrono, int] = {}
        for draft in self.drafts:
            if draft.chrono is None:
                continue
            first = seen.setdefault(draft.chrono, draft.line.number)
            if first != draft.line.number:
                self.refuse(draft, NUMBER, f"Numéro déjà lu à la ligne {first}.")

    # --- as the intake sees it ----------------------------------------------------------------

    @property
    def keys(self) -> list[str]:
        return [
            "reference",
            *(key for key in INTAKE if key in self.choice.places and key != "reference"),
        ]

    def mapping(self) -> Mapping:
        header = self.header
        origins = {INTAKE[key]: Origin(header[place]) for place, key in enumerate(self.keys)}
        origins["channel"] = Origin(None, "mail")
        if self.choice.default_service:
            column = origins["service"].column if "service" in origins else None
            origins["service"] = Origin(column, self.choice.default_service)
        return Mapping(origins, formats=FORMATS, create_motifs=self.choice.create_motifs)

    @property
    def header(self) -> list[str]:
        """The file's own titles, told apart when two columns share one."""
        titles: list[str] = []
        for key in self.keys:
            title = self.title(key) or key
            titles.append(title if title not in titles else f"{title} ({key})")
        return titles


@dataclass
class RegisterTable:
    """What is left for the intake once the register has sorted the lines that it knows."""

    reading: Reading
    skipped: set[int]
    header: list[str]
    blank_lines: int = 0

    def progress(self) -> float:
        return 1.0

    def lines(self) -> Iterator[Line]:
        for draft in self.reading.drafts:
            number = draft.line.number
            if number in self.skipped:
                continue
            if draft.line.damage:
                yield draft.line
            elif draft.problem:
                yield Line(number, [draft.reference], draft.problem.reason)
            else:
                cells = [draft.cells.get(key, "") for key in self.reading.keys[1:]]
                yield Line(number, [draft.reference, *cells])


def _unquoted(cell: Cell) -> Cell:
    """Without the apostrophe that our own exports put before what a spreadsheet would run."""
    if isinstance(cell, str) and cell.startswith("'") and cell[1:].startswith(FORMULA_STARTS):
        return cell[1:] if not cell.startswith("'=") else cell
    return cell
