"""The columns of a demande that follow its replies and its calendar, whatever writes those.

Statement triggers with transition tables: one pass however many rows a statement touches, and no
write at all where the columns are already right.
"""

from django.db import migrations

FOLLOW_REPLIES = """
CREATE FUNCTION contacts_follow_replies() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    touched bigint[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(DISTINCT demande_id) INTO touched FROM newrows;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(DISTINCT demande_id) INTO touched FROM oldrows;
    ELSE
        SELECT array_agg(DISTINCT demande_id) INTO touched
        FROM (SELECT demande_id FROM newrows UNION SELECT demande_id FROM oldrows) both_sides;
    END IF;

    UPDATE contacts_demande d SET
        first_reply_at = s.first_reply_at, first_reply_on = s.first_reply_on,
        merits_at = s.merits_at, merits_on = s.merits_on,
        announced_at = s.announced_at, announced_on = s.announced_on
    FROM (
        SELECT
            t.demande_id,
            min(r.at) FILTER (WHERE r.kind IN ('holding', 'merits')) AS first_reply_at,
            min(r.on_day) FILTER (WHERE r.kind IN ('holding', 'merits')) AS first_reply_on,
            min(r.at) FILTER (WHERE r.kind = 'merits') AS merits_at,
            min(r.on_day) FILTER (WHERE r.kind = 'merits') AS merits_on,
            -- A date that passed before it was met or replaced stays the one that counts.
            COALESCE(
                (array_agg(r.announced_on ORDER BY r.at, r.id)
                    FILTER (WHERE r.next_on > r.announced_on))[1],
                (array_agg(r.announced_on ORDER BY r.at DESC, r.id DESC)
                    FILTER (WHERE r.announced_on IS NOT NULL))[1]
            ) AS announced_on,
            CASE WHEN bool_or(r.next_on > r.announced_on) THEN
                (array_agg(r.announced_at ORDER BY r.at, r.id)
                    FILTER (WHERE r.next_on > r.announced_on))[1]
            ELSE
                (array_agg(r.announced_at ORDER BY r.at DESC, r.id DESC)
                    FILTER (WHERE r.announced_on IS NOT NULL))[1]
            END AS announced_at
        FROM unnest(touched) AS t(demande_id)
        LEFT JOIN (
            SELECT id, demande_id, kind, at, on_day, announced_on, announced_at,
                min(on_day) FILTER (WHERE kind = 'merits' OR announced_on IS NOT NULL) OVER (
                    PARTITION BY demande_id ORDER BY at, id
                    ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING
                ) AS next_on
            FROM contacts_reply WHERE demande_id = ANY (touched)
        ) r ON r.demande_id = t.demande_id
        GROUP BY t.demande_id
    ) s
    WHERE d.id = s.demande_id
      AND (d.first_reply_at, d.first_reply_on, d.merits_at, d.merits_on,
           d.announced_at, d.announced_on)
          IS DISTINCT FROM
          (s.first_reply_at, s.first_reply_on, s.merits_at, s.merits_on,
           s.announced_at, s.announced_on);
    RETURN NULL;
END $$;

CREATE TRIGGER contacts_reply_inserted AFTER INSERT ON contacts_reply
    REFERENCING NEW TABLE AS newrows
    FOR EACH STATEMENT EXECUTE FUNCTION contacts_follow_replies();
CREATE TRIGGER contacts_reply_updated AFTER UPDATE ON contacts_reply
    REFERENCING OLD TABLE AS oldrows NEW TABLE AS newrows
    FOR EACH STATEMENT EXECUTE FUNCTION contacts_follow_replies();
CREATE TRIGGER contacts_reply_deleted AFTER DELETE ON contacts_reply
    REFERENCING OLD TABLE AS oldrows
    FOR EACH STATEMENT EXECUTE FUNCTION contacts_follow_replies();
"""

FORGET_REPLIES = """
DROP TRIGGER contacts_reply_inserted ON contacts_reply;
DROP TRIGGER contacts_reply_updated ON contacts_reply;
DROP TRIGGER contacts_reply_deleted ON contacts_reply;
DROP FUNCTION contacts_follow_replies();
"""

FOLLOW_CALENDAR = """
CREATE FUNCTION contacts_refresh_due_dates(services bigint[]) RETURNS void LANGUAGE sql AS $$
    UPDATE contacts_demande d SET first_reply_due_on = wanted.due_on
    FROM (
        SELECT o.id, (
            SELECT due.day FROM directory_workingday due
            WHERE due.calendar_id = s.calendar_id AND due.is_working AND due.count = (
                SELECT received.count + o.first_reply_limit FROM directory_workingday received
                WHERE received.calendar_id = s.calendar_id AND received.day = o.received_on
            )
        ) AS due_on
        FROM contacts_demande o
        JOIN directory_service s ON s.id = o.service_id AND s.organisation_id = o.organisation_id
        WHERE s.id = ANY (services) AND o.closed_on IS NULL AND o.first_reply_limit IS NOT NULL
    ) wanted
    WHERE d.id = wanted.id AND d.first_reply_due_on IS DISTINCT FROM wanted.due_on
$$;

CREATE FUNCTION contacts_follow_calendar() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM contacts_refresh_due_dates(array_agg(s.id))
    FROM directory_service s WHERE s.calendar_id IN (
        -- EXCEPT and not a join: its cost does not hang on a plan made for fewer rows.
        SELECT calendar_id FROM (
            SELECT calendar_id, day, is_working FROM newrows
            EXCEPT SELECT calendar_id, day, is_working FROM oldrows
        ) changed
    );
    RETURN NULL;
END $$;

CREATE FUNCTION contacts_follow_service() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM contacts_refresh_due_dates(array_agg(n.id))
    FROM (SELECT id, calendar_id FROM newrows EXCEPT SELECT id, calendar_id FROM oldrows) n;
    RETURN NULL;
END $$;

CREATE TRIGGER contacts_calendar_changed AFTER UPDATE ON directory_workingday
    REFERENCING OLD TABLE AS oldrows NEW TABLE AS newrows
    FOR EACH STATEMENT EXECUTE FUNCTION contacts_follow_calendar();
CREATE TRIGGER contacts_service_changed AFTER UPDATE ON directory_service
    REFERENCING OLD TABLE AS oldrows NEW TABLE AS newrows
    FOR EACH STATEMENT EXECUTE FUNCTION contacts_follow_service();
"""

FORGET_CALENDAR = """
DROP TRIGGER contacts_calendar_changed ON directory_workingday;
DROP TRIGGER contacts_service_changed ON directory_service;
DROP FUNCTION contacts_follow_calendar();
DROP FUNCTION contacts_follow_service();
DROP FUNCTION contacts_refresh_due_dates(bigint[]);
"""


class Migration(migrations.Migration):
    dependencies = [("contacts", "0001_initial")]

    operations = [
        migrations.RunSQL(FOLLOW_REPLIES, FORGET_REPLIES),
        migrations.RunSQL(FOLLOW_CALENDAR, FORGET_CALENDAR),
    ]
