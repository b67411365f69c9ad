"""Lives turned into rows: one COPY per table and chunk, with every derived column as the triggers
would leave it.
"""

import json
import uuid
from collections.abc import Iterable
from random import Random

from contacts.enums import CloseReason, ReplyKind
from contacts.models.demande import reference_from
from engagements.demo.bulk import Pipe
from engagements.demo.clock import DAY, Clock
from engagements.demo.lives import Life
from engagements.demo.places import Limits, Place
from engagements.demo.words import (
    CLOSED,
    INBOUND,
    ITEMS_RECEIVED,
    LOGGED,
    MERITS,
    MESSAGE,
    PHONE,
    REOPENED,
    REPLIED,
    STOPPING,
    TRANSFERRED,
)

NULL = r"\N"
# The version and the variant of a random UUID (RFC 9562), as `uuid.uuid4` sets them.
NOT_VERSION = ~(0xF000 << 64 | 0xC000 << 48)
VERSION_4 = 0x4000 << 64 | 0x8000 << 48
TABLES: dict[str, str] = {
    "contacts_usager": "id, public_id, organisation_id, full_name, email, phone, created_at",
    "contacts_demande": (
        "id, public_id, organisation_id, reference, round, service_id, channel, nature, motif_id,"
        " usager_id, subject, letter_on, received_at, received_on, registered_at, first_reply_at,"
        " first_reply_on, merits_at, merits_on, announced_on, closed_at, closed_on, close_reason,"
        " first_reply_limit, first_reply_due_on, created_by_id"
    ),
    "contacts_contact": "organisation_id, demande_id, channel, direction, at, text, agent_id",
    "contacts_reply": (
        "public_id, organisation_id, demande_id, kind, channel, at, on_day, announced_on,"
        " requests_items, forwarded_to, text, agent_id, recorded_at"
    ),
    "contacts_transfer": (
        "organisation_id, demande_id, from_service_id, to_service_id, reason, at, agent_id"
    ),
    "contacts_journalentry": "organisation_id, demande_id, verb, at, agent_id, details",
    "surveys_invitation": (
        "id, organisation_id, survey_id, service_id, demande_id, channel, mode, token_hash,"
        " created_at, invited_on, expires_at, is_used"
    ),
    "surveys_answersheet": (
        "id, organisation_id, survey_id, service_id, channel, mode, privacy, answered_on,"
        " submitted_at, invitation_id, notice_id, language"
    ),
    "surveys_answer": "organisation_id, sheet_id, question_id, scale, yes, text",
}
REPLIED_AS = {kind: json.dumps({"kind": kind}) for kind in ReplyKind.values}
CLOSED_AS = {reason: json.dumps({"reason": reason}) for reason in CloseReason.values}


