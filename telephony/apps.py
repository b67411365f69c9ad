"""Calls: logged by hand, told by a telephone system, or imported from its records."""

from django.apps import AppConfig


class TelephonyConfig(AppConfig):
    name = "telephony"
    verbose_name = "Téléphone"
