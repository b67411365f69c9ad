"""The queue of the guichet: tickets, calls, waiting time."""

from django.apps import AppConfig


class WaitingConfig(AppConfig):
    name = "waiting"
    verbose_name = "File d’attente"
