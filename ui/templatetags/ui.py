"""`{% ui %}`, `{% uiblock %}`, `{% uipart %}` and the filters that put figures in words."""

from datetime import date, datetime
from functools import lru_cache
from types import NoneType
from typing import Any

from django import template
from django.template import Context, Node, NodeList, TemplateSyntaxError
from django.template.base import FilterExpression, Parser, Token, token_kwargs
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from ui import figures
from ui.components import ComponentError, Contract, contract
from ui.icons import SHAPES

register = template.Library()

PARTS = "_ui_parts"


class ComponentNode(Node):
    """A component called from a template."""

    child_nodelists = ("nodelist",)

    def __init__(
        self,
        component: Contract,
        arguments: dict[str, FilterExpression],
        nodelist: NodeList | None = None,
    ) -> None:
        self.component = component
        self.arguments = arguments
        self.nodelist = nodelist or NodeList()
        # Neither a body nor the request: the same arguments give the same text.
        self.stands_alone = nodelist is None and not hasattr(component.cls, "derived")

    def render(self, context: Context) -> SafeString:
        given = {
            name: expression.resolve(context, ignore_failures=True)
            for name, expression in self.arguments.items()
        }
        if self.stands_alone and all(type(one) in PLAIN for one in given.values()):
            kinds = tuple((name, type(value), value) for name, value in given.items())
            return _alone(self.component.name, get_language(), kinds)
        made = self.component.make(given)
        parts = _Parts(self.component)
        with context.push(**{PARTS: parts}):
            body = self.nodelist.render(context)
        return _render(self.component, made, body, parts.content, context)


PLAIN = frozenset({str, SafeString, int, bool, NoneType})


@lru_cache(maxsize=2_048)
def _alone(
    name: str, language: str | None, given: tuple[tuple[str, type[Any], Any], ...]
) -> SafeString:
    """Rendered once for the same arguments: a list repeats the same badge on every line.

    The type is part of the question: a text and its safe twin, 1 and True are not the same.
    """
    component = contract(name)
    made = component.make({key: value for key, _kind, value in given})
    return SafeString(render_to_string(component.template, {"c": made}).strip())


class _Parts:
    """The named parts that the body of one component fills while it renders."""

    def __init__(self, component: Contract) -> None:
        self.component = component
        self.content: dict[str, SafeString] = {}


class PartNode(Node):
    """A named part of the block around it."""

    def __init__(self, name: str, nodelist: NodeList) -> None:
        self.name = name
        self.nodelist = nodelist

    def render(self, context: Context) -> SafeString:
        parts = context.get(PARTS)
        if not isinstance(parts, _Parts):
            raise ComponentError(f'uipart "{self.name}" stands outside any uiblock')
        parts.component.check_part(self.name)
        parts.content[self.name] = self.nodelist.render(context)
        return SafeString("")


def _render(
    component: Contract, made: Any, body: str, parts: dict[str, SafeString], context: Context
) -> SafeString:
    request = context.get("request")
    inner: dict[str, object] = {
        "c": made,
        "body": body if body.strip() else "",
        "parts": parts,
        "request": request,
        "csrf_token": context.get("csrf_token"),
    }
    if hasattr(made, "derived"):
        inner.update(made.derived(request))
    assert context.template is not None  # noqa: S101 - always set while rendering
    chosen = context.template.engine.get_template(component.template)
    return SafeString(chosen.render(context.new(inner)).strip())


@register.tag("ui")
def do_ui(parser: Parser, token: Token) -> ComponentNode:
    """`{% ui "badge" label=_("En retard") kind="late" %}`"""
    component, arguments = _read(parser, token)
    component.check_names(arguments, block=False)
    return ComponentNode(component, arguments)


@register.tag("uiblock")
def do_uiblock(parser: Parser, token: Token) -> ComponentNode:
    """`{% uiblock "card" title="…" %}…{% enduiblock %}`"""
    component, arguments = _read(parser, token)
    component.check_names(arguments, block=True)
    nodelist = parser.parse(("enduiblock",))
    parser.delete_first_token()
    return ComponentNode(component, arguments, nodelist)


@register.tag("uipart")
def do_uipart(parser: Parser, token: Token) -> PartNode:
    """`{% uipart actions %}…{% enduipart %}`, inside a uiblock."""
    bits = token.split_contents()
    if len(bits) != 2:
        raise TemplateSyntaxError("uipart takes one name: {% uipart actions %}")
    nodelist = parser.parse(("enduipart",))
    parser.delete_first_token()
    return PartNode(bits[1].strip("\"'"), nodelist)


def _read(parser: Parser, token: Token) -> tuple[Contract, dict[str, FilterExpression]]:
    bits = token.split_contents()
    tag, rest = bits[0], bits[1:]
    if not rest or rest[0][0] not in "\"'":
        raise ComponentError(f'{tag}: name the component in quotes, e.g. {{% {tag} "badge" … %}}')
    named = token_kwargs(remaining := rest[1:], parser)
    if remaining:
        raise ComponentError(f"{tag} {rest[0]}: arguments are named, {remaining[0]} is not")
    return contract(rest[0][1:-1]), named


@register.simple_tag
def icon(name: str) -> SafeString:
    """A decorative drawing: `{% icon "check" %}`."""
    if name not in SHAPES:
        raise ComponentError(f'icon: no drawing "{name}"')
    return mark_safe(  # noqa: S308 - the house's own drawings
        f'<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">'
        f"{SHAPES[name]}</svg>"
    )


@register.filter
def percent(value: figures.Number | None, decimals: int = 1) -> str:
    return figures.percent_text(_given(value), decimals)


@register.filter
def count(value: figures.Number | None) -> str:
    value = _given(value)
    return figures.nothing_text() if value is None else figures.count_text(value)


@register.filter
def working_days(value: figures.Number | None) -> str:
    return figures.working_days_text(_given(value))


@register.filter
def days_left(value: int | None) -> str:
    return figures.days_left_text(_given(value))


@register.filter
def fr_date(value: date | datetime | None, style: str = "long") -> str:
    return figures.date_text(_given(value), style)


@register.filter
def fr_instant(value: datetime | None) -> str:
    return figures.instant_text(_given(value))


def _given(value: Any) -> Any:
    """A variable that the template does not know arrives as an empty string."""
    return None if value == "" else value
