"""`manage.py working_days`: working days counted one by one, to be checked by hand.

Counting rules 2 and 3: the day the count starts from never counts, the last one does when it is
worked. Any date will do, since nothing is read from the stored counts. Exit status: 0, or 2 with
one line when an argument cannot be understood.
"""

import re
from datetime import date
from typing import Any

from django.core.management.base import CommandParser

from directory.enums import DayKind, Territory
from directory.management.french import FrenchCommand, unknown_organisation
from directory.models import Organisation, WorkingCalendar
from directory.models.calendar import MONDAY_TO_FRIDAY
from directory.workdays import CountedDay, DayRule, counted_days
from directory.worktime.days import NeverWorked
from ui.figures import count_text, date_text, plural_count, working_days_text

NUMBER_WIDTH = 5
PLAIN_SPACES = {0x00A0: " ", 0x202F: " "}
FRENCH_DATE = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})", re.ASCII)
ISO_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)


class Unreadable(ValueError):
    """An argument that cannot be understood; the message is for the person who typed it."""


class Command(FrenchCommand):
    help = "Compte des jours ouvrés et montre chaque jour compté."

    def add_arguments(self, parser: CommandParser) -> None:
        territories = ", ".join(Territory.values)
        parser.add_argument("--territory", default="", help=f"territoire : {territories}")
        parser.add_argument("--organisation", default="", help="organisation du calendrier")
        parser.add_argument("--calendar", default="", help="calendrier, par son nom")
        parser.add_argument("--from", required=True, help="jour de départ, qui ne compte pas")
        parser.add_argument("--to", help="dernier jour, inclus")
        parser.add_argument("--add", help="nombre de jours ouvrés à ajouter")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            rule = self._rule(options)
            start = _date(options["from"], "--from")
            end = self._end(rule, start, options)
        except (Unreadable, NeverWorked) as error:
            self.leave(str(error))
        self._print(rule, start, end, asked=options["add"] is not None)

    def _rule(self, options: dict[str, Any]) -> DayRule:
        territory, calendar = options["territory"], options["calendar"]
        if bool(territory) == bool(calendar):
            raise Unreadable("Donnez soit --territory, soit --calendar avec --organisation.")
        if calendar:
            return DayRule.of(_calendar(options["organisation"], calendar))
        if territory not in Territory.values:
            choices = ", ".join(Territory.values)
            raise Unreadable(f"--territory : « {territory} » n’est pas un des choix : {choices}.")
        return DayRule(territory, WorkingCalendar(weekday_mask=MONDAY_TO_FRIDAY).weekdays, (), {})

    def _end(self, rule: DayRule, start: date, options: dict[str, Any]) -> date:
        if (options["to"] is None) == (options["add"] is None):
            raise Unreadable("Donnez soit --to, soit --add.")
        if options["add"] is not None:
            return rule.worked_days().nth(start, _number(options["add"]))
        end = _date(options["to"], "--to")
        if end < start:
            raise Unreadable("--to : cette date précède celle de --from.")
        return end

    def _print(self, rule: DayRule, start: date, end: date, *, asked: bool) -> None:
        total, left_out = 0, 0
        for line in counted_days(rule, start, end):
            self._say(_line(line))
            total = line.number or total
            left_out += line.number is None and not line.is_receipt
        self._say("")
        self._say(
            f"{working_days_text(total)} après le {start:%d/%m/%Y}, jusqu’au {end:%d/%m/%Y} "
            f"inclus ; {_left_out_text(left_out)}."
        )
        if asked:
            self._say(f"Échéance : {date_text(end, 'full')}.")

    def _say(self, line: str) -> None:
        # A terminal aligns, and people search, with plain spaces.
        self.stdout.write(line.translate(PLAIN_SPACES))


def _line(line: CountedDay) -> str:
    """« 3  mardi 5 mai 2026 »; a day that does not count says why instead of its number."""
    number = "–" if line.number is None else str(line.number)
    why = "jour de départ, ne compte pas" if line.is_receipt else ""
    if not why and line.kind != DayKind.WORKING:
        why = " : ".join(filter(None, (str(line.kind.label), line.label)))
    told = f"{number.rjust(NUMBER_WIDTH)}  {date_text(line.day, 'full')}"
    return f"{told} ({why})" if why else told


def _left_out_text(count: int) -> str:
    words = "jour laissé de côté" if plural_count(count) == 1 else "jours laissés de côté"
    return f"{count_text(count)} {words}"


def _date(text: str, option: str) -> date:
    """AAAA-MM-JJ or JJ/MM/AAAA."""
    iso, french = ISO_DATE.fullmatch(text.strip()), FRENCH_DATE.fullmatch(text.strip())
    parts = iso.groups() if iso else french.groups()[::-1] if french else ()
    try:
        return date(*map(int, parts))
    except (TypeError, ValueError) as error:
        raise Unreadable(
            f"{option} : « {text} » n’est pas une date (AAAA-MM-JJ ou JJ/MM/AAAA)."
        ) from error


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 7):
        raise Unreadable(f"--add : « {text} » n’est pas un nombre de jours (0, 1, 2…).")
    return int(text)


def _calendar(organisation: str, name: str) -> WorkingCalendar:
    if not organisation:
        raise Unreadable("--calendar va avec --organisation.")
    if not Organisation.objects.filter(name=organisation).exists():
        raise Unreadable(unknown_organisation(organisation))
    calendars = WorkingCalendar.objects.filter(organisation__name=organisation)
    found = calendars.filter(name=name).first()
    if found is None:
        known = ", ".join(f"« {one} »" for one in calendars.values_list("name", flat=True))
        raise Unreadable(f"Calendrier inconnu : « {name} ». Cette organisation a : {known}.")
    return found
