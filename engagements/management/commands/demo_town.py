"""`manage.py demo_town`: an invented commune and its neighbour, ready to be shown."""

import os
import secrets
import time
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.text import slugify

from directory.models import Agent, Organisation
from engagements.demo.erasing import erase
from engagements.demo.people import logins
from engagements.demo.plan import NAME, Plan, domain_of, neighbour, neighbour_name, town
from engagements.demo.town import build, count

EARLIEST = date(2002, 1, 1)
COUNTED = {
    "contacts_demande": "demandes",
    "contacts_usager": "usagers",
    "contacts_contact": "contacts",
    "contacts_reply": "réponses",
    "contacts_transfer": "transferts",
    "surveys_invitation": "invitations à une enquête",
    "surveys_answersheet": "questionnaires remplis",
}


class Command(BaseCommand):
    help = "Crée une commune fictive avec quatorze mois de demandes, et une petite voisine."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--demandes", type=int, default=20_000, help="combien de demandes")
        parser.add_argument("--seed", type=int, default=2026, help="graine du tirage")
        parser.add_argument(
            "--today",
            type=date.fromisoformat,
            help="lendemain de la dernière demande (AAAA-MM-JJ), aujourd'hui par défaut",
        )
        parser.add_argument("--name", default=NAME, help="nom de l'organisation")
        parser.add_argument(
            "--fresh-town", action="store_true", help="efface cette organisation et la refait"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        self.start = time.monotonic()
        plan = self._plan(**options)
        existing = Organisation.objects.filter(name=plan.name).first()
        if existing and not logins(existing).exists():
            raise CommandError(f"« {plan.name} » existe et n'est pas une ville de démonstration.")
        if existing and not options["fresh_town"]:
            self.stdout.write(f"« {plan.name} » existe déjà : rien n'a été changé.")
            self._print_logins(plan.name, "celui de sa création")
            return
        if existing:
            erase(existing)
            self.say(f"« {plan.name} » effacée")
        self._build(plan)

    def _plan(self, **options: Any) -> Plan:
        """What was asked, or a refusal in one line."""
        real_today = timezone.localdate()
        today, name = options["today"] or real_today, options["name"].strip()
        if today > real_today:
            raise CommandError("--today est dans le futur : rien n'a pu y être reçu.")
        if today < EARLIEST:
            raise CommandError("--today précède 2002 : les calendriers commencent en 2000.")
        if options["demandes"] < 1:
            raise CommandError("--demandes attend un nombre d'au moins 1.")
        if not slugify(name) or len(name) > 200:
            raise CommandError("--name attend un nom de 1 à 200 caractères.")
        password = os.environ.get("MARIANNE_DEMO_PASSWORD") or secrets.token_urlsafe(12)
        taken = Agent.objects.filter(email__endswith=f"@{domain_of(name)}")
        if taken.exclude(organisation__name__in=(name, neighbour_name())).exists():
            raise CommandError(f"Une autre organisation utilise déjà {domain_of(name)}.")
        return town(name, options["demandes"], options["seed"], today, password)

    def _build(self, plan: Plan) -> None:
        if plan.name == NAME and not Organisation.objects.filter(name=neighbour_name()).exists():
            build(neighbour(plan), lambda line: None)
            self.say(f"« {neighbour_name()} », pour voir que l'une ne voit pas l'autre")
        start = time.monotonic()
        built = build(plan, self.say)
        rate = plan.demandes / (time.monotonic() - start)
        count(self.say)
        for table, label in COUNTED.items():
            self.stdout.write(f"{built.written[table]:>9} {label}")
        self.stdout.write(f"{rate:>9.0f} demandes par seconde")
        self._print_logins(plan.name, plan.password)

    def _print_logins(self, name: str, password: str) -> None:
        names = (name, neighbour_name()) if name == NAME else (name,)
        for organisation in Organisation.objects.filter(name__in=names).order_by("-pk"):
            self.stdout.write(f"\n{organisation}")
            for agent in logins(organisation):
                self.stdout.write(f"  {agent.get_role_display():<24} {agent.email}")
        self.stdout.write(f"\n  {'Mot de passe':<24} {password}")

    def say(self, line: str) -> None:
        self.stderr.write(f"{time.monotonic() - self.start:6.1f} s  {line}")
        self.stderr.flush()
