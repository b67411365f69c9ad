"""The date rules of a demande (counting rules 1 to 8), through the actions."""

import uuid
from datetime import date, timedelta

import pytest

from contacts import errors
from contacts.actions import (
    Intake,
    Person,
    close,
    log_contact,
    receive_items,
    record_message,
    reply,
    transfer,
)
from contacts.delays import counted_weeks, delays_of
from contacts.enums import Channel, CloseReason, Measure, Nature, ReplyKind, Verb
from contacts.models import Contact, Demande, JournalEntry, Reply, Usager
from directory.models import Agent, Organisation, Service
from tests.factories import NOW, TODAY, at, make_demande, make_organisation, national_targets

MONDAY = date(2026, 6, 1)


def log(service: Service, agent: Agent, **kwargs: object) -> Demande:
    intake = Intake(
        **{"service": service, "channel": Channel.MAIL, "received_on": MONDAY, **kwargs}  # type: ignore[arg-type]
    )
    return log_contact(intake, organisation=service.organisation, by=agent, now=NOW)


def test_logging_writes_the_demande_its_contact_and_the_journal(
    service: Service, agent: Agent
) -> None:
    demande = log(service, agent, text="Demande d’acte de naissance", letter_on=date(2026, 5, 28))
    assert demande.received_on == MONDAY
    assert demande.letter_on == date(2026, 5, 28)
    assert demande.registered_at == NOW
    assert demande.contacts.get().text == "Demande d’acte de naissance"
    assert demande.journal.get().verb == Verb.LOGGED
    assert demande.usager is None


def test_the_deadline_is_the_nth_working_day_after_receipt(service: Service, agent: Agent) -> None:
    national_targets(service.organisation)
    demande = log(service, agent, received_on=date(2026, 4, 30))
    assert demande.first_reply_limit == 15
    assert demande.first_reply_due_on == date(2026, 5, 27)


def test_the_same_form_sent_twice_is_registered_once(service: Service, agent: Agent) -> None:
    key = uuid.uuid4()
    first = log(service, agent, key=key)
    second = log(service, agent, key=key)
    assert first.pk == second.pk
    assert Demande.objects.count() == Contact.objects.count() == 1


def test_a_key_of_another_organisation_is_refused(service: Service, agent: Agent) -> None:
    foreign = make_demande(_service_of(make_organisation()))
    with pytest.raises(errors.KeyTaken):
        log(service, agent, key=foreign.public_id)


def _service_of(organisation: Organisation) -> Service:
    from tests.factories import make_service

    return make_service(organisation)


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"received_on": TODAY + timedelta(days=1)}, errors.ReceivedInFuture),
        ({"received_on": date(1999, 12, 31)}, errors.ReceivedTooLongAgo),
        ({"letter_on": MONDAY + timedelta(days=1)}, errors.LetterAfterReceipt),
    ],
)
def test_impossible_dates_are_refused_and_write_nothing(
    service: Service, agent: Agent, given: dict[str, object], refusal: type[errors.Refusal]
) -> None:
    with pytest.raises(refusal):
        log(service, agent, person=Person(full_name="Dominique"), **given)
    assert not Demande.objects.exists()
    assert not Usager.objects.exists()


def test_an_answer_at_once_is_a_reply_on_the_merits_of_delay_zero(
    service: Service, agent: Agent
) -> None:
    demande = log(service, agent, channel=Channel.GUICHET, received_on=TODAY, answered=True)
    demande.refresh_from_db()
    assert demande.merits_on == demande.closed_on == TODAY
    assert [delay.days for delay in delays_of(demande, today=TODAY)] == [0, 0]


def test_a_known_person_is_found_again_by_e_mail_or_telephone(
    service: Service, agent: Agent
) -> None:
    first = log(service, agent, person=Person("Dominique Roy", "d.roy@usager.example", ""))
    same = log(service, agent, person=Person("", "D.Roy@usager.example", "+33199000001"))
    other = log(service, agent, person=Person("Dominique Roy", "", "+33199000002"))
    assert first.usager_id == same.usager_id != other.usager_id


