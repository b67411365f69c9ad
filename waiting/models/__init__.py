"""Rooms where people wait, and their tickets."""

from waiting.models.room import WaitingRoom
from waiting.models.ticket import Ticket

__all__ = ["Ticket", "WaitingRoom"]
