"""What every page of a logged-in agent knows: the organisation and its colours."""

from typing import TypedDict

from django.http import HttpRequest
from django.urls import reverse

from directory.models import Agent, Organisation


class OrganisationContext(TypedDict, total=False):
    organisation: Organisation
    organisation_theme_url: str
    organisation_logo_url: str


def organisation(request: HttpRequest) -> OrganisationContext:
    """Context processor; a page for usagers gives its own organisation with `clothed_as`."""
    user = getattr(request, "user", None)
    return clothed_as(user.organisation) if isinstance(user, Agent) else {}


def clothed_as(organisation: Organisation) -> OrganisationContext:
    return {
        "organisation": organisation,
        "organisation_theme_url": theme_url(organisation),
        "organisation_logo_url": logo_url(organisation),
    }


def theme_url(organisation: Organisation) -> str:
    """The address changes with the colour, so a kept copy is never an old one."""
    path = reverse("organisation_theme", args=[organisation.public_id])
    return f"{path}?v={organisation.primary_colour.lstrip('#')}"


def logo_url(organisation: Organisation) -> str:
    """Empty without a logo; a new one has a new address."""
    if not organisation.logo_version:
        return ""
    path = reverse("organisation_logo", args=[organisation.public_id])
    return f"{path}?v={organisation.logo_version}"
