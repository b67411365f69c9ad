"""The database refuses what the domain refuses, and keeps the derived columns right by itself."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from contacts.enums import Channel, Nature, ReplyKind
from contacts.models import DelayTarget, Demande, Reply
from contacts.target_actions import set_target
from contacts.targets import END, limit_for, segments
from directory import actions
from directory.models import Organisation, Service
from tests.factories import TODAY, add_reply, at, make_demande, make_service, national_targets

MONDAY = date(2026, 6, 1)


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"channel": "fax"}, "demande_channel"),
        ({"nature": "autre"}, "demande_nature"),
        ({"received_on": date(1999, 12, 31)}, "demande_received_since_2000"),
        ({"received_at": at(date(2027, 1, 1))}, "demande_not_received_in_future"),
        ({"letter_on": date(2026, 6, 2)}, "demande_letter_before_receipt"),
        ({"first_reply_on": date(2026, 6, 2)}, "demande_reply_after_receipt"),
        (
            {"first_reply_at": at(date(2026, 5, 29)), "first_reply_on": date(2026, 6, 2)},
            "demande_reply_after_receipt",
        ),
        (
            {"first_reply_at": at(date(2026, 6, 2)), "first_reply_on": date(2026, 5, 29)},
            "demande_reply_day_after_receipt",
        ),
        (
            {"merits_at": at(date(2026, 6, 2)), "merits_on": date(2026, 6, 2)},
            "demande_merits_is_a_reply",
        ),
        ({"closed_on": date(2026, 6, 3)}, "demande_closed_after_receipt"),
        (
            {"closed_on": date(2026, 5, 29), "closed_at": at(date(2026, 5, 29))},
            "demande_closed_after_receipt",
        ),
    ],
)
def test_a_wrong_demande_is_refused_whatever_writes_it(
    service: Service, values: dict[str, object], constraint: str
) -> None:
    demande = make_demande(service)
    with pytest.raises(IntegrityError, match=constraint):
        Demande.objects.filter(pk=demande.pk).update(**values)


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"kind": "sms"}, "reply_kind"),
        ({"recorded_at": at(date(2026, 6, 1))}, "reply_not_in_future"),
        ({"kind": ReplyKind.HOLDING}, "reply_holding_announces_a_date"),
        ({"announced_on": date(2026, 6, 30)}, "reply_merits_announces_nothing"),
        (
            {"kind": ReplyKind.HOLDING, "announced_on": date(2026, 6, 2)},
            "reply_announced_date_ahead",
        ),
    ],
)
def test_a_wrong_reply_is_refused_whatever_writes_it(
    service: Service, values: dict[str, object], constraint: str
) -> None:
    reply = add_reply(make_demande(service), ReplyKind.MERITS, date(2026, 6, 3))
    with pytest.raises(IntegrityError, match=constraint):
        Reply.objects.filter(pk=reply.pk).update(**values)


def test_a_reply_before_receipt_written_by_plain_sql_is_refused(service: Service) -> None:
    demande = make_demande(service)
    with pytest.raises(IntegrityError, match="demande_reply_after_receipt"), transaction.atomic():
        add_reply(demande, ReplyKind.MERITS, date(2026, 5, 28))
    assert not Reply.objects.exists()


def test_the_columns_follow_replies_written_changed_and_deleted(service: Service) -> None:
    demande = make_demande(service)
    holding = add_reply(demande, ReplyKind.HOLDING, date(2026, 6, 4), announced_on=date(2026, 6, 9))
    merits = add_reply(demande, ReplyKind.MERITS, date(2026, 6, 8))

    def dates() -> tuple[date | None, ...]:
        demande.refresh_from_db()
        return demande.first_reply_on, demande.merits_on, demande.announced_on

    assert dates() == (date(2026, 6, 4), date(2026, 6, 8), date(2026, 6, 9))
    Reply.objects.filter(pk=merits.pk).update(on_day=date(2026, 6, 10), at=at(date(2026, 6, 10)))
    assert dates() == (date(2026, 6, 4), date(2026, 6, 10), date(2026, 6, 9))
    holding.delete()
    assert dates() == (date(2026, 6, 10), date(2026, 6, 10), None)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM contacts_reply")
    assert dates() == (None, None, None)


def test_touching_replies_that_change_nothing_writes_no_demande(service: Service) -> None:
    demande = make_demande(service, replied=date(2026, 6, 3))
    before = _version(demande)
    Reply.objects.update(text="relue")
    assert _version(demande) == before


def _version(demande: Demande) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT xmin::text FROM contacts_demande WHERE id = %s", [demande.pk])
        found: str = cursor.fetchone()[0]
        return found


def test_deadlines_of_open_demandes_follow_a_closing(service: Service) -> None:
    national_targets(service.organisation)
    demande = make_demande(service, first_reply_limit=5, first_reply_due_on=date(2026, 6, 8))
    actions.close_days(
        service.calendar,
        first=date(2026, 6, 4),
        last=date(2026, 6, 5),
        label="Pont",
        today=TODAY,
    )
    demande.refresh_from_db()
    assert demande.first_reply_due_on == date(2026, 6, 10)


def test_deadlines_follow_a_service_that_changes_calendar(
    service: Service, organisation: Organisation
) -> None:
    demande = make_demande(service, first_reply_limit=5, first_reply_due_on=date(2026, 6, 8))
    saturday = actions.open_calendar(
        organisation,
        name="Avec le samedi",
        territory="metropole",
        today=TODAY,
        weekday_mask=0b0111111,
    )
    service.calendar = saturday
    service.save()
    demande.refresh_from_db()
    assert demande.first_reply_due_on == date(2026, 6, 6)


class TestTargets:
    def limit(
        self,
        service: Service,
        on: date = MONDAY,
        channel: Channel = Channel.EMAIL,
        nature: Nature = Nature.INFORMATION,
    ) -> int | None:
        return limit_for(
            service.organisation, service=service, on=on, channel=channel, nature=nature
        )

    def test_the_most_specific_wins(self, service: Service, other_service: Service) -> None:
        organisation = service.organisation
        national_targets(organisation)
        assert self.limit(service) == 5
        # One dimension each: the nature wins over the channel.
        assert self.limit(service, nature=Nature.RECLAMATION) == 15
        set_target(organisation, limit=3, valid_from=date(2000, 1, 1), service=service)
        assert self.limit(service, nature=Nature.RECLAMATION) == 3
        assert self.limit(other_service, nature=Nature.RECLAMATION) == 15
        assert self.limit(service, channel=Channel.GUICHET) == 3
        assert self.limit(other_service, channel=Channel.GUICHET) is None

    def test_a_new_version_leaves_the_past_alone(self, service: Service) -> None:
        national_targets(service.organisation)
        set_target(
            service.organisation, limit=3, valid_from=date(2026, 6, 10), channel=Channel.EMAIL
        )
        assert self.limit(service, on=date(2026, 6, 9)) == 5
        assert self.limit(service, on=date(2026, 6, 10)) == 3

    def test_open_demandes_follow_a_new_target_at_once(self, service: Service) -> None:
        old = make_demande(service, MONDAY)
        closed = make_demande(service, MONDAY, replied=date(2026, 6, 3))
        set_target(service.organisation, limit=4, valid_from=MONDAY, channel=Channel.EMAIL)
        old.refresh_from_db()
        closed.refresh_from_db()
        assert old.first_reply_due_on == date(2026, 6, 5)
        assert closed.first_reply_due_on is None

    def test_two_targets_never_overlap(self, service: Service) -> None:
        national_targets(service.organisation)
        overlapping = DelayTarget(
            organisation=service.organisation,
            channel=Channel.EMAIL,
            limit=2,
            valid_from=date(1999, 1, 1),
        )
        with pytest.raises(ValidationError, match="déjà en vigueur"):
            overlapping.full_clean()
        with pytest.raises(IntegrityError, match="target_no_overlap"):
            overlapping.save()

    def test_segments_say_the_same_as_one_by_one(self, service: Service) -> None:
        organisation = service.organisation
        national_targets(organisation)
        make_service(organisation, service.calendar)
        set_target(organisation, limit=3, valid_from=date(2026, 6, 10), channel=Channel.EMAIL)
        set_target(organisation, limit=8, valid_from=date(2026, 6, 5), service=service)
        flat = segments(organisation.pk, "first_reply")
        assert flat
        for segment in flat:
            assert segment.first <= segment.last
            own = Service.objects.get(pk=segment.service_id)
            for day in {segment.first, min(segment.last, segment.first + timedelta(days=3))}:
                found = limit_for(
                    organisation,
                    service=own,
                    channel=segment.channel,
                    nature=segment.nature,
                    on=day,
                )
                assert found == segment.limit
        assert max(segment.last for segment in flat) == END
