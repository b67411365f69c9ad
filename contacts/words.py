"""What the usager is written when something happens to their demande: no personal content in it."""

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from contacts.models import Transfer
from ui.figures import date_text


def transferred(passed: Transfer) -> tuple[str, str]:
    """Subject and text of « your demande has changed service », in the language of the house."""
    with translation.override(settings.LANGUAGE_CODE):
        demande = passed.demande
        words = {
            "reference": demande.reference,
            "day": date_text(demande.received_on),
            "from": passed.from_service.name,
            "to": passed.to_service.name,
            "organisation": passed.organisation.name,
        }
        subject = _("Votre demande %(reference)s change de service") % words
        body = _(
            "Bonjour,\n"
            "\n"
            "Votre demande %(reference)s, reçue le %(day)s, est désormais suivie par le service "
            "« %(to)s ». Elle l’était jusqu’ici par le service « %(from)s ».\n"
            "\n"
            "Vous n’avez rien à faire. Ce changement ne repousse pas la réponse : le délai court "
            "toujours depuis le jour de réception.\n"
            "\n"
            "Pour toute question, rappelez la référence %(reference)s.\n"
            "\n"
            "%(organisation)s\n"
        )
        return subject, body % words
