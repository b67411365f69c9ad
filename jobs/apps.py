"""Periodic work: what was last done, and proof that workers work."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "jobs"
