"""Judges what a fault left behind: confirmed against stored, stored against rebuilt.

I5 (each attachment has its file) has no object: a demande holds no file yet, and the organisation's
logo lies in its row.
"""

from typing import TYPE_CHECKING

from tests.faults.harness.ledger import Ledger

if TYPE_CHECKING:
    from tests.faults.harness.world import Scene

OLDEST = 60  # seconds that a stale mark may wait once all is well again

NOT_STORED = """
    SELECT count(*) FROM unnest(%s::text[]) AS confirmed(subject)
    WHERE NOT EXISTS (
        SELECT FROM contacts_demande d JOIN contacts_contact c ON c.demande_id = d.id
        WHERE d.subject = confirmed.subject
    )
"""
TWICE = """
    SELECT count(*) FROM (
        SELECT d.subject FROM contacts_demande d LEFT JOIN contacts_contact c ON c.demande_id = d.id
        WHERE d.subject LIKE %s || ' %%' GROUP BY d.subject HAVING count(*) > 1
    ) twice
"""
SAME_KEY = "SELECT count(*) - count(DISTINCT public_id) FROM contacts_demande"
WAITING = """
    SELECT count(*), COALESCE(EXTRACT(EPOCH FROM now() - min(marked_at)), 0)
    FROM engagements_staletally WHERE set_aside_at IS NULL
"""
# What the nightly comparison found wrong and has mended since.
MENDED = "SELECT count(*) FROM engagements_incident WHERE kind = 'difference'"
# One entry LOGGED per demande that an agent entered, one REPLIED per reply of theirs.
UNWRITTEN = """
    SELECT count(*) FROM contacts_demande d WHERE d.created_by_id IS NOT NULL AND 1 <> (
        SELECT count(*) FROM contacts_journalentry j
        WHERE j.demande_id = d.id AND j.verb IN ('logged', 'reopened')
    )
"""
HALF_SAVED = """
    SELECT count(*) FROM contacts_demande d
    WHERE NOT EXISTS (SELECT FROM contacts_contact c WHERE c.demande_id = d.id)
      AND d.created_by_id IS NOT NULL
"""


def judge(scene: "Scene", *ledgers: Ledger) -> dict[str, str]:
    """The rules that are broken, with how; empty when all is well.

    To be asked once what was due had time to be done: a mark that still waits is I3's.
    """
    found: dict[str, str] = {}
    for ledger in ledgers:
        _against_ledger(scene, ledger, found)
    if doubled := scene.value(SAME_KEY):
        found["I2"] = f"{doubled} client keys stored twice"
    [(waiting, oldest)] = scene.rows(WAITING)
    if waiting:
        found["I3"] = f"{waiting} stale cells were not recounted"
    if oldest > OLDEST:
        found["I7"] = f"a stale mark has waited {oldest:.0f} s"
    if different := scene.ask("differences"):
        found["I4"] = f"{len(different)} stored counts differ from a rebuild: {different[:3]}"
    if mended := scene.value(MENDED):
        found["I4"] = f"{mended} incidents tell of counts that differed before they were mended"
    if unwritten := scene.value(UNWRITTEN):
        found["I6"] = f"{unwritten} entries without exactly one line of the journal"
    if half := scene.value(HALF_SAVED):
        found["I6"] = f"{half} demandes without their contact"
    if late := scene.ask("late_due_dates"):
        found["I3"] = f"{late} due dates were not up to date"
    return found


def _against_ledger(scene: "Scene", ledger: Ledger, found: dict[str, str]) -> None:
    confirmed = list(ledger.confirmed.values())
    if missing := scene.value(NOT_STORED, confirmed):
        found["I1"] = f"{missing} of {len(confirmed)} confirmed contacts are lost"
    if doubled := scene.value(TWICE, ledger.name):
        found["I2"] = f"{doubled} contacts are counted twice"
