"""The mapping file: which column is what, which value means what, how dates are written.

Documented for the people who write one in `docs/guides/import.md`.
"""

import re
import tomllib
import zoneinfo
from collections.abc import Iterable
from collections.abc import Mapping as Table
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from contacts.enums import Channel, Nature
from contacts.intake.errors import Unusable

REQUIRED = ("reference", "service", "channel", "received")
DATES = ("received", "letter", "held", "held_announced", "replied", "announced", "closed")
FIELDS = (
    *("reference", "service", "channel", "nature", "motif", "subject", "text", "answer"),
    *DATES,
    *("name", "email", "phone"),
)
CLOSED_LISTS = {"channel": Channel.values, "nature": Nature.values}
RENAMED = (*CLOSED_LISTS, "service", "motif")
TABLES = ("columns", "values", "dates", "file", "create_services", "create_motifs")
MEGABYTE = 1_000_000
MAPPING_SIZE = 1 * MEGABYTE


@dataclass(frozen=True)
class Origin:
    """Where a field comes from: a column, and what to take when its cell is empty."""

    column: str | None
    default: str = ""


@dataclass(frozen=True)
class Mapping:
    origins: dict[str, Origin]
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    formats: tuple[str, ...] = ()
    time_zone: zoneinfo.ZoneInfo = field(default_factory=lambda: zoneinfo.ZoneInfo("Europe/Paris"))
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    max_bytes: int | None = None
    create_services: bool = False
    create_motifs: bool = False

    @property
    def columns(self) -> list[str]:
        return [origin.column for origin in self.origins.values() if origin.column is not None]

    @property
    def has_persons(self) -> bool:
        return any(name in self.origins for name in ("name", "email", "phone"))

    def label(self, name: str) -> str:
        """What the file calls a field, else what the mapping calls it."""
        origin = self.origins.get(name)
        return origin.column if origin and origin.column is not None else name


def load(path: Path) -> Mapping:
    return Reading(path.name, _toml(path)).mapping()


