"""Organisations, services, agents, working calendars and motifs."""

from directory.models.agent import Agent
from directory.models.calendar import Closing, ExceptionalOpening, WorkingCalendar, WorkingDay
from directory.models.hours import OpeningHours
from directory.models.journal import Change
from directory.models.organisation import Logo, Organisation
from directory.models.service import Motif, Service

__all__ = [
    "Agent",
    "Change",
    "Closing",
    "ExceptionalOpening",
    "Logo",
    "Motif",
    "OpeningHours",
    "Organisation",
    "Service",
    "WorkingCalendar",
    "WorkingDay",
]
