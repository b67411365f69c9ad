-- The whole organisation from its raw rows: per service, channel and month, how many demandes took
-- how many working days. The quickest way known to us without anything stored: one pass, a delay
-- as one subtraction, counted into a histogram.
SELECT d.service_id, d.channel, date_trunc('month', d.received_on::timestamp) AS month,
    stop.count - received.count AS value, count(*)
FROM contacts_demande d
JOIN directory_service s ON s.id = d.service_id
JOIN directory_workingday received
    ON received.calendar_id = s.calendar_id AND received.day = d.received_on
LEFT JOIN directory_workingday stop
    ON stop.calendar_id = s.calendar_id AND stop.day = LEAST(d.first_reply_on, d.closed_on)
WHERE d.organisation_id = %(organisation)s AND d.received_on BETWEEN %(first)s AND %(last)s
GROUP BY 1, 2, 3, 4
