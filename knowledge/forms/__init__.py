"""Forms of answer sheets, text modules and shared annuaires."""

from knowledge.forms.modules import TextModuleForm
from knowledge.forms.picking import ChosenSheetsField
from knowledge.forms.shares import ShareForm
from knowledge.forms.sheets import ConfirmForm, SheetFilter, SheetForm

__all__ = [
    "ChosenSheetsField",
    "ConfirmForm",
    "ShareForm",
    "SheetFilter",
    "SheetForm",
    "TextModuleForm",
]
