"""Closed list of the queues, named by how long their work may wait."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Queue(models.TextChoices):
    URGENT = "urgent", _("urgente")
    NORMAL = "normal", _("normale")
    SLOW = "slow", _("lente")
