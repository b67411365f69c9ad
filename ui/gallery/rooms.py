"""Puts specimens, contracts and samples together for the page."""

from dataclasses import dataclass

from ui.components import Contract, contract
from ui.gallery import samples
from ui.gallery.specimens import ROOMS, SHOWN_ELSEWHERE, SPECIMENS
from ui.icons import NAMES


@dataclass(frozen=True)
class Exhibit:
    """One component as the gallery shows it."""

    contract: Contract
    inner: list[Contract]
    specimens: list[tuple[str, str]]


@dataclass(frozen=True)
class Room:
    """A family of components."""

    id: str
    title: str
    exhibits: list[Exhibit]


def context() -> dict[str, object]:
    """The samples are named in the specimens' own calls."""
    return {
        "rooms": rooms(),
        "icon_names": NAMES,
        **samples.charts(),
        **samples.forms_in_every_state(),
        **samples.lists(),
    }


def rooms() -> list[Room]:
    return [
        Room(room_id, title, [_exhibit(name) for name in names]) for room_id, title, names in ROOMS
    ]


def _exhibit(name: str) -> Exhibit:
    inner = [contract(part) for part, host in SHOWN_ELSEWHERE.items() if host == name]
    return Exhibit(contract(name), inner, SPECIMENS[name])
