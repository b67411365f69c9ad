"""One SMTP connection: a row as an e-mail, and what the server said of it, in words."""

from email.utils import formataddr, parseaddr
from smtplib import (
    SMTPException,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPSenderRefused,
    SMTPServerDisconnected,
)
from types import TracebackType
from typing import Any, Self

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from outbox.models import OutgoingMessage

# Each command of the conversation gets that long.
SECONDS_TO_ANSWER = 10
LONGEST_ANSWER = 300


class Unreachable(Exception):
    """No conversation could be opened: no message was tried."""


class Failure(Exception):
    """One message did not leave. `permanent`: trying again would change nothing."""

    def __init__(self, said: str, *, permanent: bool) -> None:
        super().__init__(said)
        self.permanent = permanent


class Conversation:
    """One connection for several messages, opened again when one of them broke it."""

    def __init__(self) -> None:
        self._connection = get_connection(timeout=SECONDS_TO_ANSWER)
        self._is_open = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._hang_up()

    def send(self, row: OutgoingMessage) -> None:
        """Until the server has taken it; raises `Failure` or, before anything, `Unreachable`."""
        try:
            validate_email(row.to)
            message = email_of(row, self._connection)
            message.message()
        except Exception as error:
            raise Failure(_("Ce message n’est pas un courriel valide."), permanent=True) from error
        self._open()
        try:
            message.send()
        except Exception as error:
            failure = failure_of(error)
            if not isinstance(error, SMTPResponseException | SMTPRecipientsRefused):
                self._hang_up()
            raise failure from error

    def _open(self) -> None:
        if self._is_open:
            return
        try:
            self._connection.open()
        except (SMTPException, OSError) as error:
            raise Unreachable(answer_of(error)) from error
        self._is_open = True

    def _hang_up(self) -> None:
        self._is_open = False
        try:
            self._connection.close()
        except (SMTPException, OSError):
            # The server is gone already, and this end of the line is of no use any more.
            self._connection = get_connection(timeout=SECONDS_TO_ANSWER)


def email_of(row: OutgoingMessage, connection: Any = None) -> EmailMessage:
    """The e-mail of a row. Its Message-ID is the row's own, so that a message the server took and
    this side forgot (a crash between the two) is seen to be the same when it comes again."""
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return EmailMessage(
        row.subject,
        row.body,
        from_email=formataddr((name or row.organisation.name, address)),
        to=[row.to],
        headers={"Message-ID": f"<{row.public_id}@{address.rpartition('@')[2]}>"},
        connection=connection,
    )


def failure_of(error: Exception) -> Failure:
    """What an error means for the message, told so that an administrateur can act on it."""
    answer = answer_of(error)
    if isinstance(error, SMTPRecipientsRefused):
        refused = _("Le serveur refuse ce destinataire : %(answer)s")
        return Failure(refused % {"answer": answer}, permanent=_code(error) >= 500)
    if isinstance(error, SMTPSenderRefused):
        # The sender is a setting: nothing is wrong with the message.
        refused = _("Le serveur refuse l’adresse d’expéditeur : %(answer)s")
        return Failure(refused % {"answer": answer}, permanent=False)
    if isinstance(error, SMTPResponseException):
        permanent = error.smtp_code >= 500
        refused = _("Le serveur refuse ce message : %(answer)s")
        waits = _("Le serveur demande d’attendre : %(answer)s")
        return Failure((refused if permanent else waits) % {"answer": answer}, permanent=permanent)
    if isinstance(error, SMTPServerDisconnected | OSError):
        broken = _("La connexion s’est interrompue pendant l’envoi : %(answer)s")
        return Failure(broken % {"answer": answer}, permanent=False)
    unknown = _("L’envoi a échoué : %(answer)s")
    return Failure(unknown % {"answer": f"{type(error).__name__} {answer}"}, permanent=False)


def _code(error: SMTPRecipientsRefused) -> int:
    return min((code for code, _text in error.recipients.values()), default=0)


def answer_of(error: Exception) -> str:
    """The server's own words on one short line: « 550 5.1.1 User unknown »."""
    text: bytes | str
    if isinstance(error, SMTPRecipientsRefused) and error.recipients:
        code, text = next(iter(error.recipients.values()))
    elif isinstance(error, SMTPResponseException):
        code, text = error.smtp_code, error.smtp_error
    else:
        return " ".join(str(error).split())[:LONGEST_ANSWER]
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)
    return " ".join(f"{code} {words}".split())[:LONGEST_ANSWER]
