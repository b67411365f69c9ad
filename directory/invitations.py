"""The invitation of an agent: a one-time link to choose a password, by mail or by hand.

The link is allauth's own password reset: it dies when used, when the account is closed, and after
`PASSWORD_RESET_TIMEOUT`. It starts with `PUBLIC_BASE_URL`, never with the host of a request.
"""

from smtplib import SMTPException

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from directory import errors
from directory.models import Agent

SECONDS_TO_SEND = 10


def link_for(agent: Agent) -> str:
    """A new link; only for an open account whose agent has not chosen a password yet."""
    if not agent.is_active:
        raise errors.AccountInactive
    if agent.has_usable_password():
        raise errors.AccountInUse
    key = {"uidb36": user_pk_to_url_str(agent), "key": default_token_generator.make_token(agent)}
    return settings.PUBLIC_BASE_URL + reverse("account_reset_password_from_key", kwargs=key)


def days_valid() -> int:
    return settings.PASSWORD_RESET_TIMEOUT // (24 * 3600)


def send(agent: Agent) -> bool:
    """Send the invitation; False when the mail server does not take it."""
    context = {"agent": agent, "link": link_for(agent), "days": days_valid()}
    message = EmailMessage(
        _("Votre compte pour répondre aux usagers"),
        render_to_string("directory/mail/invitation.txt", context),
        to=[agent.email],
        connection=get_connection(timeout=SECONDS_TO_SEND),
    )
    try:
        return message.send() == 1
    except (SMTPException, OSError):
        return False
