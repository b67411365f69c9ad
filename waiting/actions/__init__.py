"""Verbs of the queue: give a ticket, call, end; and of its rooms."""

from waiting.actions.calling import (
    Served,
    call_again,
    call_next,
    end,
    gone,
    put_back,
)
from waiting.actions.giving import give, take_at_tablet
from waiting.actions.rooms import renew_link, revoke_link, save_room

__all__ = [
    "Served",
    "call_again",
    "call_next",
    "end",
    "give",
    "gone",
    "put_back",
    "renew_link",
    "revoke_link",
    "save_room",
    "take_at_tablet",
]
