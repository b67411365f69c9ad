"""The register of letters of the demo: every demande by mail has its number, as registered."""

from django.db import connection

from directory.models import Organisation

# In the order of registration, by its year in the zone of the service's calendar: as the desk
# would have numbered them one after the other.
LETTERS = """
    INSERT INTO letters_letter (organisation_id, demande_id, year, number, sender, registered_on)
    SELECT %(organisation)s, id, extract(year FROM day),
        row_number() OVER (PARTITION BY extract(year FROM day) ORDER BY registered_at, id),
        sender, day
    FROM (
        SELECT d.id, d.registered_at, coalesce(u.full_name, '') AS sender,
            (d.registered_at AT TIME ZONE c.time_zone)::date AS day
        FROM contacts_demande d
        JOIN directory_service s ON s.id = d.service_id AND s.organisation_id = %(organisation)s
        JOIN directory_workingcalendar c ON c.id = s.calendar_id
        LEFT JOIN contacts_usager u
            ON u.id = d.usager_id AND u.organisation_id = %(organisation)s
        WHERE d.organisation_id = %(organisation)s AND d.channel = 'mail' AND d.round = 1
    ) mail
"""
COUNTERS = """
    INSERT INTO letters_numbering (organisation_id, year, last)
    SELECT organisation_id, year, max(number) FROM letters_letter
    WHERE organisation_id = %(organisation)s GROUP BY organisation_id, year
"""


def number_letters(organisation: Organisation) -> int:
    """How many letters the register holds."""
    with connection.cursor() as cursor:
        cursor.execute(LETTERS, {"organisation": organisation.pk})
        letters: int = cursor.rowcount
        cursor.execute(COUNTERS, {"organisation": organisation.pk})
    return letters
