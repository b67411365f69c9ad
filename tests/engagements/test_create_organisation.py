"""The first steps of an installation: an organisation, its calendar, its administrateur."""

import re

import pytest
from django.core.management import call_command
from django.test import Client

from contacts.models import DelayTarget
from directory.models import Agent, Organisation, WorkingCalendar
from directory.workdays import running_count
from tests.factories import PASSWORD, TODAY

pytestmark = pytest.mark.django_db
ADMIN = ("--admin-email", "Noe.Petit@mairie.example", "--admin-name", "Noé Petit")


def test_the_administrateur_chooses_a_password_and_enters(
    capsys: pytest.CaptureFixture[str],
) -> None:
    call_command("create_organisation", "Ville Neuve", *ADMIN, "--territory", "la-reunion")
    [link] = re.findall(r"http://localhost:8000(/\S+)", capsys.readouterr().out)
    calendar = WorkingCalendar.objects.get(organisation__name="Ville Neuve")
    assert calendar.time_zone == "Indian/Reunion"
    assert running_count(calendar, TODAY) > 6000
    assert DelayTarget.objects.filter(organisation=calendar.organisation).count() == 7
    client = Client()
    page = client.get(link, follow=True)
    here = page.redirect_chain[-1][0]
    client.post(here, {"password1": PASSWORD, "password2": PASSWORD})
    entered = client.post(
        "/compte/login/", {"login": "noe.petit@mairie.example", "password": PASSWORD}
    )
    assert entered.status_code == 302
    assert client.get("/organisation/services/").status_code == 200


@pytest.mark.parametrize(
    "wrong",
    [
        ("Ville de Saint-Aubin", *ADMIN),
        ("", *ADMIN),
        ("Ville Neuve", "--admin-email", "noe", "--admin-name", "Noé"),
        ("Ville Neuve", "--admin-email", "pris@mairie.example", "--admin-name", "Noé"),
    ],
)
def test_a_refusal_is_one_line_and_writes_nothing(
    wrong: tuple[str, ...], organisation: Organisation, capsys: pytest.CaptureFixture[str]
) -> None:
    Agent.objects.create_user("pris@mairie.example", organisation=organisation)
    with pytest.raises(SystemExit) as stopped:
        call_command("create_organisation", *wrong)
    assert stopped.value.code == 2
    assert capsys.readouterr().err.strip().count("\n") == 0
    assert not Organisation.objects.filter(name__in=["Ville Neuve", ""]).exists()
