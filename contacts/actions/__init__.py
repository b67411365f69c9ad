"""Verbs on demandes: each is one transaction with its journal entry, or a named refusal."""

from contacts.actions.acknowledging import acknowledge
from contacts.actions.assigning import assign, release, take
from contacts.actions.attaching import attach, detach
from contacts.actions.complaints import Findings, qualify, requalify
from contacts.actions.dating import instant_on, start_of
from contacts.actions.handling import close, record_message
from contacts.actions.logging import Intake, Person, find_or_make_usager, log_contact
from contacts.actions.noting import add_note, see_mention
from contacts.actions.replying import receive_items, reply
from contacts.actions.telling import refuse_if_moved, told_of, version_of
from contacts.actions.transferring import transfer
from contacts.actions.uniting import separate, unite

__all__ = [
    "Findings",
    "Intake",
    "Person",
    "acknowledge",
    "add_note",
    "assign",
    "attach",
    "close",
    "detach",
    "find_or_make_usager",
    "instant_on",
    "log_contact",
    "qualify",
    "receive_items",
    "record_message",
    "refuse_if_moved",
    "release",
    "reply",
    "requalify",
    "see_mention",
    "separate",
    "start_of",
    "take",
    "told_of",
    "transfer",
    "unite",
    "version_of",
]
