"""`manage.py create_organisation`: a tenant ready to work, and its first administrateur.

Exit status: 0, or 2 with one line and nothing written.
"""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandParser
from django.db import transaction
from django.utils import timezone

from directory.actions import create_agent, open_calendar
from directory.enums import Role, Territory
from directory.invitations import days_valid, link_for
from directory.management.french import FrenchCommand
from directory.models import Agent, Organisation
from engagements import referential


class Command(FrenchCommand):
    help = "Crée une organisation, son calendrier, ses délais cibles et son premier administrateur."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="nom de l’organisation")
        parser.add_argument("--admin-email", required=True, help="adresse de l’administrateur")
        parser.add_argument("--admin-name", required=True, help="ses prénom et nom")
        parser.add_argument(
            "--territory", default=Territory.METROPOLE.value, choices=Territory.values
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            administrateur = self._create(options)
        except ValidationError as error:
            self.leave(" ".join(error.messages))
        self.stdout.write(
            f"« {administrateur.organisation} » est prête. Lien de {administrateur.full_name} pour "
            f"choisir son mot de passe, valable {days_valid()} jours :"
        )
        return self.stdout.write(link_for(administrateur))

    @transaction.atomic
    def _create(self, options: dict[str, Any]) -> Agent:
        organisation = Organisation(name=options["name"].strip())
        organisation.full_clean()
        organisation.save()
        open_calendar(
            organisation,
            name="Du lundi au vendredi",
            territory=options["territory"],
            today=timezone.localdate(),
        )
        referential.adopt(organisation)
        return create_agent(
            organisation,
            email=options["admin_email"],
            full_name=options["admin_name"],
            role=Role.ADMINISTRATEUR,
            services=[],
        )
