"""Fills the bare database and logs somebody in: prints the key of a session.

    python -m bench.bare.fill TICKETS

One ticket in sixty-six is open, as in a drawn town.
"""

import sys

import django

FILL = """
    INSERT INTO bare_desk (name) SELECT 'Service ' || i FROM generate_series(1, 50) i;
    INSERT INTO bare_topic (name) SELECT 'Motif ' || i FROM generate_series(1, 33) i;
    INSERT INTO bare_ticket (desk_id, topic_id, channel, nature, subject, text, full_name, phone,
        email, received_on, due_on, is_open)
    SELECT 1 + i %% 50, 1 + i %% 33, 'email', 'demarche', 'Voirie : éclairage',
        'Demande reçue. Les pièces utiles sont jointes.', 'Camille Martin', '', '',
        date '2024-06-23' + i * 729 / %(tickets)s, date '2024-07-01' + i * 729 / %(tickets)s,
        i %% 66 = 0
    FROM generate_series(1, %(tickets)s) i
"""


def main(tickets: int) -> None:
    django.setup()
    from django.contrib.auth.models import User
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client

    call_command("migrate", run_syncdb=True, interactive=False, verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute(FILL, {"tickets": tickets})
        cursor.execute("VACUUM (ANALYZE)")
    client = Client()
    client.force_login(User.objects.create_user("agent"))
    print(client.cookies["sessionid"].value)


if __name__ == "__main__":
    main(int(sys.argv[1]))