def _toml(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            content = file.read(MAPPING_SIZE + 1)
        if len(content) > MAPPING_SIZE:
            raise Unusable(f"{path.name} : trop gros pour un fichier de correspondance (1 Mo).")
        return tomllib.loads(content.decode())
    except OSError as error:
        raise Unusable(
            f"{path} : fichier de correspondance illisible ({reason(error)})."
        ) from error
    except UnicodeDecodeError as error:
        raise Unusable(f"{path.name} : ce n’est pas un fichier TOML en UTF-8.") from error
    except tomllib.TOMLDecodeError as error:
        where = re.search(r"line (\d+), column (\d+)", str(error))
        place = f"ligne {where[1]}, colonne {where[2]}" if where else "à la fin du fichier"
        raise Unusable(f"{path.name} : TOML mal écrit, {place}.") from error


def reason(error: OSError) -> str:
    """The usual errors of the system, in French."""
    if isinstance(error, FileNotFoundError):
        return "introuvable"
    if isinstance(error, IsADirectoryError):
        return "c’est un dossier"
    if isinstance(error, PermissionError):
        return "lecture interdite"
    return error.strerror or str(error)


@dataclass
class Reading:
    """One mapping file being checked; each refusal names the file and the key."""

    name: str
    raw: dict[str, Any]

    def mapping(self) -> Mapping:
        self._known(self.raw, TABLES, "")
        origins = self._origins(self._table(self.raw, "columns"))
        dates = self._table(self.raw, "dates")
        self._known(dates, ("formats", "time_zone"), "dates.")
        return Mapping(
            origins=origins,
            values=self._values(self._table(self.raw, "values")),
            formats=self._formats(dates.get("formats", [])),
            time_zone=self._zone(dates.get("time_zone", "Europe/Paris")),
            create_services=self._flag("create_services"),
            create_motifs=self._flag("create_motifs"),
            **self._file(self._table(self.raw, "file")),
        )

    def _refuse(self, key: str, why: str) -> Unusable:
        return Unusable(f"{self.name} : {key} : {why}")

    def _known(self, table: Table[str, Any], known: Iterable[str], prefix: str) -> None:
        known = list(known)
        for key in table:
            if key not in known:
                near = get_close_matches(key, known, 1)
                hint = f" (peut-être « {near[0]} »)" if near else f" ; connues : {', '.join(known)}"
                raise self._refuse(f"{prefix}{key}", f"clé inconnue{hint}.")

    def _table(self, raw: dict[str, Any], key: str) -> dict[str, Any]:
        table = raw.get(key, {})
        if not isinstance(table, dict):
            raise self._refuse(key, f"attendu une table [{key}].")
        return table

    def _flag(self, key: str) -> bool:
        flag = self.raw.get(key, False)
        if not isinstance(flag, bool):
            raise self._refuse(key, "attendu true ou false.")
        return flag

    def _origins(self, table: dict[str, Any]) -> dict[str, Origin]:
        self._known(table, FIELDS, "columns.")
        for required in REQUIRED:
            if required not in table:
                raise self._refuse(f"columns.{required}", "clé obligatoire, absente.")
        origins = {name: self._origin(name, raw) for name, raw in table.items()}
        if ("held" in origins) != ("held_announced" in origins):
            raise self._refuse(
                "columns.held",
                "une réponse d’attente va avec la date qu’elle annonce (held_announced).",
            )
        return origins

    def _origin(self, name: str, raw: Any) -> Origin:
        key = f"columns.{name}"
        if isinstance(raw, str) and raw.strip():
            return Origin(raw.strip())
        if not isinstance(raw, dict) or not all(isinstance(value, str) for value in raw.values()):
            raise self._refuse(key, "attendu un nom de colonne, ou { column = …, default = … }.")
        self._known(raw, ("column", "default", "constant"), f"{key}.")
        if ("column" in raw) == ("constant" in raw):
            raise self._refuse(key, "attendu soit column, soit constant.")
        if name in ("reference", *DATES) and raw.keys() != {"column"}:
            raise self._refuse(key, "attendu une colonne, sans valeur par défaut.")
        value = str(raw.get("constant", raw.get("default", ""))).strip()
        self._in_list(key, name, value)
        column = str(raw.get("column", "")).strip()
        return Origin(column or None, value)

    def _in_list(self, key: str, name: str, value: str) -> None:
        allowed = CLOSED_LISTS.get(name)
        if allowed and value and value not in allowed:
            raise self._refuse(key, f"« {value} » n’est pas un des choix : {', '.join(allowed)}.")

    def _values(self, tables: dict[str, Any]) -> dict[str, dict[str, str]]:
        self._known(tables, RENAMED, "values.")
        return {name: self._renaming(name, self._table(tables, name)) for name in tables}

    def _renaming(self, name: str, table: dict[str, Any]) -> dict[str, str]:
        for theirs, ours in table.items():
            key = f"values.{name}.{theirs}"
            if not isinstance(ours, str) or not ours.strip():
                raise self._refuse(key, "attendu un texte.")
            self._in_list(key, name, ours)
        return {theirs.strip(): ours.strip() for theirs, ours in table.items()}

    def _formats(self, formats: Any) -> tuple[str, ...]:
        if not isinstance(formats, list) or not all(
            isinstance(one, str) and "%" in one for one in formats
        ):
            raise self._refuse("dates.formats", 'attendu une liste comme ["%d/%m/%Y %H:%M"].')
        return tuple(formats)

    def _zone(self, name: Any) -> zoneinfo.ZoneInfo:
        if not isinstance(name, str) or name not in zoneinfo.available_timezones():
            raise self._refuse("dates.time_zone", f"fuseau horaire inconnu : « {name} ».")
        return zoneinfo.ZoneInfo(name)

    def _file(self, table: dict[str, Any]) -> dict[str, Any]:
        self._known(table, ("encoding", "delimiter", "sheet", "max_megabytes"), "file.")
        size = table.get("max_megabytes")
        if size is not None and (not isinstance(size, int) or isinstance(size, bool) or size < 1):
            raise self._refuse("file.max_megabytes", "attendu un nombre entier de mégaoctets.")
        for key in ("encoding", "delimiter", "sheet"):
            if not isinstance(table.get(key, ""), str):
                raise self._refuse(f"file.{key}", "attendu un texte.")
        return {
            "encoding": self._encoding(table.get("encoding")),
            "delimiter": self._delimiter(table.get("delimiter")),
            "sheet": table.get("sheet"),
            "max_bytes": size * MEGABYTE if size else None,
        }

    def _encoding(self, name: str | None) -> str | None:
        try:
            # A codec that is not a text encoding (base64, zip…) does not encode text.
            if name is not None and not isinstance("".encode(name), bytes):
                raise LookupError
        except LookupError as error:
            raise self._refuse("file.encoding", f"encodage inconnu : « {name} ».") from error
        return "utf-8-sig" if name and name.lower().replace("_", "-") in ("utf-8", "utf8") else name

    def _delimiter(self, text: str | None) -> str | None:
        if text is not None and (len(text) != 1 or text in '"\r\n '):
            raise self._refuse("file.delimiter", "attendu un seul caractère, par exemple « ; ».")
        return text
