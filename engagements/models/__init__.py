"""The derived counts behind every indicator."""

from engagements.models.tally import StaleTally, Tally

__all__ = ["StaleTally", "Tally"]
