"""The columns of a register: what they are called here, and how other registers call them."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from letters.register.uploads import plain_key


@dataclass(frozen=True)
class Column:
    """`title` heads the exported column, in French whatever the language: files are read again."""

    key: str
    title: str
    label: str | Promise
    others: tuple[str, ...] = ()

    def is_called(self, title: str) -> bool:
        key = plain_key(title)
        return key == plain_key(self.title) or key in self.others


COLUMNS = (
    Column(
        "chrono",
        "Numéro",
        _("Numéro d’enregistrement"),
        (
            "chrono",
            "n",
            "no",
            "num",
            "numero chrono",
            "n chrono",
            "n d enregistrement",
            "numero d ordre",
        ),
    ),
    Column(
        "received",
        "Reçue le",
        _("Date d’arrivée"),
        (
            "recu le",
            "date d arrivee",
            "date arrivee",
            "arrivee",
            "arrive le",
            "date de reception",
            "date reception",
            "date",
        ),
    ),
    Column(
        "letter",
        "Lettre du",
        _("Date de la lettre"),
        ("date de la lettre", "date lettre", "date du courrier", "date courrier", "date document"),
    ),
    Column(
        "registered",
        "Enregistrée le",
        _("Date d’enregistrement"),
        ("enregistre le", "date d enregistrement", "date enregistrement", "saisi le"),
    ),
    Column(
        "sender",
        "Expéditeur",
        _("Expéditeur"),
        ("emetteur", "nom", "nom expediteur", "de", "demandeur", "correspondant", "provenance"),
    ),
    Column("subject", "Objet", _("Objet"), ("sujet", "objet du courrier", "libelle", "intitule")),
    Column(
        "service",
        "Service",
        _("Service"),
        ("service destinataire", "destinataire", "service traitant", "attribution", "direction"),
    ),
    Column("motif", "Motif", _("Motif"), ("type", "type de courrier", "categorie")),
    Column("nature", "Nature", _("Nature"), ()),
    Column("email", "Courriel", _("Courriel de l’expéditeur"), ("email", "e mail", "mail", "mel")),
    Column("phone", "Téléphone", _("Téléphone de l’expéditeur"), ("tel", "portable")),
    Column("reference", "Référence", _("Référence de la demande"), ("ref",)),
)
BY_KEY = {column.key: column for column in COLUMNS}


def guessed(header: list[str]) -> dict[int, str]:
    """What each column of a file looks like, by its place; each of ours once, the first wins."""
    found: dict[int, str] = {}
    for column in COLUMNS:
        for place, title in enumerate(header):
            if place not in found and column.is_called(title):
                found[place] = column.key
                break
    return found
