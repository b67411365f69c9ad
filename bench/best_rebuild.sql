-- The best single statement we could write by hand for the counts that a rebuild stores: how many
-- demandes of each cell and day have each value of each measure. One pass over the table, a delay
-- as one subtraction of two running counts, the cell as one integer, no index, no WAL, every core
-- that the planner cares to use. Nothing else is asked of it: it is neither online nor resumable,
-- compares nothing with what was stored, and makes no month.
CREATE TEMPORARY TABLE best AS
WITH facts AS (
    SELECT
        -- Four bytes, dense: PostgreSQL hashes eight by folding one half over the other, and cells
        -- laid in fields of bits would fall on each other by the thousand.
        ((((d.received_on - DATE '2024-01-01') * 6
            + array_position(ARRAY['guichet', 'phone', 'mail', 'email', 'online'],
                d.channel::text)) * 5
            + array_position(ARRAY['information', 'demarche', 'reclamation', 'suggestion'],
                d.nature::text)) * 64
            + COALESCE(m.parent_id, m.id, 0)::int) * 64 + s.id::int AS cell,
        first_stop.count - received.count AS first_reply,
        merits_stop.count - received.count AS merits,
        merits_stop.count - LEAST(announced.count, merits_stop.count) AS announced,
        d.announced_on IS NOT NULL AS has_announced
    FROM contacts_demande d
    JOIN directory_service s ON s.id = d.service_id
    LEFT JOIN directory_motif m ON m.id = d.motif_id
    JOIN directory_workingday received
        ON received.calendar_id = s.calendar_id AND received.day = d.received_on
    LEFT JOIN directory_workingday first_stop
        ON first_stop.calendar_id = s.calendar_id
       AND first_stop.day = LEAST(d.first_reply_on, d.closed_on)
    LEFT JOIN directory_workingday merits_stop
        ON merits_stop.calendar_id = s.calendar_id
       AND merits_stop.day = LEAST(d.merits_on, d.closed_on)
    LEFT JOIN directory_workingday announced
        ON announced.calendar_id = s.calendar_id AND announced.day = d.announced_on
    WHERE d.organisation_id = %(organisation)s
)
SELECT cell * 4 + measure AS cell, value, count(*) AS count
FROM facts CROSS JOIN LATERAL (VALUES
    (0, first_reply, true), (1, merits, true), (2, announced, has_announced)
) AS m(measure, value, applies)
WHERE applies GROUP BY 1, 2
