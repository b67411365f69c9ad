"""The SQL that draws a town's demandes: every row is drawn, dated and judged in one pass.

Shares and delays follow what reception desks report: most visits and calls are answered at once,
e-mails in about three working days, letters in about nine with a long tail.
"""

# ruff: noqa: S608 fixed fragments of this module; every value is bound

from contacts.targets import SEGMENTS

# The town's working calendar around the period, and how many demandes each of its days receives:
# more at the start of the week, almost none (e-mails, forms) on closed days.
DAYS = """
    DROP TABLE IF EXISTS bench_day, bench_slot, bench_service;
    CREATE TEMPORARY TABLE bench_day ON COMMIT DROP AS
    SELECT day, count, is_working FROM directory_workingday
    WHERE calendar_id = %(calendar)s AND day BETWEEN %(first)s AND %(today)s::date + 400;
    CREATE TEMPORARY TABLE bench_slot ON COMMIT DROP AS
    SELECT day, count, is_working, upto - lag(upto, 1, 0::bigint) OVER (ORDER BY day) AS size,
        lag(upto, 1, 0::bigint) OVER (ORDER BY day) AS before
    FROM (
        SELECT *, floor(
            %(demandes)s * sum(weight) OVER (ORDER BY day) / sum(weight) OVER ()
        )::bigint AS upto
        FROM (
            SELECT *, CASE WHEN is_working
                THEN (ARRAY[1.2, 1.1, 1.0, 1.0, 0.9, 0.6, 0.3])[extract(isodow FROM day)::int]
                ELSE 0.05 END AS weight
            FROM bench_day WHERE day <= %(today)s
        ) weighted
    ) added_up;
    ANALYZE bench_day, bench_slot
"""

USAGERS = """
    WITH made AS (
        INSERT INTO contacts_usager
            (public_id, organisation_id, full_name, email, phone, created_at)
        SELECT gen_random_uuid(), %(organisation)s, 'Camille Martin ' || i,
            'usager' || i || '@exemple.fr', '+336' || lpad(i::text, 8, '0'), %(first)s
        FROM generate_series(1, %(demandes)s / 3) AS i
        RETURNING id
    )
    SELECT min(id), count(*) FROM made
"""

