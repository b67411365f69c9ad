"""Components that lay a page out: headers, cards, tables, navigation, timelines."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.core.paginator import Page
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ui.components.contract import component
from ui.figures import date_text, instant_text
from ui.icons import SHAPES, Icon
from ui.tables import Column

Text = str | int | float
# A default is translated when it is shown, not when the class is made.
LazyText = str | Promise


@component("icon")
class IconMark:
    """A drawn sign. Decorative unless it has a label of its own."""

    name: Annotated[Icon, "which drawing"]
    label: Annotated[str, "spoken name, only when no word stands beside it"] = ""

    @property
    def shape(self) -> str:
        return SHAPES[self.name]


@component("skip_link")
class SkipLink:
    """A link to a landmark, shown when it takes the focus; the first things of a page."""

    href: Annotated[str, "fragment, e.g. #contenu"]
    label: Annotated[str, "e.g. Aller au contenu"]


@component("page_header", body="optional", parts=("actions", "meta"))
class PageHeader:
    """The h1 of a page, what it is about, where it came from and what can be done."""

    title: Annotated[str, "the h1"]
    level: Annotated[Literal[1, 2], "2 where the page has its h1 elsewhere"] = 1
    lead: Annotated[str, "one sentence under the title"] = ""
    eyebrow: Annotated[str, "small line above the title: a number, a family"] = ""
    back_url: Annotated[str, "where the back link goes"] = ""
    back_label: Annotated[LazyText, "words of the back link"] = _("Retour")


@component("breadcrumb", body="required")
class Breadcrumb:
    """The path to the page; holds `crumb`s, the last one without href."""

    label: Annotated[LazyText, "name of the landmark"] = _("Fil d’Ariane")


@component("crumb")
class Crumb:
    """One step of a breadcrumb."""

    label: Annotated[str, "words"]
    href: Annotated[str, "empty for the current page"] = ""


@component("section", body="required", parts=("actions",))
class Section:
    """A titled part of a page, without a box."""

    title: Annotated[str, "heading"]
    lead: Annotated[str, "a sentence under the heading"] = ""
    level: Annotated[Literal[2, 3, 4], "heading level"] = 2
    id: Annotated[str, "anchor"] = ""


@component("card", body="required", parts=("actions", "footer"))
class Card:
    """A box that holds one subject."""

    title: Annotated[str, "heading of the box"] = ""
    level: Annotated[Literal[2, 3, 4], "heading level"] = 2
    href: Annotated[str, "makes the title a link"] = ""
    lead: Annotated[str, "a sentence under the heading"] = ""
    tone: Annotated[Literal["plain", "soft", "accent"], "background"] = "plain"
    id: Annotated[str, "anchor"] = ""


@component("grid", body="required")
class Grid:
    """Children side by side when there is room: cards, stat tiles."""

    size: Annotated[Literal["small", "medium", "large"], "least width of a child"] = "medium"


@component("columns", body="required", parts=("aside",))
class Columns:
    """A main column and a narrower one; one above the other on a phone."""

    label: Annotated[str, "name of the aside, for screen readers"] = ""


@component("table", body="required", parts=("head", "foot"))
class Table:
    """A data table. Body: the tr of the tbody; head: the tr of th. Class num on numeric cells,
    row--late, row--warning, row--done, row--muted on tr (with a badge or a word in the row)."""

    caption: Annotated[str, "what the table shows"]
    hide_caption: Annotated[bool, "when a heading just above says the same"] = False
    dense: Annotated[bool, "less air, for long lists"] = False
    sticky: Annotated[bool, "the header stays in sight"] = True


@component("data_table")
class DataTable:
    """A table made from Python: the first cell of each row is its header."""

    caption: Annotated[str, "what the table shows"]
    columns: Annotated[Sequence[Column], "Column(label, numeric) each"]
    rows: Annotated[Sequence[Sequence[object]], "cells already formatted"]
    hide_caption: Annotated[bool, "when a heading just above says the same"] = False
    dense: Annotated[bool, "less air"] = False

    @property
    def cells(self) -> list[list[tuple[Column, object]]]:
        return [list(zip(self.columns, row, strict=True)) for row in self.rows]


@component("pagination")
class Pagination:
    """Pages of a list; keeps the other parameters of the address."""

    page: Annotated[Page[Any], "a Django page"]
    param: Annotated[str, "name of the GET parameter"] = "page"
    label: Annotated[LazyText, "name of the landmark"] = _("Pagination")

    @property
    def numbers(self) -> list[int | str]:
        pages = self.page.paginator.get_elided_page_range(
            self.page.number, on_each_side=1, on_ends=1
        )
        return list(pages)

    def derived(self, request: HttpRequest | None) -> dict[str, object]:
        """The addresses are written here: a template knows no arithmetic."""
        page = self.page
        return {
            "links": [
                (number, self._href(request, number) if isinstance(number, int) else "")
                for number in self.numbers
            ],
            "previous": self._href(request, page.number - 1) if page.has_previous() else "",
            "next": self._href(request, page.number + 1) if page.has_next() else "",
        }

    def _href(self, request: HttpRequest | None, number: int) -> str:
        if request is None:
            return f"?{self.param}={number}"
        query = request.GET.copy()
        query[self.param] = str(number)
        return f"?{query.urlencode()}"


@component("tabs", body="required")
class Tabs:
    """Views of one subject, each with its own address; holds `tab`s."""

    label: Annotated[str, "name of the landmark"]


@component("tab")
class Tab:
    """One link of a `tabs`."""

    label: Annotated[str, "words"]
    href: Annotated[str, "address"]
    current: Annotated[bool, "is it the page shown?"] = False
    count: Annotated[int | None, "how many things it holds"] = None


@component("navigation", body="required")
class Navigation:
    """The main navigation: a row on a wide screen, a disclosure on a phone. Holds `nav_item`s."""

    label: Annotated[LazyText, "name of the landmark"] = _("Navigation principale")


@component("nav_item")
class NavItem:
    """One entry of the navigation; knows whether the page shown lies under it."""

    label: Annotated[str, "words"]
    href: Annotated[str, "address"]
    icon: Annotated[Icon | None, "drawing before the word"] = None
    count: Annotated[int | None, "something to do there"] = None
    current: Annotated[bool | None, "None: judged by the address"] = None

    def derived(self, request: HttpRequest | None) -> dict[str, object]:
        return {"aria_current": self._aria_current(request.path if request else "")}

    def _aria_current(self, path: str) -> str:
        if path == self.href:
            return "page"
        if self.current is None:
            below = self.href.endswith("/") and self.href != "/" and path.startswith(self.href)
            return "true" if below else ""
        return "true" if self.current else ""


@component("menu", body="required")
class Menu:
    """A small menu that opens under a button; holds links and buttons. Works without script."""

    label: Annotated[str, "words of the button"]
    icon: Annotated[Icon | None, "drawing before the words"] = None
    align: Annotated[Literal["start", "end"], "edge it lines up with"] = "end"


@component("definitions", body="required")
class Definitions:
    """Facts about one thing, term by term; holds `definition`s."""

    layout: Annotated[Literal["rows", "grid"], "one under the other, or side by side"] = "rows"


@component("definition", body="optional")
class Definition:
    """A term and its value, or its body."""

    term: Annotated[str, "the term"]
    value: Annotated[Text | date | None, "empty shows « non renseigné »"] = None

    @property
    def shown(self) -> Text:
        """Instants and days in full, everything else as it is; empty when there is nothing."""
        if isinstance(self.value, datetime):
            return instant_text(self.value)
        if isinstance(self.value, date):
            return date_text(self.value)
        return "" if self.value is None else self.value


@component("timeline", body="required")
class Timeline:
    """What happened, in order; holds `timeline_item`s."""

    label: Annotated[str, "name of the list, for screen readers"] = ""


@component("timeline_item", body="optional", parts=("actions",))
class TimelineItem:
    """One event of a timeline."""

    title: Annotated[str, "what happened"]
    when: Annotated[date | datetime | str | None, "a date, an instant or words"] = None
    who: Annotated[str, "by whom"] = ""
    icon: Annotated[Icon, "drawing of the event"] = "clock"
    kind: Annotated[
        Literal["neutral", "info", "success", "warning", "danger", "internal"],
        "meaning of the event; internal is for colleagues alone",
    ] = "neutral"

    @property
    def instant(self) -> datetime | None:
        return self.when if isinstance(self.when, datetime) else None

    @property
    def day(self) -> date | None:
        is_day = isinstance(self.when, date) and not isinstance(self.when, datetime)
        return self.when if is_day else None  # type: ignore[return-value]


@component("disclosure", body="required")
class Disclosure:
    """Details shown on demand."""

    summary: Annotated[str, "words that open it"]
    open: Annotated[bool, "open at first"] = False
    tone: Annotated[Literal["plain", "boxed"], "with or without a frame"] = "plain"


@component("link_card")
class LinkCard:
    """A whole card that leads somewhere: home pages, choices of a path."""

    title: Annotated[str, "words of the link"]
    href: Annotated[str, "address"]
    text: Annotated[str, "what is found there"] = ""
    icon: Annotated[Icon | None, "drawing"] = None
