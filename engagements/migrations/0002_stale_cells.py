"""Whatever changes a delay marks its cell stale in the same transaction.

Statement triggers with transition tables: pages, API, imports, bulk updates and plain SQL all pass
here. Rows that a statement touched without changing a delay mark nothing.
"""

from django.db import migrations

DEMANDES = """
CREATE FUNCTION engagements_mark_demandes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO engagements_staletally
            (organisation_id, service_id, channel, nature, received_on)
        SELECT DISTINCT organisation_id, service_id, channel, nature, received_on FROM newrows;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO engagements_staletally
            (organisation_id, service_id, channel, nature, received_on)
        SELECT DISTINCT organisation_id, service_id, channel, nature, received_on FROM oldrows;
    ELSE
        INSERT INTO engagements_staletally
            (organisation_id, service_id, channel, nature, received_on)
        WITH before AS (
            SELECT id, organisation_id, service_id, channel, nature, received_on,
                first_reply_on, merits_on, closed_on, announced_on FROM oldrows
        ), after AS (
            SELECT id, organisation_id, service_id, channel, nature, received_on,
                first_reply_on, merits_on, closed_on, announced_on FROM newrows
        )
        SELECT DISTINCT organisation_id, service_id, channel, nature, received_on
        FROM ((TABLE before EXCEPT TABLE after) UNION ALL (TABLE after EXCEPT TABLE before)) moved;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER engagements_demande_inserted AFTER INSERT ON contacts_demande
    REFERENCING NEW TABLE AS newrows
    FOR EACH STATEMENT EXECUTE FUNCTION engagements_mark_demandes();
CREATE TRIGGER engagements_demande_updated AFTER UPDATE ON contacts_demande
    REFERENCING OLD TABLE AS oldrows NEW TABLE AS newrows
    FOR EACH STATEMENT EXECUTE FUNCTION engagements_mark_demandes();
CREATE TRIGGER engagements_demande_deleted AFTER DELETE ON contacts_demande
    REFERENCING OLD TABLE AS oldrows
    FOR EACH STATEMENT EXECUTE FUNCTION engagements_mark_demandes();
"""

FORGET_DEMANDES = """
DROP TRIGGER engagements_demande_inserted ON contacts_demande;
DROP TRIGGER engagements_demande_updated ON contacts_demande;
DROP TRIGGER engagements_demande_deleted ON contacts_demande;
DROP FUNCTION engagements_mark_demandes();
"""

CALENDARS = """
-- A delay counts the days of ]received, stopped]; the announced date is kept or not on
-- ]announced, stopped]: only demandes whose interval holds a changed day are touched.
CREATE FUNCTION engagements_mark_calendars() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO engagements_staletally
        (organisation_id, service_id, channel, nature, received_on)
    SELECT DISTINCT d.organisation_id, d.service_id, d.channel, d.nature, d.received_on
    FROM (
        -- EXCEPT and not a join: its cost does not hang on a plan made for fewer rows.
        SELECT calendar_id, day, is_working FROM newrows
        EXCEPT SELECT calendar_id, day, is_working FROM oldrows
    ) n
    JOIN directory_service s ON s.calendar_id = n.calendar_id
    JOIN contacts_demande d
        ON d.organisation_id = s.organisation_id AND d.service_id = s.id
       AND d.received_on < n.day
       AND GREATEST(d.first_reply_on, d.merits_on, d.closed_on) >= n.day;
    RETURN NULL;
END $$;

CREATE FUNCTION engagements_mark_services() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO engagements_staletally
        (organisation_id, service_id, channel, nature, received_on)
    SELECT DISTINCT d.organisation_id, d.service_id, d.channel, d.nature, d.received_on
    FROM (
        SELECT id, organisation_id, calendar_id FROM newrows
        EXCEPT SELECT id, organisation_id, calendar_id FROM oldrows
    ) n
    JOIN contacts_demande d ON d.organisation_id = n.organisation_id AND d.service_id = n.id;
    RETURN NULL;
END $$;

CREATE TRIGGER engagements_calendar_changed AFTER UPDATE ON directory_workingday
    REFERENCING OLD TABLE AS oldrows NEW TABLE AS newrows
    FOR EACH STATEMENT EXECUTE FUNCTION engagements_mark_calendars();
CREATE TRIGGER engagements_service_changed AFTER UPDATE ON directory_service
    REFERENCING OLD TABLE AS oldrows NEW TABLE AS newrows
    FOR EACH STATEMENT EXECUTE FUNCTION engagements_mark_services();
"""

FORGET_CALENDARS = """
DROP TRIGGER engagements_calendar_changed ON directory_workingday;
DROP TRIGGER engagements_service_changed ON directory_service;
DROP FUNCTION engagements_mark_calendars();
DROP FUNCTION engagements_mark_services();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("engagements", "0001_initial"),
        ("contacts", "0002_replies_and_due_dates"),
    ]

    operations = [
        migrations.RunSQL(DEMANDES, FORGET_DEMANDES),
        migrations.RunSQL(CALENDARS, FORGET_CALENDARS),
    ]
