"""A cell has a family of motifs too: every mark names it, and a motif that changes family marks both.

The tables of distributions start empty, so every cell that has a demande is marked: figures are
read from the raw rows until the worker, or `manage.py rebuild_tallies`, has filled them.
"""

from importlib import import_module

from django.db import migrations

before = import_module("engagements.migrations.0002_stale_cells")

DEMANDES = """
CREATE OR REPLACE FUNCTION engagements_mark_demandes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO engagements_staletally
            (organisation_id, service_id, channel, nature, family, received_on)
        SELECT DISTINCT r.organisation_id, r.service_id, r.channel, r.nature,
            COALESCE(m.parent_id, m.id, 0), r.received_on
        FROM newrows r LEFT JOIN directory_motif m ON m.id = r.motif_id;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO engagements_staletally
            (organisation_id, service_id, channel, nature, family, received_on)
        SELECT DISTINCT r.organisation_id, r.service_id, r.channel, r.nature,
            COALESCE(m.parent_id, m.id, 0), r.received_on
        FROM oldrows r LEFT JOIN directory_motif m ON m.id = r.motif_id;
    ELSE
        INSERT INTO engagements_staletally
            (organisation_id, service_id, channel, nature, family, received_on)
        WITH before AS (
            SELECT id, organisation_id, service_id, channel, nature, motif_id, received_on,
                first_reply_on, merits_on, closed_on, announced_on FROM oldrows
        ), after AS (
            SELECT id, organisation_id, service_id, channel, nature, motif_id, received_on,
                first_reply_on, merits_on, closed_on, announced_on FROM newrows
        )
        SELECT DISTINCT moved.organisation_id, moved.service_id, channel, nature,
            COALESCE(m.parent_id, m.id, 0), received_on
        FROM (
            (TABLE before EXCEPT TABLE after) UNION ALL (TABLE after EXCEPT TABLE before)
        ) moved
        LEFT JOIN directory_motif m ON m.id = moved.motif_id;
    END IF;
    RETURN NULL;
END $$;
"""

CALENDARS = """
-- A delay counts the days of ]received, stopped]; the announced date is kept or not on
-- ]announced, stopped]: only demandes whose interval holds a changed day are touched.
CREATE OR REPLACE FUNCTION engagements_mark_calendars() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO engagements_staletally
        (organisation_id, service_id, channel, nature, family, received_on)
    SELECT DISTINCT d.organisation_id, d.service_id, d.channel, d.nature,
        COALESCE(m.parent_id, m.id, 0), d.received_on
    FROM (
        -- EXCEPT and not a join: its cost does not hang on a plan made for fewer rows.
        SELECT calendar_id, day, is_working FROM newrows
        EXCEPT SELECT calendar_id, day, is_working FROM oldrows
    ) n
    JOIN directory_service s ON s.calendar_id = n.calendar_id
    JOIN contacts_demande d
        ON d.organisation_id = s.organisation_id AND d.service_id = s.id
       AND d.received_on < n.day
       AND GREATEST(d.first_reply_on, d.merits_on, d.closed_on) >= n.day
    LEFT JOIN directory_motif m ON m.id = d.motif_id;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION engagements_mark_services() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO engagements_staletally
        (organisation_id, service_id, channel, nature, family, received_on)
    SELECT DISTINCT d.organisation_id, d.service_id, d.channel, d.nature,
        COALESCE(m.parent_id, m.id, 0), d.received_on
    FROM (
        SELECT id, organisation_id, calendar_id FROM newrows
        EXCEPT SELECT id, organisation_id, calendar_id FROM oldrows
    ) n
    JOIN contacts_demande d ON d.organisation_id = n.organisation_id AND d.service_id = n.id
    LEFT JOIN directory_motif m ON m.id = d.motif_id;
    RETURN NULL;
END $$;
"""

MOTIFS = """
CREATE FUNCTION engagements_mark_motifs() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO engagements_staletally
        (organisation_id, service_id, channel, nature, family, received_on)
    SELECT DISTINCT d.organisation_id, d.service_id, d.channel, d.nature,
        unnest(ARRAY[COALESCE(o.parent_id, o.id), COALESCE(n.parent_id, n.id)]), d.received_on
    FROM oldrows o
    JOIN newrows n ON n.id = o.id AND n.parent_id IS DISTINCT FROM o.parent_id
    JOIN contacts_demande d ON d.organisation_id = n.organisation_id AND d.motif_id = n.id;
    RETURN NULL;
END $$;
CREATE TRIGGER engagements_motif_changed AFTER UPDATE ON directory_motif
    REFERENCING OLD TABLE AS oldrows NEW TABLE AS newrows
    FOR EACH STATEMENT EXECUTE FUNCTION engagements_mark_motifs();
"""
FORGET_MOTIFS = """
DROP TRIGGER engagements_motif_changed ON directory_motif;
DROP FUNCTION engagements_mark_motifs();
"""

MARK_EVERYTHING = """
    INSERT INTO engagements_staletally
        (organisation_id, service_id, channel, nature, family, received_on)
    SELECT DISTINCT d.organisation_id, d.service_id, d.channel, d.nature,
        COALESCE(m.parent_id, m.id, 0), d.received_on
    FROM contacts_demande d LEFT JOIN directory_motif m ON m.id = d.motif_id
"""


def replacing(new: str, old: str) -> migrations.RunSQL:
    return migrations.RunSQL(new, old.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"))


class Migration(migrations.Migration):
    dependencies = [("engagements", "0003_distributions")]

    operations = [
        replacing(DEMANDES, before.DEMANDES.partition("CREATE TRIGGER")[0]),
        replacing(CALENDARS, before.CALENDARS.partition("CREATE TRIGGER")[0]),
        migrations.RunSQL(MOTIFS, FORGET_MOTIFS),
        migrations.RunSQL(MARK_EVERYTHING, "DELETE FROM engagements_staletally"),
    ]
