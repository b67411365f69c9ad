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

from contacts.enums import ReplyKind
from contacts.target_actions import set_target
from directory.actions import close_days, open_day, set_logo
from directory.enums import Role
from directory.logos import Picture
from directory.models import Agent, Organisation, Service
from letters.actions.importing import keep_file
from surveys import actions as surveys
from tests import factories
from tests.letters.situations import make_letter
from tests.surveys.situations import ready_to_open

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
to_handle                             302 200 200 200 200 200   302 405 405 405 405 405
closed_demandes                       302 200 200 200 200 200   302 405 405 405 405 405
demande                               302 200 200 200 200 404   302 405 405 405 405 405
demande_reply                         302 200 200 403 200 404   302 422 422 403 422 404
demande_transfer                      302 200 200 403 200 404   302 422 422 403 422 404
demande_close                         302 200 200 403 200 404   302 422 422 403 422 404
demande_message                       302 200 200 403 200 404   302 422 422 403 422 404
demande_items                         302 200 200 403 200 404   302 422 422 403 422 404
targets                               302 403 200 200 200 200   302 405 405 405 405 405
target_take_back                      302 405 405 405 405 405   302 403 403 302 302 404
target_new                            302 403 403 200 200 200   302 403 403 422 422 422
# --- usagers
# --- answer sheets and text modules
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
# --- the queue of the guichet
# --- réclamations, my day
# --- what waits to leave
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

    target = set_target(organisation, limit=5, valid_from=date(2099, 1, 1))
    set_logo(organisation, Picture("image/png", b"\x89PNG\r\n\x1a\n"))

    def of(found: object) -> dict[str, object]:
        return {"public_id": found.public_id}  # type: ignore[attr-defined]

    letter = make_letter(service, someone).demande
    register_file = keep_file("registre.csv", b"Objet;Service\na;b\n", by=someone, now=now)
    indicator = {"number": 10, "key": "first-reply-mail"}
    names: dict[str, dict[str, object]] = {
        "account_reset_password_from_key": {"uidb36": "1", "key": "set-password"},
        "organisation_theme": of(organisation),
        "target_take_back": of(target),
        "organisation_logo": of(organisation),
        "survey_answer": {"token": invited.token},
        "survey_qr_answer": {"code": qr.code},
        "survey_qr_thanks": {"code": qr.code},
        "survey_invite": of(answered),
        "survey_poster": {**of(survey), "service_id": service.public_id},
        "engagement": {"number": 10},
        **dict.fromkeys(("indicator", "indicator_csv", "indicator_demandes"), indicator),
    }
    for prefix, found in (
        ("demande", demande),
        ("service_", service),
        ("agent_", someone),
        ("calendar", calendar),
        ("closing_", closing),
        ("opening_", opening),
        ("motif_", motif),
        ("survey", survey),
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
        found[who] = getattr(client, method)(address).status_code
        transaction.savepoint_rollback(before)
    return found
