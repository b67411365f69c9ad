"""The request as views receive it: behind the login, its user is an agent."""

from django.http import HttpRequest

from directory.models import Agent


class AgentRequest(HttpRequest):
    """A request that passed the login: deny by default makes `user` an agent."""

    user: Agent
