"""Letters, their numbering, and registers on their way in."""

from letters.models.file import RegisterFile
from letters.models.letter import Letter, Numbering

__all__ = ["Letter", "Numbering", "RegisterFile"]
