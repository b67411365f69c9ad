"""Answer sheets, what they said and how often they served; text modules; shared annuaires."""

from knowledge.models.module import TextModule
from knowledge.models.share import AnnuaireShare
from knowledge.models.sheet import Sheet, SheetUse, SheetVersion

__all__ = ["AnnuaireShare", "Sheet", "SheetUse", "SheetVersion", "TextModule"]
