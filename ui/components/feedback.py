"""Components that tell: alerts, badges, messages, emptiness, waiting."""

from collections.abc import Iterable
from typing import Annotated, Literal

from django.utils.translation import gettext_lazy as _

from ui.components.contract import component
from ui.components.structure import LazyText
from ui.icons import Icon

AlertKind = Literal["info", "success", "warning", "error"]
Tone = Literal["neutral", "info", "success", "warning", "danger"]

ALERT_ICONS: dict[str, Icon] = {
    "info": "info",
    "success": "check-circle",
    "warning": "warning",
    "error": "error",
}
ALERT_WORDS: dict[str, LazyText] = {
    "info": _("Information"),
    "success": _("Succès"),
    "warning": _("Attention"),
    "error": _("Erreur"),
}
# What the trade says, and the tone in which it is said.
BADGES: dict[str, tuple[Tone, Icon]] = {
    "neutral": ("neutral", "minus"),
    "info": ("info", "info"),
    "success": ("success", "check"),
    "warning": ("warning", "warning"),
    "danger": ("danger", "error"),
    "open": ("info", "inbox"),
    "closed": ("neutral", "check"),
    "kept": ("success", "check"),
    "at_risk": ("warning", "clock"),
    "due": ("info", "clock"),
    "late": ("danger", "warning"),
    "provisional": ("neutral", "clock"),
    "draft": ("neutral", "edit"),
    "locked": ("neutral", "lock"),
}


@component("alert", body="optional", parts=("actions",))
class Alert:
    """A message that stays on the page; its kind is said by icon and word, not by colour alone."""

    kind: Annotated[AlertKind, "meaning"]
    title: Annotated[str, "short sentence"] = ""
    text: Annotated[str, "the message, when it has no body"] = ""
    live: Annotated[bool, "announce it when it appears"] = False
    id: Annotated[str, "anchor"] = ""

    @property
    def icon(self) -> Icon:
        return ALERT_ICONS[self.kind]

    @property
    def word(self) -> LazyText:
        return ALERT_WORDS[self.kind]

    @property
    def role(self) -> str:
        if not self.live:
            return ""
        return "alert" if self.kind == "error" else "status"


@component("badge")
class Badge:
    """A state in one or two words, with its own shape."""

    label: Annotated[str, "the word"]
    kind: Annotated[
        Literal[
            "neutral",
            "info",
            "success",
            "warning",
            "danger",
            "open",
            "closed",
            "kept",
            "at_risk",
            "due",
            "late",
            "provisional",
            "draft",
            "locked",
        ],
        "meaning",
    ] = "neutral"
    icon: Annotated[Icon | None, "another drawing than the kind's own"] = None

    @property
    def tone(self) -> Tone:
        return BADGES[self.kind][0]

    @property
    def drawing(self) -> Icon:
        return self.icon or BADGES[self.kind][1]


@component("tag")
class Tag:
    """A neutral word: a channel, a subject. Says nothing about a state."""

    label: Annotated[str, "the word"]
    icon: Annotated[Icon | None, "drawing"] = None
    remove_url: Annotated[str, "address without this filter"] = ""


@component("messages")
class Messages:
    """Django's messages, in the one live region of the page."""

    messages: Annotated[object, "the context's messages"] = None

    @property
    def items(self) -> list[tuple[str, object]]:
        if not isinstance(self.messages, Iterable):
            return []
        return [(_message_kind(message), message) for message in self.messages]


def _message_kind(message: object) -> str:
    level = getattr(message, "level_tag", "info")
    return level if level in ALERT_ICONS else "info"


@component("empty_state", body="optional", parts=("actions",))
class EmptyState:
    """Nothing to show: why, and what to do about it."""

    title: Annotated[str, "what is empty"]
    text: Annotated[str, "why, or what comes next"] = ""
    icon: Annotated[Icon, "drawing"] = "inbox"
    level: Annotated[Literal[2, 3, 4], "heading level"] = 3


@component("progress")
class Progress:
    """How far something is, in words and as a bar."""

    label: Annotated[str, "what advances"]
    value: Annotated[int, "done"]
    max: Annotated[int, "out of"] = 100
    text: Annotated[str, "the state in words, e.g. 3 sur 7"] = ""


@component("loading")
class Loading:
    """Something is on its way: lines without content, and a sentence."""

    label: Annotated[LazyText, "what is awaited"] = _("Chargement en cours…")
    lines: Annotated[Literal[1, 2, 3, 4, 5, 6], "how many lines"] = 3

    @property
    def ghosts(self) -> range:
        return range(self.lines)


@component("kbd")
class Key:
    """A key of the keyboard, or several joined by +."""

    keys: Annotated[str, "e.g. Alt+N"]

    @property
    def parts(self) -> list[str]:
        return self.keys.split("+")


@component("copy_link")
class CopyLink:
    """An address to hand on: readable, selectable, copied in one press when script runs."""

    url: Annotated[str, "the full address"]
    label: Annotated[LazyText, "what it opens"] = _("Lien")
    id: Annotated[str, "unique on the page"] = "lien"
