"""Merging a service into another: its answer sheets, their uses, its text modules."""

from directory.models import Service
from knowledge.models import Sheet, SheetUse, TextModule


def move_service(source: Service, into: Service) -> dict[str, int]:
    """Give `into` what `source` had; returns how many of each moved."""
    own = {"organisation": source.organisation_id, "service": source}
    SheetUse.objects.filter(**own).update(service=into)
    return {
        "sheets": Sheet.objects.filter(**own).update(service=into),
        "modules": TextModule.objects.filter(**own).update(service=into),
    }
