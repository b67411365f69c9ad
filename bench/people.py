"""Somebody to ask the product's pages: an agent of the town, already logged in."""

from django.test import Client

from directory.enums import Role
from directory.models import Agent, Organisation, Service

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def agent_of(organisation: Organisation, role: Role, *services: Service) -> Agent:
    agent = Agent.objects.create_user(
        f"{role}.{organisation.pk}@mairie.example",
        organisation=organisation,
        full_name="Dominique Durand",
        role=role,
    )
    agent.services.set(services)
    return agent


def session_of(agent: Agent) -> str:
    """The key of a session of theirs, in the database in use."""
    client = Client()
    client.force_login(agent, BACKEND)
    return client.cookies["sessionid"].value
