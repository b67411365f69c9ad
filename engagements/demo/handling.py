"""What agents do together on the latest demandes: taken, noted, with a file."""

from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile

from contacts import actions
from contacts.access import handlers_on
from contacts.attachments.uploads import receive
from contacts.models import Demande
from directory.models import Agent, Organisation

HOW_MANY = 12
SOON = timedelta(minutes=20)
NOTES = (
    "Vu avec l’usager au téléphone : il envoie la pièce manquante cette semaine.",
    "Même question le mois dernier, voir la réponse type avant d’écrire.",
    "Je ne suis pas sûr que ce soit pour nous, qu’en penses-tu ?",
)
LETTER = b"""%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<<>>>>endobj
trailer<</Root 1 0 R>>
%%EOF
"""


def handle_together(organisation: Organisation) -> None:
    """Some of the open demandes: one in two is taken, one in two noted, one in three has a file."""
    latest = Demande.objects.filter(organisation=organisation).open().order_by("-received_at", "pk")
    for number, demande in enumerate(latest.select_related("service", "organisation")[:HOW_MANY]):
        agents = list(handlers_on(demande.service).order_by("pk")[:2])
        if len(agents) == 2:
            _handle(number, demande, agents[0], agents[1])


def _handle(number: int, demande: Demande, first: Agent, second: Agent) -> None:
    at = demande.registered_at + SOON
    if number % 2 == 0:
        actions.take(demande, by=first, at=at)
    else:
        text = NOTES[number // 2 % len(NOTES)]
        actions.add_note(demande, by=second, at=at, text=text, telling=first)
    if number % 3 == 0:
        letter = SimpleUploadedFile("Courrier numérisé.pdf", LETTER)
        actions.attach(demande, [receive(letter)], by=second, at=at)
