"""Cells read as values: texts within bounds, dates with or without an hour."""

import re
from datetime import date, datetime
from functools import lru_cache
from typing import TypeGuard
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from contacts import phones
from contacts.intake.table import Cell, ErrorCell, Formula

ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}\Z")
ISO_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
HOUR_DIRECTIVES = re.compile(r"%[HIcXT]")


class Unreadable(ValueError):
    """The cell cannot be read; the message is the reason given to people."""


def is_plainly_plain(cell: Cell) -> TypeGuard[str]:
    """True of nearly all cells, at a glance; `plain` judges the others."""
    return type(cell) is str and cell.isprintable() and cell[:1] != "="


def plain(cell: Cell) -> str:
    """The text of a cell, refused when it is a formula, an error or holds control characters."""
    if not isinstance(cell, str):
        return _typed_date(cell)
    if isinstance(cell, Formula) or cell.startswith("="):
        raise Unreadable("Formule : remplacez-la par sa valeur.")
    if isinstance(cell, ErrorCell):
        raise Unreadable("Erreur de calcul du tableur.")
    if CONTROL.search(cell):
        raise Unreadable("Caractère de contrôle interdit.")
    return cell.strip()


def _typed_date(cell: datetime) -> str:
    midnight = (cell.hour, cell.minute, cell.second, cell.microsecond) == (0, 0, 0, 0)
    return str(cell.date()) if midnight else cell.isoformat(" ")


def shown(cell: Cell) -> str:
    """What the report shows of a cell."""
    return cell if isinstance(cell, str) else _typed_date(cell)


def within(text: str, longest: int) -> str:
    if len(text) > longest:
        raise Unreadable(too_long(longest))
    return text


def too_long(longest: int) -> str:
    return f"Texte trop long : {longest} caractères au plus."


def moment(text: str, formats: tuple[str, ...], zone: ZoneInfo) -> date | datetime:
    """A day (no hour written) or an instant; without an offset, in the zone of the mapping."""
    try:
        if ISO_DAY.match(text):
            return date.fromisoformat(text)
        if ISO_INSTANT.match(text):
            return _in_zone(datetime.fromisoformat(text), zone)
    except ValueError as error:
        raise Unreadable("Date impossible.") from error
    for one in formats:
        try:
            found = datetime.strptime(text, one)  # noqa: DTZ007 the zone comes next
        except ValueError:
            continue
        return _in_zone(found, zone) if HOUR_DIRECTIVES.search(one) else found.date()
    raise Unreadable(f"Date illisible (attendu : {', '.join(('AAAA-MM-JJ', *formats))}).")


def _in_zone(found: datetime, zone: ZoneInfo) -> datetime:
    return found if found.tzinfo else found.replace(tzinfo=zone)


@lru_cache(maxsize=10_000)
def phone(text: str) -> str:
    try:
        return phones.normalise(text)
    except ValidationError as error:
        raise Unreadable(error.messages[0]) from error


@lru_cache(maxsize=10_000)
def email(text: str) -> str:
    if text:
        try:
            validate_email(text)
        except ValidationError as error:
            raise Unreadable("Adresse électronique invalide.") from error
    return within(text, 254)
