"""The register of letters: three dates, a number without gaps, its acknowledgement."""

from django.apps import AppConfig


class LettersConfig(AppConfig):
    name = "letters"
    verbose_name = "Courrier"
