"""Files to import: the demandes of a drawn town, as another software would export them."""

from pathlib import Path

from django.db import connection

from bench import town
from bench.databases import database
from contacts.intake.mapping import Mapping, load

NAME = "Ville"
MAPPING = """
[columns]
reference = "reference"
service = "service"
channel = "canal"
nature = "nature"
motif = "motif"
subject = "objet"
letter = "lettre"
received = "recue"
held = "attente"
held_announced = "annoncee"
replied = "repondue"
closed = "close"
name = "nom"
email = "courriel"
text = "message"
answer = "reponse"

[dates]
time_zone = "Europe/Paris"
"""
INSTANT = "to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"+00:00\"')"
EXPORT = f"""
    COPY (
        SELECT 'I' || d.reference AS reference, s.name AS service, d.channel AS canal, d.nature,
            m.name AS motif, d.subject AS objet, d.letter_on AS lettre,
            {INSTANT.format("d.received_at")} AS recue,
            CASE WHEN d.announced_on IS NOT NULL THEN {INSTANT.format("d.first_reply_at")} END
                AS attente,
            d.announced_on AS annoncee, {INSTANT.format("d.merits_at")} AS repondue,
            {INSTANT.format("d.closed_at")} AS close, u.full_name AS nom, u.email AS courriel,
            'Demande reçue au sujet de : ' || d.subject || '. Les pièces sont jointes.' AS message,
            CASE WHEN d.merits_at IS NOT NULL THEN 'Réponse : ' || d.subject || '.' END AS reponse
        FROM contacts_demande d JOIN directory_service s ON s.id = d.service_id
        LEFT JOIN directory_motif m ON m.id = d.motif_id
        LEFT JOIN contacts_usager u ON u.id = d.usager_id
        ORDER BY d.id
    ) TO STDOUT WITH (FORMAT csv, HEADER)
"""  # noqa: S608 fixed fragments of this module


def write_mapping(place: Path) -> Mapping:
    path = place / "mapping.toml"
    path.write_text(MAPPING, encoding="utf-8")
    return load(path)


def write_file(path: Path, demandes: int) -> None:
    """A CSV of that many demandes, for a town drawn like any other."""
    with database("export"):
        town.build(NAME, demandes=demandes, exchanges=True, seed=2)
        with path.open("wb") as file, connection.cursor() as cursor:
            cursor.copy_expert(EXPORT, file)
