"""Verbs on letters: each is one transaction, or a named refusal."""

from letters.actions.numbering import take_number
from letters.actions.registering import Entry, register

__all__ = ["Entry", "register", "take_number"]
