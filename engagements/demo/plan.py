"""What is to be built: the commune, and a small neighbour to show that neither sees the other."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.contrib.auth.hashers import make_password
from django.utils.text import slugify

from engagements.demo.catalogue import read

NAME = "Ville de Val-Brumeux"
MONTHS = 14
NEIGHBOUR_DEMANDES = 400


@dataclass(frozen=True)
class Plan:
    """`today` is the day after the last demande; `front` the service that hands demandes over."""

    name: str
    demandes: int
    seed: int
    today: date
    password: str
    hashed_password: str
    domain: str
    places: dict[str, Any]
    families: list[dict[str, Any]]
    agents: list[dict[str, Any]]
    crew: dict[str, int]
    front: str

    @property
    def first(self) -> date:
        """Fourteen months before, on the first of the month."""
        year, month = divmod(self.today.year * 12 + self.today.month - 1 - MONTHS, 12)
        return date(year, month + 1, 1)

    @property
    def decline(self) -> date:
        """The last spring that is three months old: one service has been getting worse since."""
        spring = date(self.today.year, 3, 20)
        is_old = spring < self.today - timedelta(days=90)
        return spring if is_old else spring.replace(year=spring.year - 1)


def domain_of(name: str) -> str:
    return "demo.example" if name == NAME else f"{slugify(name)}.example"


def town(name: str, demandes: int, seed: int, today: date, password: str) -> Plan:
    people = read("people")
    return Plan(
        name=name,
        demandes=demandes,
        seed=seed,
        today=today,
        password=password,
        hashed_password=make_password(password),
        domain=domain_of(name),
        places=read("places"),
        families=read("motifs")["families"],
        agents=people["agents"],
        crew=people["crew"],
        front="accueil",
    )


def neighbour_name() -> str:
    name: str = read("places")["neighbour"]["name"]
    return name


def neighbour(plan: Plan) -> Plan:
    """Built with the same seed, day and password as the town."""
    return replace(
        plan,
        name=neighbour_name(),
        demandes=min(plan.demandes, NEIGHBOUR_DEMANDES),
        places=read("places")["neighbour"],
        families=read("motifs")["neighbour"]["families"],
        agents=read("people")["neighbour"],
        crew={},
        front="dechets",
    )
