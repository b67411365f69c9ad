"""Commands whose refusals are one French line on the error output."""

import re
import sys
from difflib import get_close_matches
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandError, CommandParser

from directory.models import Organisation

UNUSABLE = 2
ARGPARSE = (
    (r"Error: the following arguments are required: (.*)", r"Il manque : \1."),
    (r"Error: unrecognized arguments: (.*)", r"Argument inconnu : \1."),
    (r"Error: argument (\S+?)(/\S+)?: expected one argument", r"\1 attend une valeur."),
    (
        r"Error: argument (\S+?)(/\S+)?: invalid choice: '?(.*?)'? \(choose from (.*)\)",
        r"\1 : « \3 » n’est pas un des choix : \4.",
    ),
    (r"Error: argument (\S+?)(/\S+)?: invalid \w+ value: '?(.*?)'?", r"\1 : « \3 » ne se lit pas."),
    (r"Error: ambiguous option: (\S+) could match (.*)", r"\1 peut être : \2."),
)


class FrenchCommand(BaseCommand):
    """Bad arguments and `CommandError` end with their one line and their exit status."""

    requires_system_checks = []

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        # argparse then raises instead of printing its usage in English.
        parser.called_from_command_line = False
        return parser

    def run_from_argv(self, argv: list[str]) -> None:
        try:
            super().run_from_argv(argv)
        except CommandError as error:
            self.stderr.write(french(str(error)), self.style.ERROR)
            sys.exit(UNUSABLE)

    def leave(self, line: str, status: int = UNUSABLE) -> NoReturn:
        """End with one line on the error output."""
        self.stderr.write(line, self.style.ERROR)
        sys.exit(status)


def french(message: str) -> str:
    for pattern, words in ARGPARSE:
        if re.fullmatch(pattern, message):
            return re.sub(pattern, words, message.replace("'", ""))
    return message


def unknown_organisation(name: str) -> str:
    """The refusal of a name, with the names it may have been meant for."""
    known = {one.casefold(): one for one in Organisation.objects.values_list("name", flat=True)}
    near = [f"« {known[key]} »" for key in get_close_matches(name.casefold(), known, 3)]
    hint = f" Voulez-vous dire {' ou '.join(near)} ?" if near else ""
    return f"Organisation inconnue : « {name} ».{hint}"
