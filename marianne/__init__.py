"""Settings, URLs and Celery application; imports no app and no app imports it."""

from marianne.celery import app as celery_app

__all__ = ["celery_app"]
