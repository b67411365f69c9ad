"""Rows of the figures."""

from engagements.models.bilan import Bilan
from engagements.models.incident import Incident, IncidentKind
from engagements.models.rebuilding import Rebuilding
from engagements.models.repeat import RepeatTally
from engagements.models.tally import DayTally, MonthTally, StaleTally

__all__ = [
    "Bilan",
    "DayTally",
    "Incident",
    "IncidentKind",
    "MonthTally",
    "Rebuilding",
    "RepeatTally",
    "StaleTally",
]
