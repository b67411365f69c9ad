"""One import: read, stage, settle, write. The caller holds the transaction, and may undo it all."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from difflib import get_close_matches
from itertools import islice
from pathlib import Path

from django.db import connection

from contacts.intake import staging, writing
from contacts.intake.csv_table import open_csv
from contacts.intake.errors import RowRefused, Unusable
from contacts.intake.mapping import FIELDS, Mapping
from contacts.intake.names import Motifs, Services
from contacts.intake.rows import Row, RowReader
from contacts.intake.scan import Facts, examine
from contacts.intake.table import Line, Table
from contacts.intake.xlsx_table import XlsxTable
from contacts.models import ImportBatch
from directory.models import Organisation, WorkingCalendar

CHUNK = 5_000
SHOWN_REFUSALS = 5
LOCK_FAMILY = 0x496D  # "Im": the first key of the advisory locks of this module
Progress = Callable[[str, float, int], None]


@dataclass(frozen=True)
class Source:
    """A file found usable, with a mapping whose columns it has."""

    facts: Facts
    table: Table
    mapping: Mapping

    @property
    def name(self) -> str:
        return self.facts.path.name


@dataclass
class Outcome:
    accepted: int = 0
    present: int = 0
    refused: int = 0
    blank: int = 0
    first_refusals: list[tuple[int, str, str, str]] = field(default_factory=list)
    services_made: int = 0
    motifs_made: int = 0
    written_rows: int = 0
    write_seconds: float = 0.0

    @property
    def rows(self) -> int:
        return self.accepted + self.present + self.refused

    @property
    def write_rate(self) -> float:
        """Demandes written per second: settling, inserts, triggers and constraints.

        COPY counts for what it makes the reading wait.
        """
        return self.accepted / self.write_seconds if self.write_seconds else 0.0

    @property
    def row_rate(self) -> float:
        """Rows of demandes, contacts and replies written per second."""
        return self.written_rows / self.write_seconds if self.write_seconds else 0.0


def open_source(path: Path, mapping: Mapping) -> Source:
    facts = examine(path, mapping)
    table: Table = XlsxTable(facts, mapping) if facts.is_workbook else open_csv(facts, mapping)
    _check_header(path.name, table.header, mapping)
    return Source(facts, table, mapping)


def _check_header(name: str, header: list[str], mapping: Mapping) -> None:
    shown = ", ".join(f"« {column} »" for column in header[:40] if column)
    for column in mapping.columns:
        if column not in header:
            near = get_close_matches(column, header, 1)
            hint = f" Voulez-vous dire « {near[0]} » ?" if near else ""
            raise Unusable(
                f"{name} : colonne « {column} » absente.{hint} Colonnes du fichier : {shown}."
            )
        if header.count(column) > 1:
            raise Unusable(f"{name} : la colonne « {column} » figure {header.count(column)} fois.")


@dataclass
class Run:
    """What an import works with; `calendar` null means that no service may be made."""

    source: Source
    organisation: Organisation
    now: datetime
    calendar: WorkingCalendar | None = None
    create_motifs: bool = False
    progress: Progress = lambda step, share, rows: None
    outcome: Outcome = field(default_factory=Outcome)

    def bring_in(self) -> Outcome:
        """Every valid row goes in; the refused ones stay staged for the report."""
        self._alone()
        staging.create()
        with staging.Stager() as stager:
            services = Services(self.organisation, self.calendar, stager.wait)
            motifs = Motifs(self.organisation, self.create_motifs, stager.wait)
            self._stage(stager, services, motifs)
        self._settle()
        if self.outcome.accepted:
            self._write()
        services.forget_unused()
        motifs.forget_unused()
        self.outcome.services_made, self.outcome.motifs_made = len(services.made), len(motifs.made)
        return self.outcome

    def _alone(self) -> None:
        """Two imports of one organisation wait for each other: the second sees the first's rows."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(%s, %s)", [LOCK_FAMILY, self.organisation.pk % 2**31]
            )

    def _stage(self, stager: staging.Stager, services: Services, motifs: Motifs) -> None:
        table, mapping = self.source.table, self.source.mapping
        reader = RowReader(mapping, table.header, services, motifs, self.now)
        lines, read = table.lines(), 0
        while chunk := list(islice(lines, CHUNK)):
            rows, refusals = sort_out(reader, chunk)
            references = [(line.number, reader.reference(line)) for line in chunk]
            with self._writing():
                stager.send(rows, [one for one in references if one[1]], refusals)
            read += len(chunk)
            self.progress("Lecture", table.progress(), read)
        with self._writing():
            stager.wait()
        if not read:
            raise Unusable(f"{self.source.name} : le fichier n’a que ses titres de colonnes.")
        self.outcome.blank = table.blank_lines

    def _settle(self) -> None:
        mapping, outcome = self.source.mapping, self.outcome
        with self._writing():
            staging.settle(self.organisation.pk, {name: mapping.label(name) for name in FIELDS})
            outcome.accepted, outcome.present, outcome.refused = staging.counts()
            outcome.first_refusals = staging.first_refusals(SHOWN_REFUSALS)

    def _write(self) -> None:
        outcome = self.outcome
        with self._writing():
            written = writing.write(
                self.organisation.pk,
                self._batch().pk,
                now=self.now,
                persons=self.source.mapping.has_persons,
                progress=lambda n: self.progress("Écriture", n / outcome.accepted, n),
            )
        outcome.written_rows = written.rows

    def _batch(self) -> ImportBatch:
        return ImportBatch.objects.create(
            organisation=self.organisation,
            file_name=self.source.name[:255],
            sha256=self.source.facts.sha256,
            accepted=self.outcome.accepted,
            already_present=self.outcome.present,
            refused=self.outcome.refused,
        )

    @contextmanager
    def _writing(self) -> Iterator[None]:
        start = time.monotonic()
        yield
        self.outcome.write_seconds += time.monotonic() - start


def sort_out(
    reader: RowReader, chunk: list[Line]
) -> tuple[list[Row], list[tuple[int, str, str, str]]]:
    """Rows that can go in, and lines of the report for the others."""
    rows, refusals = [], []
    for line in chunk:
        try:
            rows.append(reader.read(line))
        except RowRefused as refused:
            refusals.append(staging.refusal_of(line.number, refused.problems))
    return rows, refusals
