"""Our own CSV, for exchanges that can export nothing else (docs/guides/telephone.md)."""

import hashlib
import unicodedata
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from telephony.enums import Outcome, Source
from telephony.errors import UnusableFile
from telephony.records.cells import END, PICK_UP, START, WAIT, between, instant, milliseconds
from telephony.records.text import NumberedLine, rows_of
from telephony.records.values import BrokenLine, CallRecord, Reading, Unreadable

REQUIRED = ("debut", "appele")
COLUMNS = (*REQUIRED, "identifiant", "appelant", "decroche", "fin", "attente", "sonneries", "issue")
OUTCOMES = {
    "agent": Outcome.AGENT,
    "serveur vocal": Outcome.VOICE_SERVER,
    "abandon": Outcome.ABANDONED,
    "sans reponse": Outcome.UNANSWERED,
}
Row = dict[str, str]


def plain(word: str) -> str:
    """`Début ` → `debut`."""
    letters = unicodedata.normalize("NFKD", word.strip().lower())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def read(lines: list[NumberedLine]) -> Reading:
    rows = rows_of(lines)
    _first, head = next(rows)
    columns = [] if isinstance(head, Unreadable) else [plain(cell) for cell in head]
    _check(columns)
    calls: dict[str, CallRecord] = {}
    broken: list[BrokenLine] = []
    legs = 0
    for line, cells in rows:
        try:
            if isinstance(cells, Unreadable):
                raise cells
            call = _call(line.number, _row(columns, cells))
            calls.setdefault(call.key, call)
            legs += 1
        except Unreadable as problem:
            broken.append(BrokenLine(line.number, str(problem)))
    return Reading(list(calls.values()), broken, legs)


def _check(columns: list[str]) -> None:
    missing = [name for name in REQUIRED if name not in columns]
    if missing:
        raise UnusableFile(
            _(
                "La première ligne doit nommer les colonnes ; il manque : %(missing)s. "
                "Colonnes connues : %(known)s."
            )
            % {"missing": ", ".join(missing), "known": ", ".join(COLUMNS)}
        )
    doubled = {name for name in columns if name in COLUMNS and columns.count(name) > 1}
    if doubled:
        raise UnusableFile(
            _("Une colonne est nommée deux fois : %(names)s.") % {"names": ", ".join(doubled)}
        )


def _row(columns: list[str], cells: list[str]) -> Row:
    if len(cells) != len(columns):
        raise Unreadable(
            _("%(count)d valeurs au lieu de %(wanted)d")
            % {"count": len(cells), "wanted": len(columns)}
        )
    found = dict(zip(columns, cells, strict=True))
    return {name: found.get(name, "") for name in COLUMNS}


def _call(number: int, row: Row) -> CallRecord:
    if not row["appele"]:
        raise Unreadable(_("numéro appelé absent"))
    start = instant(row["debut"], START)
    end = instant(row["fin"], END) if row["fin"] else None
    if end:
        between(start, end, END)
    rings = _rings(row["sonneries"])
    wait = _wait(row, start, end, rings)
    return CallRecord(
        source=Source.CSV,
        key=_key(row),
        line_number=number,
        called=(row["appele"],),
        caller=row["appelant"],
        started_at=start,
        wait_ms=wait,
        outcome=_outcome(row),
        rings_told=rings,
        ended_at=end or (start + timedelta(milliseconds=wait) if wait is not None else None),
    )


def _rings(told: str) -> int | None:
    if not told:
        return None
    if told.isascii() and told.isdecimal() and 1 <= int(told[:4]) <= 200:
        return int(told)
    raise Unreadable(_("sonneries illisibles : « %(text)s » (1 à 200)") % {"text": told[:40]})


def _wait(row: Row, start: datetime, end: datetime | None, rings: int | None) -> int | None:
    """Told in seconds, else by the instant of the pick-up, else to the end when nobody did."""
    if row["attente"]:
        return milliseconds(row["attente"], WAIT)
    if row["decroche"]:
        return between(start, instant(row["decroche"], PICK_UP), PICK_UP)
    if rings is not None:
        return None
    if end and not _outcome(row).is_answered:
        return between(start, end, END)
    raise Unreadable(_("ni attente, ni décroché, ni sonneries : le temps d’attente est inconnu"))


def _outcome(row: Row) -> Outcome:
    told = plain(row["issue"])
    if not told:
        return Outcome.AGENT if row["decroche"] else Outcome.ABANDONED
    if told not in OUTCOMES:
        raise Unreadable(
            _("issue inconnue : « %(text)s » (agent, serveur vocal, abandon ou sans réponse)")
            % {"text": row["issue"][:40]}
        )
    outcome = OUTCOMES[told]
    if row["decroche"] and not outcome.is_answered:
        raise Unreadable(_("décroché et pourtant sans réponse"))
    return outcome


def _key(row: Row) -> str:
    """The file's own identifier, else what tells two calls apart."""
    if row["identifiant"]:
        return row["identifiant"][:120]
    told = (row["debut"], row["appele"], row["appelant"])
    return "sans-identifiant:" + hashlib.sha256("|".join(told).encode()).hexdigest()[:32]
