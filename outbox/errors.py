"""Refusals of the outbox."""

from django.utils.translation import gettext_lazy as _

from directory.errors import Refusal


class NotSetAside(Refusal):
    message = _("Ce message n’est plus de côté : il a été repris ou abandonné entre-temps.")