def test_an_acknowledgement_stops_no_clock(service: Service, agent: Agent) -> None:
    demande = log(service, agent)
    reply(demande, kind=ReplyKind.ACKNOWLEDGEMENT, by=agent, at=at(date(2026, 6, 2)), now=NOW)
    demande.refresh_from_db()
    assert demande.first_reply_on is None
    assert demande.is_open


def test_a_holding_reply_stops_the_first_clock_only(service: Service, agent: Agent) -> None:
    demande = log(service, agent)
    reply(
        demande,
        kind=ReplyKind.HOLDING,
        by=agent,
        at=at(date(2026, 6, 4)),
        now=NOW,
        announced_on=date(2026, 6, 30),
    )
    demande.refresh_from_db()
    assert (demande.first_reply_on, demande.merits_on) == (date(2026, 6, 4), None)
    assert demande.due_on == date(2026, 6, 30)
    first, merits, announced = delays_of(demande, today=TODAY)
    assert (first.days, first.stopped_on) == (3, date(2026, 6, 4))
    assert (merits.days, merits.stopped_on) == (15, None)
    assert (announced.measure, announced.left) == (Measure.ANNOUNCED, 6)


def test_a_reply_on_the_merits_stops_both_and_closes(service: Service, agent: Agent) -> None:
    demande = log(service, agent)
    reply(demande, kind=ReplyKind.MERITS, by=agent, at=at(date(2026, 6, 8)), now=NOW)
    demande.refresh_from_db()
    assert demande.first_reply_on == demande.merits_on == demande.closed_on == date(2026, 6, 8)
    assert demande.due_on is None


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"at": at(date(2026, 5, 29))}, errors.ReplyBeforeReceipt),
        ({"at": NOW + timedelta(minutes=1)}, errors.ReplyInFuture),
        ({"kind": ReplyKind.HOLDING}, errors.AnnouncedDateMissing),
        (
            {"kind": ReplyKind.HOLDING, "announced_on": date(2026, 6, 3)},
            errors.AnnouncedDatePassed,
        ),
        (
            {"kind": ReplyKind.HOLDING, "announced_on": date(2099, 1, 1)},
            errors.AnnouncedDateTooFar,
        ),
    ],
)
def test_an_impossible_reply_is_refused_and_writes_nothing(
    service: Service, agent: Agent, given: dict[str, object], refusal: type[errors.Refusal]
) -> None:
    demande = log(service, agent)
    values = {"kind": ReplyKind.MERITS, "at": at(date(2026, 6, 4)), "by": agent, "now": NOW}
    with pytest.raises(refusal):
        reply(demande, **{**values, **given})  # type: ignore[arg-type]
    assert not Reply.objects.exists()
    assert demande.journal.count() == 1


def test_a_closed_demande_takes_no_reply(service: Service, agent: Agent) -> None:
    demande = make_demande(service, replied=date(2026, 6, 3))
    with pytest.raises(errors.DemandeIsClosed):
        reply(demande, kind=ReplyKind.MERITS, by=agent, at=at(date(2026, 6, 4)), now=NOW)


def test_the_second_of_two_closings_is_refused(service: Service, agent: Agent) -> None:
    demande = log(service, agent)
    close(demande, by=agent, at=NOW, now=NOW, reason=CloseReason.WITHDRAWN)
    with pytest.raises(errors.DemandeIsClosed):
        close(demande, by=agent, at=NOW, now=NOW, reason=CloseReason.DUPLICATE)
    assert demande.journal.filter(verb=Verb.CLOSED).count() == 1


def test_items_received_open_a_new_announced_date_and_stop_nothing(
    service: Service, agent: Agent
) -> None:
    demande = make_demande(service, held=date(2026, 6, 3), announced=date(2026, 6, 12))
    Reply.objects.update(requests_items=True)
    receive_items(
        demande,
        by=agent,
        at=at(date(2026, 6, 10)),
        now=NOW,
        announced_on=date(2026, 6, 30),
    )
    demande.refresh_from_db()
    assert demande.announced_on == date(2026, 6, 30)
    assert demande.merits_on is None


