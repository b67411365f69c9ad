"""The visual house: every component, registered with its contract when this package is imported."""

from ui.components import feedback, figures, forms, structure
from ui.components.contract import ComponentError, Contract, contract, registry

__all__ = [
    "ComponentError",
    "Contract",
    "contract",
    "feedback",
    "figures",
    "forms",
    "registry",
    "structure",
]
