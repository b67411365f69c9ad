"""The register of réclamations of the invented town, and a message that could not leave."""

from datetime import datetime

from django.db import connection

from contacts.enums import ComplaintCause, ComplaintFamily, ComplaintOutcome
from contacts.models import ComplaintCategory
from directory.models import Organisation
from outbox.models import OutgoingMessage

CATEGORIES = (
    (ComplaintFamily.DELAY, "Titre d’identité en retard"),
    (ComplaintFamily.RECEPTION, "Attente au guichet"),
    (ComplaintFamily.PREMISES, "Rampe d’accès"),
    (ComplaintFamily.DIGITAL, "Rendez-vous en ligne"),
)
# Three in four are qualified; what each says is drawn from its reference, so that two runs agree.
QUALIFY = """
    INSERT INTO contacts_complaint (
        organisation_id, demande_id, family, category_id, cause, cause_text, outcome, remedy,
        action_reference, qualified_at
    )
    SELECT
        drawn.organisation_id, drawn.id, drawn.family,
        (SELECT c.id FROM contacts_complaintcategory c
         WHERE c.organisation_id = drawn.organisation_id AND c.family = drawn.family
           AND drawn.draw %% 3 = 0),
        CASE WHEN drawn.closed_on IS NULL THEN '' ELSE drawn.cause END, '',
        CASE WHEN drawn.closed_on IS NULL THEN '' ELSE drawn.outcome END,
        CASE WHEN drawn.closed_on IS NOT NULL AND drawn.outcome <> 'unfounded'
             THEN 'Excuses présentées et situation régularisée.' ELSE '' END,
        '', drawn.received_at + interval '1 day'
    FROM (
        SELECT d.*, h.draw,
            (%(families)s::text[])[1 + h.draw %% 8] AS family,
            (%(causes)s::text[])[1 + h.draw / 8 %% 7] AS cause,
            (%(outcomes)s::text[])[1 + h.draw / 64 %% 3] AS outcome
        FROM contacts_demande d,
            LATERAL (SELECT ('x' || substr(md5(d.reference), 1, 4))::bit(16)::int AS draw) h
        WHERE d.organisation_id = %(organisation)s
          AND d.nature IN ('reclamation', 'suggestion') AND h.draw / 512 %% 4 <> 0
          AND d.received_at + interval '1 day' <= %(at)s
    ) drawn
"""


def fill(organisation: Organisation, *, at: datetime) -> None:
    ComplaintCategory.objects.bulk_create(
        ComplaintCategory(organisation=organisation, family=family, name=name)
        for family, name in CATEGORIES
    )
    with connection.cursor() as cursor:
        cursor.execute(
            QUALIFY,
            {
                "organisation": organisation.pk,
                "families": ComplaintFamily.values,
                "causes": ComplaintCause.values,
                "outcomes": ComplaintOutcome.values,
                "at": at,
            },
        )
    OutgoingMessage.objects.create(
        organisation=organisation,
        key="demonstration:mis-de-cote",
        to="boite.fermee@usager.example",
        subject="Accusé de réception de votre réclamation",
        body="Un message de démonstration.",
        next_try_at=at,
        attempts=1,
        last_error="Le serveur refuse ce destinataire : 550 5.1.1 Boîte inconnue",
        set_aside_at=at,
    )
