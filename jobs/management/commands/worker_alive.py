"""`manage.py worker_alive`: exit 0 when a worker has completed a canary lately, 1 otherwise."""

import socket
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from jobs.models import Canary


class Command(BaseCommand):
    help = "Vérifie qu’un ouvrier de cette machine a mené une tâche à son terme récemment."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--host",
            default=socket.gethostname(),
            help="nom de la machine de l’ouvrier (celle-ci par défaut)",
        )
        # Among several workers of a queue, each gets its share of the canaries only.
        parser.add_argument(
            "--within", type=int, default=300, help="ancienneté admise, en secondes (300)"
        )

    def handle(self, *args: Any, host: str, within: int, **options: Any) -> None:
        last = (
            Canary.objects.filter(worker__endswith=f"@{host}")
            .order_by("-completed_at")
            .values_list("completed_at", flat=True)
            .first()
        )
        if last is None or timezone.now() - last > timedelta(seconds=within):
            raise CommandError(f"Aucune tâche terminée par l’ouvrier de {host}.", returncode=1)
        self.stdout.write(
            f"Dernière tâche terminée : {timezone.localtime(last):%d/%m/%Y %H:%M:%S}."
        )
