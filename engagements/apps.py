"""Engagements of a référentiel, and the indicators they are held to."""

from django.apps import AppConfig


class EngagementsConfig(AppConfig):
    name = "engagements"
    verbose_name = "Engagements"
