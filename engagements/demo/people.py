"""Agents with their logins, and the usagers who come and come back."""

import unicodedata
from collections.abc import Iterable, Iterator
from random import Random
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.db.models import QuerySet

from directory.models import Agent, Organisation
from engagements.demo.catalogue import read
from engagements.demo.places import Place


def plain(name: str) -> str:
    """`Zoé Épinay-Roche` → `zoe.epinayroche`."""
    letters = unicodedata.normalize("NFKD", name.lower().replace(" ", "."))
    return "".join(letter for letter in letters if letter.isascii() and letter not in "-’'")


def names(rng: Random) -> Iterator[str]:
    people = read("people")
    firsts, lasts = people["first_names"], people["last_names"]
    while True:
        yield f"{firsts[int(rng.random() * len(firsts))]} {lasts[int(rng.random() * len(lasts))]}"


def make_agents(
    organisation: Organisation,
    raws: Iterable[dict[str, Any]],
    places: dict[str, Place],
    *,
    domain: str,
    password: str,
) -> list[Agent]:
    """Agents with their services; `password` is the hash that those with a login share."""
    agents, perimeters = [], []
    for number, raw in enumerate(raws, 1):
        login = raw.get("login")
        agents.append(
            Agent(
                organisation=organisation,
                email=f"{login or plain(raw['name']) + str(number)}@{domain}",
                full_name=raw["name"],
                role=raw["role"],
                password=password if login else make_password(None),
            )
        )
        perimeters.append([places[key] for key in raw["services"]])
    Agent.objects.bulk_create(agents)
    works_in = Agent.services.through
    works_in.objects.bulk_create(
        works_in(agent_id=agent.pk, service_id=place.pk)
        for agent, perimeter in zip(agents, perimeters, strict=True)
        for place in perimeter
    )
    for agent, perimeter in zip(agents, perimeters, strict=True):
        for place in perimeter:
            place.agents.append(agent.pk)
    EmailAddress.objects.bulk_create(
        EmailAddress(user=agent, email=agent.email, verified=True, primary=True)
        for agent in agents
        if agent.has_usable_password()
    )
    return agents


def crew(rng: Random, sizes: dict[str, int]) -> Iterator[dict[str, Any]]:
    """The agents who sign demandes without a login of the demo."""
    drawn = names(rng)
    for key, size in sizes.items():
        for _ in range(size):
            yield {"name": next(drawn), "role": "agent", "services": [key]}


def logins(organisation: Organisation) -> QuerySet[Agent]:
    """Who may log in with the password of the demo."""
    names = {
        raw["login"]
        for raw in (*read("people")["agents"], *read("people")["neighbour"])
        if "login" in raw
    }
    pattern = f"^({'|'.join(sorted(names))})@.*\\.example$"
    return Agent.objects.filter(organisation=organisation, email__regex=pattern).order_by("pk")


class Crowd:
    """The usagers of a town: about half have a telephone number, half an e-mail address."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self._names = names(rng)
        self._numbers = self._fictional_numbers()
        self._known: list[int] = []
        self._writers: list[int] = []
        self._made = 0

    def _fictional_numbers(self) -> Iterator[str]:
        for prefix in read("people")["fictional_phones"]:
            numbers = list(range(10_000))
            self.rng.shuffle(numbers)
            for number in numbers:
                yield f"{prefix}{number:04d}"

    def someone_known(self, *, writes: bool) -> int | None:
        """The id of somebody who came before, now and then."""
        known = self._writers if writes else self._known
        if known and self.rng.random() < 0.42:
            return known[int(self.rng.random() * len(known))]
        return None

    def newcomer(self, pk: int, *, writes: bool) -> tuple[str, str, str]:
        """Name, e-mail address and telephone number; who writes by e-mail has an address."""
        self._known.append(pk)
        self._made += 1
        name, random = next(self._names), self.rng.random
        email = f"{plain(name)}{self._made}@courriel.example" if writes or random() < 0.35 else ""
        # The reserved ranges hold 50,000 numbers: a larger town has more people without one.
        phone = next(self._numbers, "") if random() < 0.5 else ""
        if email:
            self._writers.append(pk)
        return name, email, phone
