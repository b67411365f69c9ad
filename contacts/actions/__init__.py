"""Verbs on demandes: each is one transaction with its journal entry, or a named refusal."""

from contacts.actions.acknowledging import acknowledge
from contacts.actions.complaints import Findings, qualify, requalify
from contacts.actions.dating import instant_on, start_of
from contacts.actions.handling import close, record_message, transfer
from contacts.actions.logging import Intake, Person, find_or_make_usager, log_contact
from contacts.actions.replying import receive_items, reply

__all__ = [
    "Findings",
    "Intake",
    "Person",
    "acknowledge",
    "close",
    "find_or_make_usager",
    "instant_on",
    "log_contact",
    "qualify",
    "receive_items",
    "record_message",
    "reply",
    "requalify",
    "start_of",
    "transfer",
]
