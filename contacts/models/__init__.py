"""Usagers, demandes, contacts, replies, delay targets and the journal."""

from contacts.models.complaint import Complaint, ComplaintCategory
from contacts.models.demande import Demande
from contacts.models.exchange import Contact, JournalEntry, Reply, Transfer
from contacts.models.intake import ImportBatch
from contacts.models.target import DelayTarget
from contacts.models.usager import Usager

__all__ = [
    "Complaint",
    "ComplaintCategory",
    "Contact",
    "DelayTarget",
    "Demande",
    "ImportBatch",
    "JournalEntry",
    "Reply",
    "Transfer",
    "Usager",
]
