"""The shared annuaire: organisations, services, agents, working calendars, motifs."""

from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    name = "directory"
    verbose_name = "Annuaire"
