"""Bringing in someone else's register: what is there already, what goes in, and their numbers."""

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from django.db import connection

from contacts.intake import staging
from contacts.intake.run import Run, Source
from directory.models import Organisation
from letters.actions.numbering import held
from letters.chronos import Chrono
from letters.kinds import Refused
from letters.models import Letter, Numbering
from letters.models.letter import SENDER_LENGTH, chrono_text
from letters.register.reading import NUMBER, Choice, Draft, Reading, RegisterTable
from ui.exports import harmless

SHOWN, PREVIEWED, AT_ONCE = 200, 10, 5_000
NEW_ROWS = """
    SELECT line, demande_id, received_on, letter_on, full_name, subject, s.name
    FROM intake_row r JOIN directory_service s ON s.id = r.service_id
    WHERE r.is_new ORDER BY line
"""


@dataclass(frozen=True)
class Entered:
    """One line that goes in, as it was understood."""

    line: int
    chrono: str
    is_new_number: bool
    received_on: date
    letter_on: date | None
    registered_on: date | None
    sender: str
    subject: str
    service: str


@dataclass
class Outcome:
    accepted: int = 0
    present: int = 0
    refused: int = 0
    blank: int = 0
    refusals: list[Refused] = field(default_factory=list)
    preview: list[Entered] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        return {name: getattr(self, name) for name in ("accepted", "present", "refused", "blank")}


