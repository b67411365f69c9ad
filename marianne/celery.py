"""The Celery application: the broker is a doorbell, the work itself is rows in PostgreSQL."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marianne.settings")

app = Celery("marianne")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
