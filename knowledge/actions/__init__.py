"""Verbs of the knowledge app: each is one transaction, or a named refusal."""

from knowledge.actions.modules import save_module
from knowledge.actions.shares import accept_share, propose_share, withdraw_share
from knowledge.actions.sheets import archive, confirm, publish, rewrite, use, write

__all__ = [
    "accept_share",
    "archive",
    "confirm",
    "propose_share",
    "publish",
    "rewrite",
    "save_module",
    "use",
    "withdraw_share",
    "write",
]