# One random number per decision, so that changing one rule leaves the other draws as they were.
DICE = """
    SELECT slot.*, (slot.before + k) AS number, (k - 0.5) / slot.size AS moment,
        random() AS by_channel, random() AS by_service, random() AS by_motif, random() AS by_nature,
        random() AS by_delay, random() AS by_tail, random() AS by_wait, random() AS by_fate,
        random() AS by_person
    FROM (
        SELECT * FROM bench_slot WHERE before >= %(after)s AND before < %(until)s ORDER BY day
    ) slot CROSS JOIN LATERAL generate_series(1, slot.size) AS k
"""
MATTERS = f"""
    SELECT dice.*,
        CASE WHEN is_working THEN
            CASE WHEN by_channel < 0.30 THEN 'guichet' WHEN by_channel < 0.60 THEN 'phone'
                WHEN by_channel < 0.68 THEN 'mail' WHEN by_channel < 0.88 THEN 'email'
                ELSE 'online' END
            WHEN by_channel < 0.5 THEN 'email' ELSE 'online' END AS channel,
        CASE WHEN by_nature < 0.55 THEN 'information' WHEN by_nature < 0.90 THEN 'demarche'
            WHEN by_nature < 0.97 THEN 'reclamation' ELSE 'suggestion' END AS nature,
        -- A few services receive much more than the others.
        1 + floor(%(services)s * power(by_service, 1.6))::int AS rank
    FROM ({DICE}) dice
"""
WAITS = f"""
    SELECT matter.*, service.service_id,
        CASE WHEN by_motif < 0.97 THEN service.motif_ids[
            1 + floor(by_motif / 0.97 * cardinality(service.motif_ids))::int] END AS motif_id,
        GREATEST(CASE WHEN is_working THEN 0 ELSE 1 END, LEAST(200, ceil(
            CASE WHEN nature = 'reclamation' THEN 1.5 ELSE 1 END * CASE channel
            WHEN 'guichet' THEN CASE WHEN by_delay < 0.93 THEN 0 ELSE -4 * ln(1 - by_tail) END
            WHEN 'phone' THEN CASE WHEN by_delay < 0.90 THEN 0 ELSE -3 * ln(1 - by_tail) END
            WHEN 'email' THEN -2.5 * ln(1 - by_delay)
            WHEN 'online' THEN -3.5 * ln(1 - by_delay)
            ELSE 7.5 * exp(0.55 * sqrt(-2 * ln(1 - by_delay)) * cos(6.2832 * by_tail))
        END)))::int AS delay
    FROM ({MATTERS}) matter JOIN bench_service service USING (rank)
"""
# Long waits begin, for some, with a holding reply that announces a date.
PROMISES = f"""
    SELECT waits.*, by_fate < 0.009 AS never_answered, by_fate BETWEEN 0.009 AND 0.016 AS withdrawn,
        CASE WHEN delay >= 4 AND by_wait < 0.3 AND by_fate > 0.016 THEN delay * 2 / 5 END AS held,
        floor(by_tail * 8)::int + delay - 3 AS announced
    FROM ({WAITS}) waits
"""
INSTANTS = f"""
    SELECT drawn.*, received_at, stop.stop_at, stop.stop_on, held_reply.held_at, held_reply.held_on,
        CASE WHEN held_reply.held_on IS NOT NULL THEN promised.day END AS announced_on
    FROM ({PROMISES}) drawn
    CROSS JOIN LATERAL (SELECT
        (drawn.day + time '08:30' + moment * interval '8 hours') AT TIME ZONE 'Europe/Paris'
    ) AS receipt(received_at)
    LEFT JOIN bench_day stop_day
        ON stop_day.is_working AND stop_day.count = drawn.count + delay
        AND stop_day.day <= %(today)s AND NOT never_answered
    LEFT JOIN bench_day held_day
        ON held_day.is_working AND held_day.count = drawn.count + held AND held_day.day <= %(today)s
    LEFT JOIN bench_day promised
        ON promised.is_working AND promised.count = drawn.count + GREATEST(announced, held)
    CROSS JOIN LATERAL (SELECT stop_day.day, CASE
        WHEN stop_day.day = drawn.day THEN received_at + by_wait * interval '20 minutes'
        ELSE (stop_day.day + time '09:00' + by_wait * interval '8 hours')
            AT TIME ZONE 'Europe/Paris' END
    ) AS stop(stop_on, stop_at)
    CROSS JOIN LATERAL (SELECT held_day.day,
        (held_day.day + time '09:00' + by_motif * interval '7 hours') AT TIME ZONE 'Europe/Paris'
    ) AS held_reply(held_on, held_at)
"""
DEMANDES = f"""
    INSERT INTO contacts_demande (
        public_id, organisation_id, reference, round, service_id, channel, nature, motif_id,
        usager_id, subject, letter_on, received_at, received_on, registered_at,
        first_reply_at, first_reply_on, merits_at, merits_on, announced_on,
        closed_at, closed_on, close_reason, first_reply_limit, first_reply_due_on
    )
    -- A multiplication that is one to one: references are unique, and as scattered as real ones.
    SELECT gen_random_uuid(), %(organisation)s,
        to_char(number * 3858241027 %% 10000000000, 'FM0000"-"0000"-"00'), 1,
        d.service_id, d.channel, d.nature, d.motif_id,
        CASE WHEN by_person < 0.6 THEN
            %(first_usager)s + floor(by_person / 0.6 * %(usagers)s)::bigint END,
        COALESCE(motif.name, ''), CASE d.channel WHEN 'mail' THEN d.day - 2 END,
        received_at, d.day, received_at + interval '3 minutes',
        COALESCE(held_at, merits_at), COALESCE(held_on, merits_on),
        merits_at, merits_on, announced_on, stop_at, stop_on,
        CASE WHEN stop_on IS NULL THEN '' WHEN withdrawn THEN 'withdrawn' ELSE 'answered' END,
        seg.max_days, due.day
    FROM ({INSTANTS}) d
    CROSS JOIN LATERAL (SELECT
        CASE WHEN NOT withdrawn THEN stop_at END, CASE WHEN NOT withdrawn THEN stop_on END
    ) AS merits(merits_at, merits_on)
    LEFT JOIN directory_motif motif ON motif.id = d.motif_id
    LEFT JOIN {SEGMENTS} ON seg.service_id = d.service_id AND seg.channel = d.channel
        AND seg.nature = d.nature AND d.day BETWEEN seg.first_day AND seg.last_day
    LEFT JOIN bench_day due ON due.is_working AND due.count = d.count + seg.max_days
    ORDER BY number
"""

CONTACTS = """
    INSERT INTO contacts_contact (organisation_id, demande_id, channel, direction, at, text)
    SELECT organisation_id, id, channel, 'inbound', received_at,
        'Demande reçue au sujet de : ' || subject || '. Les pièces utiles sont jointes.'
    FROM contacts_demande WHERE organisation_id = %(organisation)s ORDER BY id
"""
REPLIES = """
    INSERT INTO contacts_reply (
        public_id, organisation_id, demande_id, kind, channel, at, on_day, announced_on,
        requests_items, forwarded_to, text, recorded_at
    )
    SELECT gen_random_uuid(), organisation_id, d.id, given.kind, channel, given.at, given.on_day,
        given.announced_on, false, '', 'Réponse : ' || subject || '.', given.at
    FROM contacts_demande d CROSS JOIN LATERAL (VALUES
        (1, 'holding', CASE WHEN announced_on IS NOT NULL THEN first_reply_at END, first_reply_on,
            announced_on),
        (2, 'merits', merits_at, merits_on, NULL)
    ) AS given(rank, kind, at, on_day, announced_on)
    WHERE organisation_id = %(organisation)s AND given.at IS NOT NULL ORDER BY d.id, given.rank
"""
