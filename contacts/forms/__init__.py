"""Forms of the reception desk: they check shape, the actions check the rules."""

from contacts.forms.demande import CloseForm, ItemsForm, MessageForm, ReplyForm, TransferForm
from contacts.forms.lists import ListFilter
from contacts.forms.logging import KnownForm, LogForm, Outcome
from contacts.forms.targets import TargetForm

__all__ = [
    "CloseForm",
    "ItemsForm",
    "KnownForm",
    "ListFilter",
    "LogForm",
    "MessageForm",
    "Outcome",
    "ReplyForm",
    "TargetForm",
    "TransferForm",
]