class Writer:
    """Collects the rows of a chunk and sends them together."""

    def __init__(
        self, organisation_id: int, clock: Clock, limits: Limits, rng: Random, pipe: Pipe
    ) -> None:
        self.organisation = str(organisation_id)
        self.pipe = pipe
        self.clock = clock
        self.limits = limits
        self.rng = rng
        self.lines: dict[str, list[str]] = {table: [] for table in TABLES}
        self.written = dict.fromkeys(TABLES, 0)
        self._demande_ids = pipe.ids("contacts_demande")

    def key(self) -> str:
        """A public id of version 4, drawn from the seed."""
        bits = self.rng.getrandbits(128)
        return f"{bits & NOT_VERSION | VERSION_4:032x}"

    def send(self) -> None:
        """In the order of `TABLES`: what is referred to goes first."""
        self.pipe.send(
            {
                table: (columns, "\n".join(self.lines[table]))
                for table, columns in TABLES.items()
                if self.lines[table]
            }
        )
        for table, lines in self.lines.items():
            self.written[table] += len(lines)
            lines.clear()

    def add_usager(self, pk: int, person: tuple[str, str, str], since: int) -> None:
        self.line(
            "contacts_usager",
            (str(pk), self.key(), self.organisation, *person, self.clock.stamp(since)),
        )

    def add(self, life: Life) -> str:
        """Every row of a demande but what is asked of its usager; returns its id."""
        key = self.key()
        life.reference = life.reference or reference_from(uuid.UUID(key))
        pk = str(next(self._demande_ids))
        self.line("contacts_demande", self._demande(life, pk, key))
        self._add_contacts(life, pk)
        self._add_replies(life, pk)
        self._add_journal(life, pk)
        return pk

    def line(self, table: str, values: Iterable[str]) -> None:
        self.lines[table].append("\t".join(values))

    def _demande(self, life: Life, pk: str, key: str) -> tuple[str, ...]:
        days, stamp = self.clock.days, self.clock.stamp
        day = life.received_day
        first = next((one.at for one in life.replies if one.kind in STOPPING), None)
        merits = next((one.at for one in life.replies if one.kind == MERITS), None)
        announced, limit = life.announced_day(), self._limit(life)
        return (
            pk,
            key,
            self.organisation,
            life.reference,
            str(life.round),
            str(life.place.pk),
            life.channel,
            life.nature,
            str(life.motif),
            or_null(life.usager),
            life.text.subject,
            NULL if life.letter is None else days[life.letter],
            stamp(life.received),
            days[day],
            stamp(life.registered),
            *self._moment(first),
            *self._moment(merits),
            NULL if announced is None else days[announced],
            *self._moment(life.closed),
            life.reason,
            or_null(limit),
            NULL if limit is None else days[life.place.days.nth(day, limit)],
            or_null(life.agent),
        )

    def _moment(self, at: int | None) -> tuple[str, str]:
        return (NULL, NULL) if at is None else (self.clock.stamp(at), self.clock.days[at // DAY])

    def _limit(self, life: Life) -> int | None:
        day = life.received_day
        for first, last, limit in self.limits.get((life.place.pk, life.channel, life.nature), ()):
            if first <= day <= last:
                return limit
        return None

    def _add_contacts(self, life: Life, pk: str) -> None:
        received = [(life.received, life.channel, life.text.note, life.agent)]
        received += [(at, life.channel, text, life.agent) for at, text in life.items_received]
        received += [(at, PHONE, text, life.agent) for at, text in life.messages]
        for at, channel, text, agent in received:
            self.line(
                "contacts_contact",
                (
                    self.organisation,
                    pk,
                    channel,
                    INBOUND,
                    self.clock.stamp(at),
                    text,
                    or_null(agent),
                ),
            )

    def _add_replies(self, life: Life, pk: str) -> None:
        for given in life.replies:
            at = self.clock.stamp(given.at)
            self.line(
                "contacts_reply",
                (
                    self.key(),
                    self.organisation,
                    pk,
                    given.kind,
                    life.channel,
                    at,
                    self.clock.days[given.at // DAY],
                    NULL if given.announced is None else self.clock.days[given.announced],
                    "t" if given.items else "f",
                    given.forwarded,
                    given.text,
                    or_null(given.by),
                    at,
                ),
            )

    def _add_journal(self, life: Life, pk: str) -> None:
        """The entries that the actions would have left, in the order of their instants."""
        verb = REOPENED if life.is_reopening else LOGGED
        entries = [(life.registered, verb, life.agent, "{}")]
        if life.origin:
            entries.append(self._transfer(life, pk, life.origin))
        entries += [(at, MESSAGE, life.agent, "{}") for at, _text in life.messages]
        for at, _text in life.items_received:
            announced = next(one.announced for one in life.replies if one.at == at)
            day = "" if announced is None else self.clock.days[announced]
            details = json.dumps({"announced_on": day})
            entries.append((at, ITEMS_RECEIVED, life.agent, details))
        entries += [(one.at, REPLIED, one.by, REPLIED_AS[one.kind]) for one in life.replies]
        if life.closed is not None:
            by = life.replies[-1].by if life.replies else life.agent
            entries.append((life.closed, CLOSED, by, CLOSED_AS[life.reason]))
        for at, verb, agent, details in entries:
            self.line(
                "contacts_journalentry",
                (self.organisation, pk, verb, self.clock.stamp(at), or_null(agent), details),
            )

    def _transfer(self, life: Life, pk: str, origin: Place) -> tuple[int, str, int | None, str]:
        self.line(
            "contacts_transfer",
            (
                self.organisation,
                pk,
                str(origin.pk),
                str(life.place.pk),
                life.transfer_reason,
                self.clock.stamp(life.transferred),
                or_null(life.agent),
            ),
        )
        details = json.dumps({"to": life.place.name}, ensure_ascii=False)
        return life.transferred, TRANSFERRED, life.agent, details


def or_null(value: int | None) -> str:
    return NULL if value is None else str(value)
