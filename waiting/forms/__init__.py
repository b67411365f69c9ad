"""What is typed about a queue: a ticket, a call, a room, a period."""

from waiting.forms.desk import CallForm, GiveForm, TakeForm
from waiting.forms.figures import FigureFilter
from waiting.forms.rooms import RoomForm

__all__ = ["CallForm", "FigureFilter", "GiveForm", "RoomForm", "TakeForm"]
