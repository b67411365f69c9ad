"""Every route × who knocks → status (promise P8). A route that is not in the table fails.

Each line reads: GET then POST (empty), for nobody logged in, an agent, a responsable, a quality
manager, an administrateur, and the administrateur of another organisation. Not visible is 404,
visible but forbidden is 403, an empty form that was refused 422.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from contacts import actions as contacts
from contacts.actions.merging_usagers import merge
from contacts.actions.usagers import Identity
from contacts.enums import ReplyKind
from contacts.models import Usager
from contacts.target_actions import set_target
from directory.actions import close_days, open_day, set_logo
from directory.enums import Role
from directory.logos import Picture
from directory.models import Agent, Organisation, Service
from directory.preferences import SIGNER
from letters.actions.importing import keep_file
from surveys import actions as surveys
from tests import factories
from tests.contacts.files import add_attachment
from tests.contacts.situations import make_category
from tests.knowledge.situations import make_module, make_sheet, offered_to
from tests.letters.situations import make_letter
from tests.outbox.situations import make_message
from tests.surveys.situations import ready_to_open
from tests.telephony.situations import telephone_arguments
from tests.waiting.situations import make_room, make_ticket

WHO = ("nobody", "agent", "responsable", "qualite", "administrateur", "foreigner")

TABLE = """
# GET: nobody agent responsable qualite administrateur foreigner · POST: the same
# --- the account
account_login                         200 302 302 302 302 302   200 302 302 302 302 302
account_logout                        302 200 200 200 200 200   302 302 302 302 302 302
account_inactive                      200 200 200 200 200 200   405 405 405 405 405 405
account_signup                        200 302 302 302 302 302   200 302 302 302 302 302
account_reauthenticate                302 403 403 403 403 403   302 403 403 403 403 403
account_change_password               302 302 302 302 302 302   302 302 302 302 302 302
account_reset_password                200 200 200 200 200 200   200 200 200 200 200 200
account_reset_password_done           200 200 200 200 200 200   405 405 405 405 405 405
account_reset_password_from_key       200 200 200 200 200 200   200 200 200 200 200 200
account_reset_password_from_key_done  200 200 200 200 200 200   405 405 405 405 405 405
account_set_password                  302 200 200 200 200 200   302 200 200 200 200 200
# --- open to everyone
health                                200 200 200 200 200 200   405 405 405 405 405 405
accessibility                         200 200 200 200 200 200   405 405 405 405 405 405
legal                                 200 200 200 200 200 200   405 405 405 405 405 405
counting_rules                        200 200 200 200 200 200   405 405 405 405 405 405
organisation_logo                     200 200 200 200 200 200   405 405 405 405 405 405
organisation_theme                    200 200 200 200 200 200   405 405 405 405 405 405
ui_gallery                            404 404 404 404 404 404   405 405 405 405 405 405
survey_answer                         200 200 200 200 200 200   422 422 422 422 422 422
survey_qr_answer                      200 200 200 200 200 200   422 422 422 422 422 422
survey_qr_thanks                      200 200 200 200 200 200   200 200 200 200 200 200
# --- the annuaire
organisation                          302 403 403 403 200 200   302 403 403 403 422 422
services                              302 403 403 403 200 200   302 405 405 405 405 405
service_new                           302 403 403 403 200 200   302 403 403 403 422 422
service_edit                          302 403 403 403 200 404   302 403 403 403 422 404
service_merge                         302 403 403 403 200 404   302 403 403 403 422 404
agents                                302 403 403 403 200 200   302 405 405 405 405 405
agent_new                             302 403 403 403 200 200   302 403 403 403 422 422
agent_edit                            302 403 403 403 200 404   302 403 403 403 422 404
agent_deactivate                      302 405 405 405 405 405   302 403 403 403 302 404
agent_reactivate                      302 405 405 405 405 405   302 403 403 403 302 404
agent_invite                          302 405 405 405 405 405   302 403 403 403 302 404
calendars                             302 403 403 403 200 200   302 405 405 405 405 405
calendar_new                          302 403 403 403 200 200   302 403 403 403 422 422
calendar                              302 403 403 403 200 404   302 405 405 405 405 405
calendar_edit                         302 403 403 403 200 404   302 403 403 403 422 404
calendar_hours                        302 403 403 403 200 404   302 403 403 403 422 404
closing_new                           302 403 403 403 200 404   302 403 403 403 422 404
opening_new                           302 403 403 403 200 404   302 403 403 403 422 404
closing_remove                        302 405 405 405 405 405   302 403 403 403 302 404
opening_remove                        302 405 405 405 405 405   302 403 403 403 302 404
annuaire_journal                      302 403 403 403 200 200   302 405 405 405 405 405
motifs                                302 403 403 403 200 200   302 405 405 405 405 405
motif_new                             302 403 403 403 200 200   302 403 403 403 422 422
motif_edit                            302 403 403 403 200 404   302 403 403 403 422 404
# --- the reception desk
home                                  302 302 302 302 302 302   302 405 405 405 405 405
log_contact                           302 200 200 403 200 200   302 422 422 403 422 422
log_known                             302 200 200 403 200 200   302 405 405 405 405 405
to_handle                             302 200 200 200 200 200   302 405 405 405 405 405
closed_demandes                       302 200 200 200 200 200   302 405 405 405 405 405
demande                               302 200 200 200 200 404   302 405 405 405 405 405
demande_reply                         302 200 200 403 200 404   302 422 422 403 422 404
demande_transfer                      302 200 200 403 200 404   302 422 422 403 422 404
demande_close                         302 200 200 403 200 404   302 422 422 403 422 404
demande_message                       302 200 200 403 200 404   302 422 422 403 422 404
demande_items                         302 200 200 403 200 404   302 422 422 403 422 404
demande_assign                        302 200 200 403 200 404   302 422 422 403 422 404
demande_take                          302 405 405 405 405 405   302 302 302 403 302 404
demande_release                       302 405 405 405 405 405   302 302 302 403 302 404
demande_note                          302 200 200 403 200 404   302 422 422 403 422 404
demande_unite                         302 200 200 403 200 404   302 422 422 403 422 404
demande_separate                      302 405 405 405 405 405   302 302 302 403 302 404
attachment_new                        302 200 200 403 200 404   302 422 422 403 422 404
demande_attachments                   302 200 200 200 200 404   302 405 405 405 405 405
attachment                            302 200 200 200 200 404   302 405 405 405 405 405
attachment_remove                     302 405 405 405 405 405   302 302 302 403 302 404
mentions                              302 200 200 200 200 200   302 405 405 405 405 405
mention_seen                          302 405 405 405 405 405   302 302 404 404 404 404
targets                               302 403 200 200 200 200   302 405 405 405 405 405
target_take_back                      302 405 405 405 405 405   302 403 403 302 302 404
target_new                            302 403 403 200 200 200   302 403 403 422 422 422
# --- usagers
usagers                               302 200 200 403 200 200   302 405 405 405 405 405
usager_search                         302 200 200 403 200 200   302 405 405 405 405 405
usager_duplicates                     302 200 200 403 200 200   302 405 405 405 405 405
usager                                302 200 200 403 200 404   302 405 405 405 405 405
usager_edit                           302 200 200 403 200 404   302 422 422 403 422 404
usager_consent                        302 200 200 403 200 404   302 422 422 403 422 404
usager_merge                          302 200 200 403 200 404   302 422 422 403 422 404
usager_merge_undo                     302 405 405 405 405 405   302 302 302 403 302 404
usager_not_same                       302 405 405 405 405 405   302 302 302 403 302 404
usager_surveys                        302 403 200 403 200 404   302 405 405 405 405 405
# --- answer sheets and text modules
sheets                                302 200 200 200 200 200   302 405 405 405 405 405
sheets_to_review                      302 200 200 200 200 200   302 405 405 405 405 405
sheets_proposed                       302 200 200 200 200 200   302 405 405 405 405 405
sheet_search                          302 200 200 200 200 200   302 405 405 405 405 405
sheet_new                             302 200 200 200 200 200   302 422 422 422 422 422
sheet                                 302 200 200 200 200 404   302 405 405 405 405 405
sheet_edit                            302 403 200 200 200 404   302 403 422 422 422 404
sheet_publish                         302 405 405 405 405 405   302 403 302 302 302 404
sheet_confirm                         302 405 405 405 405 405   302 403 422 422 422 404
sheet_archive                         302 405 405 405 405 405   302 403 302 302 302 404
demande_wordings                      302 200 200 403 200 404   302 405 405 405 405 405
text_modules                          302 403 200 403 200 200   302 405 405 405 405 405
text_module_new                       302 403 200 403 200 200   302 403 422 403 422 422
text_module_edit                      302 403 200 403 200 404   302 403 422 403 422 404
annuaire                              302 200 200 200 200 200   302 405 405 405 405 405
annuaire_search                       302 200 200 200 200 200   302 405 405 405 405 405
annuaire_shares                       302 403 403 403 200 200   302 403 403 403 422 422
annuaire_share_accept                 302 405 405 405 405 405   302 403 403 403 302 404
annuaire_share_withdraw               302 405 405 405 405 405   302 403 403 403 302 404
# --- letters
letters                               302 200 200 200 200 200   302 405 405 405 405 405
letters_labels                        302 200 200 200 200 200   302 405 405 405 405 405
letter_acknowledgement                302 200 200 200 200 404   302 302 302 403 302 404
letters_csv                           302 200 200 200 200 200   302 405 405 405 405 405
letters_xlsx                          302 200 200 200 200 200   302 405 405 405 405 405
letters_import                        302 403 403 403 200 200   302 403 403 403 422 422
letters_import_file                   302 403 403 403 200 404   302 403 403 403 422 404
letters_import_confirm                302 405 405 405 405 405   302 403 403 403 302 404
letters_kinds                         302 403 403 403 200 200   302 403 403 403 422 422
letters_batch                         302 200 200 403 200 200   302 422 422 403 422 422
# --- telephone
calls                                 302 200 200 200 200 200   302 405 405 405 405 405
call_new                              302 200 200 403 200 200   302 422 422 403 422 422
call_figures                          302 403 200 200 200 200   302 405 405 405 405 405
call                                  302 200 200 200 200 404   302 422 422 403 422 404
call_lines                            302 403 403 403 200 200   302 405 405 405 405 405
call_line_new                         302 403 403 403 200 200   302 403 403 403 422 422
call_line_edit                        302 403 403 403 200 404   302 403 403 403 422 404
call_settings                         302 403 403 403 200 200   302 403 403 403 422 422
call_secret                           302 405 405 405 405 405   302 403 403 403 200 200
incoming_webhook                      405 405 405 405 405 405   403 403 403 403 403 403
incoming_now                          302 200 200 403 200 200   302 405 405 405 405 405
incoming_follow                       302 405 405 405 405 405   302 302 302 403 302 302
mystery_campaigns                     302 403 200 200 200 200   302 405 405 405 405 405
mystery_campaign_new                  302 403 403 200 200 200   302 403 403 422 422 422
mystery_campaign                      302 403 200 200 200 404   302 405 405 405 405 405
mystery_campaign_edit                 302 403 403 200 200 404   302 403 403 422 422 404
mystery_call_new                      302 403 403 200 200 404   302 403 403 422 422 404
mystery_call_remove                   302 405 405 405 405 405   302 403 403 302 302 404
call_records                          302 403 403 200 200 200   302 405 405 405 405 405
call_record_new                       302 403 403 200 200 200   302 403 403 422 422 422
call_record                           302 403 403 200 200 404   302 405 405 405 405 405
call_record_confirm                   302 405 405 405 405 405   302 403 403 302 302 404
call_record_drop                      302 405 405 405 405 405   302 403 403 302 302 404
# --- the queue of the guichet
queue_tablet                          200 200 200 200 200 200   422 422 422 422 422 422
queue_tablet_ticket                   200 200 200 200 200 200   405 405 405 405 405 405
queue_screen                          200 200 200 200 200 200   405 405 405 405 405 405
queues                                302 302 302 403 302 200   302 405 405 405 405 405
queue                                 302 200 200 403 200 404   302 405 405 405 405 405
queue_give                            302 405 405 405 405 405   302 422 422 403 422 404
queue_call_next                       302 405 405 405 405 405   302 422 422 403 422 404
queue_ticket_call_again               302 405 405 405 405 405   302 302 302 403 302 404
queue_ticket_end                      302 405 405 405 405 405   302 302 302 403 302 404
queue_ticket_gone                     302 405 405 405 405 405   302 302 302 403 302 404
queue_ticket_put_back                 302 405 405 405 405 405   302 302 302 403 302 404
queue_rooms                           302 403 200 403 200 200   302 405 405 405 405 405
queue_room_new                        302 403 200 403 200 200   302 403 422 403 422 422
queue_room                            302 403 200 403 200 404   302 403 422 403 422 404
queue_link_renew                      302 405 405 405 405 405   302 403 302 403 302 404
queue_link_revoke                     302 405 405 405 405 405   302 403 302 403 302 404
queue_figures                         302 403 200 200 200 200   302 405 405 405 405 405
queue_tickets                         302 403 200 200 200 200   302 405 405 405 405 405
# --- réclamations, my day
my_day                                302 200 200 200 200 200   302 405 405 405 405 405
preferences                           302 200 200 200 200 200   302 302 302 302 302 302
digest_stop                           200 200 200 200 200 200   200 200 200 200 200 200
complaints                            302 200 200 200 200 200   302 405 405 405 405 405
complaint_categories                  302 403 403 200 200 200   302 405 405 405 405 405
complaint_category_new                302 403 403 200 200 200   302 403 403 422 422 422
complaint_category_edit               302 403 403 200 200 404   302 403 403 422 422 404
demande_qualify                       302 200 200 200 200 404   302 422 422 422 422 404
demande_requalify                     302 200 200 403 200 404   302 422 422 403 422 404
demande_acknowledge                   302 200 200 403 200 404   302 422 422 403 422 404
team                                  302 403 200 200 200 200   302 405 405 405 405 405
# --- what waits to leave
outbox                                302 403 403 403 200 200   302 405 405 405 405 405
outbox_retry_all                      302 405 405 405 405 405   302 403 403 403 302 302
outbox_retry                          302 405 405 405 405 405   302 403 403 403 302 404
outbox_abandon                        302 405 405 405 405 405   302 403 403 403 302 404
# --- surveys
survey_invite                         302 405 405 405 405 405   302 200 200 200 200 404
surveys                               302 403 200 200 200 200   302 405 405 405 405 405
survey_adopt                          302 403 403 200 200 200   302 403 403 200 200 200
survey                                302 403 200 200 200 404   302 405 405 405 405 405
survey_preview                        302 403 200 200 200 404   302 405 405 405 405 405
survey_notice                         302 403 403 200 200 404   302 403 403 200 200 404
survey_open                           302 405 405 405 405 405   302 403 403 302 302 404
survey_close                          302 405 405 405 405 405   302 403 403 302 302 404
survey_poster                         302 403 200 200 200 404   302 403 403 302 302 404
survey_results                        302 403 200 200 200 404   302 405 405 405 405 405
survey_results_file                   302 403 200 200 200 404   302 405 405 405 405 405
survey_comments                       302 403 200 200 200 404   302 405 405 405 405 405
survey_comments_file                  302 403 200 200 200 404   302 405 405 405 405 405
# --- figures
dashboard                             302 403 200 200 200 200   302 405 405 405 405 405
engagement                            302 403 200 200 200 200   302 405 405 405 405 405
indicator                             302 403 200 200 200 200   302 405 405 405 405 405
indicator_csv                         302 403 200 200 200 200   302 405 405 405 405 405
indicator_demandes                    302 403 200 200 200 200   302 405 405 405 405 405
repeats                               302 403 200 200 200 200   302 405 405 405 405 405
state                                 302 403 403 403 200 200   302 405 405 405 405 405
state_try_again                       302 405 405 405 405 405   302 403 403 403 302 302
api_indicators                        403 403 200 200 200 200   403 403 405 405 405 405
api_schema                            403 200 200 200 200 200   403 405 405 405 405 405
"""


@dataclass(frozen=True)
class Door:
    name: str
    get: dict[str, int]
    post: dict[str, int]


def doors() -> Iterator[Door]:
    for line in TABLE.splitlines():
        if line.strip() and not line.startswith("#"):
            name, *statuses = line.split()
            numbers = [int(status) for status in statuses]
            assert len(numbers) == 2 * len(WHO), name
            yield Door(
                name,
                dict(zip(WHO, numbers[: len(WHO)], strict=True)),
                dict(zip(WHO, numbers[len(WHO) :], strict=True)),
            )


def routes(resolver: URLResolver | None = None) -> Iterator[str]:
    for one in (resolver or get_resolver()).url_patterns:
        if isinstance(one, URLPattern):
            assert one.name, f"a route without a name: {one.pattern}"
            yield one.name
        else:
            yield from routes(one)


@dataclass(frozen=True)
class Town:
    """One of each object, all in the agent's service, and who knocks."""

    people: dict[str, Agent | None]
    arguments: dict[str, dict[str, object]]

    def address(self, name: str) -> str:
        return reverse(name, kwargs=self.arguments.get(name, {}))


