"""Verbs on letters: each is one transaction, or a named refusal."""

from letters.actions.acknowledging import acknowledge
from letters.actions.numbering import take_number
from letters.actions.registering import Entry, register, register_all

__all__ = ["Entry", "acknowledge", "register", "register_all", "take_number"]
