"""Closed lists of surveys, as in `docs/glossaire.md`."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Privacy(models.TextChoices):
    """What an answer can be traced to; named for what it is, chosen once (counting rule 21)."""

    IDENTIFIED = "identified", _("Nominative")
    PSEUDONYMOUS = "pseudonymous", _("Avec suivi (pseudonyme)")
    ANONYMOUS = "anonymous", _("Anonyme")

    @property
    def keeps_a_key(self) -> bool:
        return self != Privacy.ANONYMOUS

    @property
    def said_to_usager(self) -> str:
        """What the answer page says, in so many words."""
        return str(PRIVACY_WORDS[self])


PRIVACY_WORDS = {
    Privacy.IDENTIFIED: _(
        "Cette enquête est nominative : vos réponses sont rattachées à votre demande et à votre "
        "nom, si vous l’avez donné."
    ),
    Privacy.PSEUDONYMOUS: _(
        "Cette enquête n’est pas anonyme : un code relie vos réponses à votre demande. Votre nom "
        "n’est pas enregistré avec elles."
    ),
    Privacy.ANONYMOUS: _(
        "Vos réponses sont anonymes : rien ne les relie à vous ni à une demande. Seul le jour "
        "est conservé, jamais l’heure."
    ),
}


class Status(models.TextChoices):
    DRAFT = "draft", _("En préparation")
    OPEN = "open", _("Ouverte")
    CLOSED = "closed", _("Fermée")


class Kind(models.TextChoices):
    """Kinds of question, each with its own column in `Answer`."""

    SCALE = "scale", _("Échelle de 1 à 5")
    YES_NO = "yes_no", _("Oui ou non")
    LONG_TEXT = "long_text", _("Texte libre")


class Mode(models.TextChoices):
    """How a survey reached the person who answers."""

    LINK = "link", _("Lien personnel")
    QR = "qr", _("QR code")
    TABLET = "tablet", _("Tablette")
    PAPER = "paper", _("Papier")


class LinkState(models.TextChoices):
    """What an opened link leads to."""

    READY = "ready", _("Prêt")
    NOT_YET = "not_yet", _("Enquête pas encore ouverte")
    CLOSED = "closed", _("Enquête fermée")
    EXPIRED = "expired", _("Lien expiré")
    CORRECTABLE = "correctable", _("Répondu, encore modifiable")
    ANSWERED = "answered", _("Répondu")
