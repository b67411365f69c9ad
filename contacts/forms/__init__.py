"""Forms of the reception desk: they check shape, the actions check the rules."""

from contacts.forms.assigning import AssignForm
from contacts.forms.attaching import AttachForm
from contacts.forms.demande import CloseForm, ItemsForm, MessageForm, ReplyForm, TransferForm
from contacts.forms.lists import ListFilter
from contacts.forms.logging import KnownForm, LogForm, Outcome
from contacts.forms.noting import NoteForm
from contacts.forms.targets import TargetForm
from contacts.forms.uniting import UniteForm

__all__ = [
    "AssignForm",
    "AttachForm",
    "CloseForm",
    "ItemsForm",
    "KnownForm",
    "ListFilter",
    "LogForm",
    "MessageForm",
    "NoteForm",
    "Outcome",
    "ReplyForm",
    "TargetForm",
    "TransferForm",
    "UniteForm",
]
