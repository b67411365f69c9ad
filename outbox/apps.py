"""Messages waiting to leave: rows that a worker sends."""

from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "outbox"
    verbose_name = "Envois"