@pytest.fixture
def town(
    organisation: Organisation,
    service: Service,
    agent: Agent,
    responsable: Agent,
    qualite: Agent,
    administrateur: Agent,
) -> Town:
    foreign = factories.make_organisation()
    return Town(
        people={
            "nobody": None,
            "agent": agent,
            "responsable": responsable,
            "qualite": qualite,
            "administrateur": administrateur,
            "foreigner": factories.make_agent(foreign, Role.ADMINISTRATEUR),
        },
        arguments=_arguments(organisation, service),
    )


def _arguments(organisation: Organisation, service: Service) -> dict[str, dict[str, object]]:
    demande = factories.make_demande(service)
    factories.add_reply(demande, ReplyKind.ACKNOWLEDGEMENT, factories.TODAY)
    answered = factories.make_demande(service, replied=factories.TODAY)
    survey = ready_to_open(organisation)
    now = timezone.now()  # a link lives for some weeks from the present
    surveys.open_survey(survey, at=now)
    survey.refresh_from_db()
    invited = surveys.invite(answered, survey=survey, by=None, at=now)
    qr = surveys.make_qr(survey, service=service, by=None, at=now)
    calendar, today = service.calendar, factories.TODAY
    closing = close_days(calendar, first=today, last=today, label="Pont", today=today)
    opening = open_day(calendar, day=date(2026, 6, 27), label="Samedi", today=today)
    someone = factories.make_agent(organisation, Role.AGENT, service)
    motif = factories.make_motif(organisation)

    usager, twin, gone = (Usager.objects.create(organisation=organisation) for _ in range(3))
    merged = merge(usager, gone, Identity("Zoé"), seen=(0, 0), by=someone, at=now)
    named = service.agents.filter(role=Role.AGENT).exclude(pk=someone.pk).get()
    note = contacts.add_note(demande, by=someone, at=now, text="À voir.", telling=named)

    attached = add_attachment(demande)

    target = set_target(organisation, limit=5, valid_from=date(2099, 1, 1))
    set_logo(organisation, Picture("image/png", b"\x89PNG\r\n\x1a\n"))
    room = make_room(service, tablet_code="tablet", screen_code="screen")
    ticket = make_ticket(room, timezone.now())

    def of(found: object) -> dict[str, object]:
        return {"public_id": found.public_id}  # type: ignore[attr-defined]

    aside = make_message(organisation, set_aside_at=factories.NOW)
    letter = make_letter(service, someone).demande
    register_file = keep_file("registre.csv", b"Objet;Service\na;b\n", by=someone, now=now)
    indicator = {"number": 10, "key": "first-reply-mail"}
    names: dict[str, dict[str, object]] = {
        "account_reset_password_from_key": {"uidb36": "1", "key": "set-password"},
        "organisation_theme": of(organisation),
        "target_take_back": of(target),
        "usager_merge_undo": of(merged),
        "usager_merge": {**of(usager), "other_id": twin.public_id},
        "usager_not_same": {**of(usager), "other_id": twin.public_id},
        "organisation_logo": of(organisation),
        "attachment": of(attached),
        "attachment_new": of(demande),
        "attachment_remove": of(attached),
        "mention_seen": of(note.mentions.get()),
        "survey_answer": {"token": invited.token},
        "survey_qr_answer": {"code": qr.code},
        "survey_qr_thanks": {"code": qr.code},
        "survey_invite": of(answered),
        "queue_tablet": {"code": "tablet"},
        "queue_tablet_ticket": {"code": "tablet", "ticket": ticket.public_id},
        "queue_screen": {"code": "screen"},
        "queue_link_renew": {**of(room), "link": "borne"},
        "queue_link_revoke": {**of(room), "link": "borne"},
        "survey_poster": {**of(survey), "service_id": service.public_id},
        "engagement": {"number": 10},
        "digest_stop": {"token": SIGNER.sign(str(someone.public_id))},
        "complaint_category_edit": of(make_category(organisation)),
        "outbox_retry": of(aside),
        "outbox_abandon": of(aside),
        **dict.fromkeys(("indicator", "indicator_csv", "indicator_demandes"), indicator),
        **telephone_arguments(service),
    }
    for prefix, found in (
        ("demande", demande),
        ("service_", service),
        ("agent_", someone),
        ("calendar", calendar),
        ("closing_", closing),
        ("opening_", opening),
        ("motif_", motif),
        ("sheet", make_sheet(organisation, service=service)),
        ("text_module_", make_module(organisation, service=service)),
        ("annuaire_share_", offered_to(organisation)),
        ("survey", survey),
        ("queue_ticket_", ticket),
        ("queue", room),
        ("usager", usager),
        ("letter_", letter),
        ("letters_import_", register_file),
    ):
        for name in routes():
            if name.startswith(prefix) and name not in names and _takes_an_object(name):
                names[name] = of(found)
    for name in ("closing_new", "opening_new"):
        names[name] = of(calendar)
    return names


def _takes_an_object(name: str) -> bool:
    return "public_id" in str(get_resolver().reverse_dict.getlist(name))


def test_every_route_is_in_the_table() -> None:
    listed = [door.name for door in doors()]
    assert sorted(listed) == sorted(set(routes()))


@pytest.mark.parametrize("door", list(doors()), ids=lambda door: door.name)
def test_doors(town: Town, door: Door, client_of: Callable[[Agent], Client]) -> None:
    address = town.address(door.name)
    assert _knock("get", address, town, client_of) == door.get
    assert _knock("post", address, town, client_of) == door.post


def _knock(
    method: str, address: str, town: Town, client_of: Callable[[Agent], Client]
) -> dict[str, int]:
    """The status each one gets, every visit undone before the next."""
    found = {}
    for who, person in town.people.items():
        before = transaction.savepoint()
        client = client_of(person) if person else Client()
        response = getattr(client, method)(address)
        found[who] = response.status_code
        if response.streaming:
            b"".join(response)
        transaction.savepoint_rollback(before)
    return found