@dataclass
class BringingIn:
    """One register on its way in; the caller holds the transaction, and may undo it all."""

    source: Source
    choice: Choice
    organisation: Organisation
    now: datetime
    outcome: Outcome = field(default_factory=Outcome)

    def run(self) -> Outcome:
        reading = Reading(self.source, self.choice, self.now)
        reading.read()
        self.reading = reading
        self._hold_years()
        self.drafts = {draft.line.number: draft for draft in reading.drafts}
        skipped = self._known()
        self._refuse_gaps(skipped)
        self.outcome.present = len(skipped)
        if len(skipped) < len(reading.drafts) or not reading.drafts:
            self._bring_in(skipped)
        self.outcome.blank = reading.blank
        return self.outcome

    def _hold_years(self) -> None:
        """The counters of every year of the file, in order: nobody takes a number meanwhile."""
        years = {one.chrono.year if one.chrono else one.year for one in self.reading.drafts}
        possible = sorted(year for year in years if year and 2000 <= year <= 2099)
        self.counters = {year: held(self.organisation, year) for year in possible}

    # --- what the register has already ----------------------------------------------------------

    def _known(self) -> set[int]:
        """Lines that are there as they stand; those that say something else are refused."""
        drafts = [one for one in self.reading.drafts if not one.problem and not one.line.damage]
        by_reference, by_chrono = self._stored(drafts)
        known: set[int] = set()
        for draft in drafts:
            letter = by_reference.get(draft.reference) or (
                by_chrono.get(draft.chrono) if draft.chrono else None
            )
            difference = self._difference(draft, letter) if letter else None
            if letter and difference is None:
                known.add(draft.line.number)
            elif difference:
                reason = f"Ce courrier est déjà au registre, avec un autre contenu ({difference})."
                self.reading.refuse(draft, NUMBER, reason)
        return known

    def _stored(self, drafts: list[Draft]) -> tuple[dict[str, Letter], dict[Chrono, Letter]]:
        own = Letter.objects.filter(
            organisation=self.organisation, demande__organisation=self.organisation
        ).select_related("demande")
        by_reference: dict[str, Letter] = {}
        by_chrono: dict[Chrono, Letter] = {}
        for start in range(0, len(drafts), AT_ONCE):
            some = drafts[start : start + AT_ONCE]
            references = own.filter(demande__reference__in=[one.reference for one in some])
            by_reference |= {one.demande.reference: one for one in references.order_by("-pk")}
        numbers: dict[int, list[int]] = defaultdict(list)
        for draft in drafts:
            if draft.chrono and draft.chrono.year:
                numbers[draft.chrono.year].append(draft.chrono.number)
        for year, wanted in numbers.items():
            for letter in own.filter(year=year, number__in=wanted):
                by_chrono[Chrono(year, letter.number)] = letter
        return by_reference, by_chrono

    def _difference(self, draft: Draft, letter: Letter) -> str | None:
        """The first thing on which the line says otherwise than the register.

        Not its service: a letter that was transferred since is the same letter.
        """
        demande = letter.demande
        said: list[tuple[str, object, object]] = [
            ("received", draft.received_on, demande.received_on)
        ]
        if draft.chrono:
            said.append((NUMBER, draft.chrono, Chrono(letter.year, letter.number)))
        for key, stored in (("sender", letter.sender), ("subject", demande.subject)):
            if key in draft.cells:
                said.append((key, harmless(draft.text(key)), harmless(stored)))
        return next((self.reading.title(key) for key, one, other in said if one != other), None)

    def _refuse_gaps(self, known: set[int]) -> None:
        """Where letters are numbered here already, a number ahead would leave a hole behind it."""
        started = set(
            Letter.objects.filter(
                organisation=self.organisation,
                year__in=self.counters,
                demande__import_batch__isnull=True,
            ).values_list("year", flat=True)
        )
        for draft in self.reading.drafts:
            chrono = draft.chrono
            if chrono is None or chrono.year not in started or draft.line.number in known:
                continue
            last = self.counters[chrono.year].last
            if chrono.number > last:
                reason = (
                    f"Le registre de {chrono.year} en est au n° {last} : ce numéro y laisserait "
                    "un trou. Reprenez la ligne sans numéro, elle sera numérotée à la suite."
                )
                self.reading.refuse(draft, NUMBER, reason)

    # --- what goes in -----------------------------------------------------------------------------

    def _bring_in(self, skipped: set[int]) -> None:
        table = RegisterTable(self.reading, skipped, self.reading.header)
        source = replace(self.source, table=table, mapping=self.reading.mapping())
        run = Run(source, self.organisation, self.now, create_motifs=self.choice.create_motifs)
        found = run.bring_in()
        outcome = self.outcome
        outcome.accepted, outcome.refused = found.accepted, found.refused
        outcome.present += found.present
        outcome.refusals = [self._refused(*one) for one in staging.first_refusals(SHOWN)]
        self._number(_new_rows() if found.accepted else [])

    def _refused(self, line: int, column: str, value: str, reason: str) -> Refused:
        problem = self.drafts[line].problem
        if problem:
            return Refused(line, problem.column, problem.value, problem.reason)
        return Refused(line, column, value, reason)

    def _number(self, rows: list[tuple[Any, ...]]) -> None:
        """Numbers of their own stay; the others follow the last one of their year."""
        for line, *_others in rows:
            chrono = self.drafts[line].chrono
            if chrono and chrono.year:
                counter = self.counters[chrono.year]
                counter.last = max(counter.last, chrono.number)
        letters = [self._letter(*row) for row in rows]
        Letter.objects.bulk_create(letters, batch_size=AT_ONCE)
        Numbering.objects.bulk_update(self.counters.values(), ["last"])

    def _next(self, year: int) -> int:
        """The arrival is the service's own day: on New Year's Eve, its year may be another one."""
        if year not in self.counters:
            self.counters[year] = held(self.organisation, year)
        self.counters[year].last += 1
        return self.counters[year].last

    def _letter(
        self, line: int, demande_id: int, received_on: date, letter_on: date | None, *words: str
    ) -> Letter:
        draft, (sender, subject, service) = self.drafts[line], words
        own = draft.chrono
        year = own.year if own and own.year else (draft.registered_on or received_on).year
        number = own.number if own else self._next(year)
        if len(self.outcome.preview) < PREVIEWED:
            shown = (received_on, letter_on, draft.registered_on, sender, subject, service)
            entered = Entered(line, chrono_text(year, number), own is None, *shown)
            self.outcome.preview.append(entered)
        return Letter(
            organisation=self.organisation,
            demande_id=demande_id,
            year=year,
            number=number,
            sender=sender[:SENDER_LENGTH],
            registered_on=draft.registered_on,
        )


def _new_rows() -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(NEW_ROWS)
        return list(cursor.fetchall())
