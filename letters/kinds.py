"""Kinds of letters kept elsewhere become motifs, with their delay and what silence is worth."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import transaction

from contacts.intake.errors import Unusable
from contacts.intake.table import Line
from contacts.intake.values import Unreadable, plain, shown
from directory.actions import save_motif
from directory.enums import Silence
from directory.models import Agent, Motif, Organisation
from directory.models.service import IMPLICIT, LONGEST_SILENCE, USUAL_SILENCE
from letters.register.uploads import open_file, plain_key

NAME_LENGTH, LONGEST_DELAY = 160, 3_650
MOST_KINDS = 2_000
TITLES = {
    "family": ("famille", "categorie", "theme"),
    "name": ("type", "motif", "intitule", "libelle", "nom"),
    "days": ("delai traitement jours", "delai jours", "delai", "delai de traitement"),
    "silence": ("silence",),
    "months": ("silence mois", "mois"),
}
WORTH = {
    "": "",
    "acceptation": Silence.ACCEPTANCE,
    "silence vaut acceptation": Silence.ACCEPTANCE,
    "accord": Silence.ACCEPTANCE,
    "silence vaut accord": Silence.ACCEPTANCE,
    "rejet": Silence.REJECTION,
    "silence vaut rejet": Silence.REJECTION,
    "aucun": Silence.NONE,
    "aucune decision": Silence.NONE,
    "sans": Silence.NONE,
}
DAYS_IN_A_MONTH = 30


@dataclass(frozen=True)
class Kind:
    line: int
    family: str
    name: str
    processing_days: int | None
    silence: str
    silence_months: int | None


@dataclass(frozen=True)
class Refused:
    line: int
    column: str
    value: str
    reason: str


@dataclass
class Report:
    """What became of each kind; a file read again changes nothing more."""

    created: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    families: list[str] = field(default_factory=list)
    unchanged: int = 0
    refused: list[Refused] = field(default_factory=list)

    @property
    def read(self) -> int:
        return len(self.created) + len(self.changed) + self.unchanged + len(self.refused)


class Wrong(Exception):
    """One cell cannot be used; `Refused` says which."""

    def __init__(self, column: str, value: str, reason: str) -> None:
        super().__init__(reason)
        self.column, self.value, self.reason = column, value, reason


def read_kinds(path: Path) -> tuple[list[Kind], list[Refused]]:
    """Kinds that can go in, and lines that cannot; `Unusable` when the file is no list of kinds."""
    table = open_file(path).table
    columns = _columns(table.header)
    if "name" not in columns:
        raise Unusable(
            f"{path.name} : aucune colonne « type » ; colonnes : {', '.join(table.header)}."
        )
    kinds: list[Kind] = []
    refused: list[Refused] = []
    for line in table.lines():
        if len(kinds) >= MOST_KINDS:
            raise Unusable(f"{path.name} : plus de {MOST_KINDS} types ; est-ce le bon fichier ?")
        try:
            kinds.append(_kind(line, columns, table.header))
        except Wrong as wrong:
            refused.append(Refused(line.number, wrong.column, wrong.value, wrong.reason))
    return kinds, refused


def _columns(header: list[str]) -> dict[str, int]:
    keys = [plain_key(title) for title in header]
    found = {
        name: next((keys.index(one) for one in titles if one in keys), None)
        for name, titles in TITLES.items()
    }
    return {name: index for name, index in found.items() if index is not None}


def _kind(line: Line, columns: dict[str, int], header: list[str]) -> Kind:
    if line.damage:
        raise Wrong("", " | ".join(map(shown, line.cells)), line.damage)
    texts = {name: _text(line, index, header) for name, index in columns.items()}

    def title(name: str) -> str:
        return header[columns[name]]

    for name in ("family", "name"):
        if len(texts.get(name, "")) > NAME_LENGTH:
            raise Wrong(
                title(name), texts[name], f"Texte trop long : {NAME_LENGTH} caractères au plus."
            )
    if not texts["name"]:
        raise Wrong(title("name"), "", "Intitulé manquant.")
    days = _whole(texts.get("days", ""), LONGEST_DELAY)
    if isinstance(days, str):
        raise Wrong(title("days"), texts["days"], days)
    silence = WORTH.get(plain_key(texts.get("silence", "")))
    if silence is None:
        raise Wrong(title("silence"), texts["silence"], "Attendu : acceptation, rejet ou aucun.")
    months = _whole(texts.get("months", ""), LONGEST_SILENCE)
    if isinstance(months, str):
        raise Wrong(title("months"), texts["months"], months)
    return Kind(
        line.number,
        texts.get("family", ""),
        texts["name"],
        days,
        silence,
        _months(silence, months, days),
    )


def _text(line: Line, index: int, header: list[str]) -> str:
    try:
        return " ".join(plain(line.cells[index]).split())
    except Unreadable as error:
        raise Wrong(header[index], shown(line.cells[index]), str(error)) from error


def _whole(text: str, largest: int) -> int | str | None:
    """The number, null when nothing is written, or why it is none."""
    if not text:
        return None
    if (
        not (text.isascii() and text.isdigit())
        or not 1 <= int(text[:9]) <= largest
        or len(text) > 9
    ):
        return f"Attendu un nombre entier de 1 à {largest}."
    return int(text)


def _months(silence: str, months: int | None, days: int | None) -> int | None:
    """As the file says; else its delay when that is whole months; else the usual two."""
    if silence not in IMPLICIT:
        return None
    if months is None and days and days % DAYS_IN_A_MONTH == 0:
        months = days // DAYS_IN_A_MONTH
    return min(months or USUAL_SILENCE, LONGEST_SILENCE)


@transaction.atomic
def bring_in_kinds(
    organisation: Organisation,
    kinds: Iterable[Kind],
    refused: list[Refused],
    *,
    by: Agent | None,
    dry_run: bool = False,
) -> Report:
    """Make or bring up to date one motif a kind; the usual service of a motif stays as it is."""
    report = Report(refused=list(refused))
    shelf = _Shelf(organisation, by)
    for kind in kinds:
        try:
            with transaction.atomic():
                shelf.put(kind, report)
        except ValidationError as error:
            reason = " ".join(error.messages)
            report.refused.append(Refused(kind.line, "", kind.name, reason))
    report.refused.sort(key=lambda one: one.line)
    if dry_run:
        transaction.set_rollback(True)
    return report


class _Shelf:
    """The motifs of the organisation, by their family and their name whatever the case."""

    def __init__(self, organisation: Organisation, by: Agent | None) -> None:
        self.organisation, self.by = organisation, by
        self.motifs: dict[tuple[str, str], Motif] = {}
        for motif in organisation.motifs.select_related("parent"):
            family = plain_key(motif.parent.name) if motif.parent else ""
            self.motifs[family, plain_key(motif.name)] = motif
        self.seen: set[tuple[str, str]] = set()

    def put(self, kind: Kind, report: Report) -> None:
        key = plain_key(kind.family), plain_key(kind.name)
        if key in self.seen:
            raise ValidationError("Ce type figure déjà plus haut dans le fichier.")
        self.seen.add(key)
        said = {
            "processing_days": kind.processing_days,
            "silence": kind.silence,
            "silence_months": kind.silence_months,
        }
        motif = self.motifs.get(key)
        if motif is None:
            motif = Motif(
                organisation=self.organisation,
                parent=self._family(kind.family, report) if kind.family else None,
                name=kind.name,
            )
            told = report.created
        elif all(getattr(motif, name) == value for name, value in said.items()):
            report.unchanged += 1
            return
        else:
            told = report.changed
        for name, value in said.items():
            setattr(motif, name, value)
        save_motif(motif, by=self.by)
        self.motifs[key] = motif
        told.append(kind.name)

    def _family(self, name: str, report: Report) -> Motif:
        key = "", plain_key(name)
        if key not in self.motifs:
            family = Motif(organisation=self.organisation, name=name)
            save_motif(family, by=self.by)
            self.motifs[key] = family
            report.families.append(name)
        return self.motifs[key]
