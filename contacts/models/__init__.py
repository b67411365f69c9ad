"""Usagers, demandes, contacts, replies, delay targets and the journal."""

from contacts.models.attachment import Attachment
from contacts.models.complaint import Complaint, ComplaintCategory
from contacts.models.demande import Demande
from contacts.models.exchange import Contact, JournalEntry, Reply, Transfer
from contacts.models.intake import ImportBatch
from contacts.models.note import Mention, Note
from contacts.models.people import Consent, Merge, NotSame, UsagerEntry
from contacts.models.target import DelayTarget
from contacts.models.usager import Usager

__all__ = [
    "Attachment",
    "Complaint",
    "ComplaintCategory",
    "Consent",
    "Contact",
    "DelayTarget",
    "Demande",
    "ImportBatch",
    "JournalEntry",
    "Mention",
    "Merge",
    "NotSame",
    "Note",
    "Reply",
    "Transfer",
    "Usager",
    "UsagerEntry",
]
