"""The gallery's rooms: each component with its contract and a specimen of every state."""

from ui.gallery.rooms import context

__all__ = ["context"]