def test_an_announced_date_that_passed_stays_broken(service: Service, agent: Agent) -> None:
    demande = make_demande(service, held=date(2026, 6, 3), announced=date(2026, 6, 9))
    Reply.objects.update(requests_items=True)
    receive_items(
        demande, by=agent, at=at(date(2026, 6, 10)), now=NOW, announced_on=date(2026, 6, 30)
    )
    demande.refresh_from_db()
    assert demande.announced_on == date(2026, 6, 9)


def test_a_transfer_restarts_nothing_and_takes_the_new_services_target(
    service: Service, other_service: Service, agent: Agent
) -> None:
    national_targets(service.organisation)
    from contacts.target_actions import set_target

    set_target(
        service.organisation,
        limit=5,
        valid_from=date(2000, 1, 1),
        service=other_service,
        channel=Channel.MAIL,
    )
    demande = log(service, agent)
    transfer(demande, to_service=other_service, reason="Permis de construire", by=agent, at=NOW)
    demande.refresh_from_db()
    assert demande.service == other_service
    assert demande.received_on == MONDAY
    assert demande.first_reply_due_on == date(2026, 6, 8)
    assert demande.transfers.get().from_service == service
    with pytest.raises(errors.SameService):
        transfer(demande, to_service=other_service, reason="encore", by=agent, at=NOW)


def message(demande: Demande, agent: Agent, *, asks: bool) -> Demande:
    return record_message(
        demande,
        by=agent,
        at=at(date(2026, 6, 15)),
        now=NOW,
        channel=Channel.EMAIL,
        text="Merci",
        asks_something=asks,
    )


def test_thanks_do_not_reopen_a_closed_demande(service: Service, agent: Agent) -> None:
    demande = make_demande(service, replied=date(2026, 6, 3))
    assert message(demande, agent, asks=False) == demande
    assert not Demande.objects.open().exists()


def test_a_message_that_asks_opens_a_second_clock(service: Service, agent: Agent) -> None:
    national_targets(service.organisation)
    demande = make_demande(service, replied=date(2026, 6, 3))
    second = message(demande, agent, asks=True)
    assert (second.reference, second.round) == (demande.reference, 2)
    assert second.received_on == date(2026, 6, 15)
    assert second.first_reply_due_on == date(2026, 6, 22)
    demande.refresh_from_db()
    assert demande.closed_on == date(2026, 6, 3)
    with pytest.raises(errors.LaterRoundExists):
        message(demande, agent, asks=True)


def test_a_message_on_an_open_demande_joins_it(service: Service, agent: Agent) -> None:
    demande = make_demande(service)
    assert message(demande, agent, asks=True) == demande
    assert demande.contacts.get().channel == Channel.EMAIL


def test_the_day_by_day_count_equals_the_subtraction(service: Service, agent: Agent) -> None:
    demande = make_demande(service, date(2026, 4, 30), replied=date(2026, 5, 27))
    numbers = [
        day.number for week in counted_weeks(demande, today=TODAY) for day in week.days if day
    ]
    counted = [number for number in numbers if number]
    merits = delays_of(demande, today=TODAY)[1]
    assert counted == list(range(1, 16))
    assert merits.days == 15


def test_every_act_leaves_one_line_in_the_journal(service: Service, agent: Agent) -> None:
    demande = log(service, agent, nature=Nature.RECLAMATION)
    reply(
        demande,
        kind=ReplyKind.HOLDING,
        by=agent,
        at=at(date(2026, 6, 2)),
        now=NOW,
        announced_on=date(2026, 6, 30),
    )
    reply(demande, kind=ReplyKind.MERITS, by=agent, at=at(date(2026, 6, 3)), now=NOW)
    verbs = list(JournalEntry.objects.order_by("pk").values_list("verb", flat=True))
    assert verbs == [Verb.LOGGED, Verb.REPLIED, Verb.REPLIED, Verb.CLOSED]
