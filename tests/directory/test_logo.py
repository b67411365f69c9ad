"""The organisation's logo: a picture by its content, served as one, at the head of every page."""

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from directory.logos import LARGEST
from directory.models import Agent, Logo, Organisation

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
Login = Callable[[Agent], Client]


def sent(organisation: Organisation, **changes: object) -> dict[str, object]:
    return {"name": organisation.name, "primary_colour": organisation.primary_colour, **changes}


def test_a_logo_is_worn_by_every_page_and_taken_away(
    client_of: Login, administrateur: Agent, organisation: Organisation
) -> None:
    client = client_of(administrateur)
    file = SimpleUploadedFile("logo.png", PNG)
    assert client.post(reverse("organisation"), sent(organisation, logo=file)).status_code == 302
    organisation.refresh_from_db()
    address = client.get(reverse("to_handle")).context["organisation_logo_url"]
    assert address.endswith(f"?v={organisation.logo_version}")
    answer = Client().get(address)
    assert (answer.content, answer.headers["Content-Type"]) == (PNG, "image/png")
    client.post(reverse("organisation"), sent(organisation, remove_logo="on"))
    assert not Logo.objects.exists()
    assert client.get(reverse("to_handle")).context["organisation_logo_url"] == ""


def test_saving_the_name_keeps_the_logo(
    client_of: Login, administrateur: Agent, organisation: Organisation
) -> None:
    client = client_of(administrateur)
    file = SimpleUploadedFile("logo.png", PNG)
    client.post(reverse("organisation"), sent(organisation, logo=file))
    client.post(reverse("organisation"), sent(organisation, name="Ville de Saint-Aubin-le-Neuf"))
    assert Logo.objects.exists()


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("logo.png", b"<svg onload='alert(1)'/>", "n’est pas une image"),
        ("logo.png", b"MZ\x90\x00", "n’est pas une image"),
        ("logo.png", b"", "vide"),
        ("logo.png", PNG + b"\0" * LARGEST, "dépasse 200 Ko"),
    ],
)
def test_what_is_no_small_picture_is_refused_at_its_field(
    client_of: Login,
    administrateur: Agent,
    organisation: Organisation,
    name: str,
    content: bytes,
    message: str,
) -> None:
    file = SimpleUploadedFile(name, content)
    response = client_of(administrateur).post(
        reverse("organisation"), sent(organisation, logo=file)
    )
    assert response.status_code == 422
    assert message in str(response.context["form"].errors["logo"])
    assert not Logo.objects.exists()
