"""What a component is: a frozen dataclass whose fields are its arguments, and a template."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import MISSING, Field, dataclass, fields
from decimal import Decimal
from fractions import Fraction
from types import NoneType, UnionType
from typing import (
    Annotated,
    Any,
    Literal,
    TypeVar,
    Union,
    dataclass_transform,
    get_args,
    get_origin,
    get_type_hints,
)

from django.template import TemplateSyntaxError
from django.utils.functional import Promise

Body = Literal["none", "optional", "required"]
T = TypeVar("T")


class ComponentError(TemplateSyntaxError):
    """A template calls a component in a way its contract refuses."""


@dataclass(frozen=True)
class Argument:
    """One argument of a contract."""

    name: str
    hint: Any
    doc: str
    required: bool
    default: object

    @property
    def values(self) -> tuple[object, ...]:
        """The allowed values, when they are few enough to be listed."""
        return get_args(self.hint) if get_origin(self.hint) is Literal else ()

    @property
    def kind(self) -> str:
        """The type in words, for the documentation and for error messages."""
        if self.values:
            return " | ".join(str(value) for value in self.values)
        return _in_words(self.hint)

    def check(self, component: str, value: object) -> None:
        if not _fits(value, self.hint):
            raise ComponentError(
                f'ui "{component}": argument "{self.name}" takes {self.kind}, not {value!r}'
            )


@dataclass(frozen=True)
class Contract:
    """The agreement between the pages and one component."""

    name: str
    cls: type[Any]
    body: Body
    parts: tuple[str, ...]
    arguments: Mapping[str, Argument]

    @property
    def doc(self) -> str:
        return (self.cls.__doc__ or "").strip()

    @property
    def template(self) -> str:
        return f"ui/{self.name}.html"

    def check_names(self, given: Collection[str], *, block: bool) -> None:
        """Refuse what can be refused before any value is known."""
        for name in given:
            if name not in self.arguments:
                known = ", ".join(self.arguments) or "none"
                raise ComponentError(
                    f'ui "{self.name}": unknown argument "{name}" (it takes: {known})'
                )
        for argument in self.arguments.values():
            if argument.required and argument.name not in given:
                raise ComponentError(f'ui "{self.name}": missing argument "{argument.name}"')
        self._check_form(block=block)

    def _check_form(self, *, block: bool) -> None:
        if self.body == "required" and not block:
            raise ComponentError(f'ui "{self.name}" has a body: write it with uiblock')
        if block and self.body == "none" and not self.parts:
            raise ComponentError(f'ui "{self.name}" has no body: write it with ui, not uiblock')

    def check_part(self, part: str) -> None:
        if part not in self.parts:
            known = ", ".join(self.parts) or "none"
            raise ComponentError(f'ui "{self.name}": unknown part "{part}" (it has: {known})')

    def make(self, given: Mapping[str, object]) -> Any:
        """Build the component; None for an optional argument means its default."""
        kept = {
            name: value
            for name, value in given.items()
            if value is not None or self.arguments[name].required
        }
        for name, value in kept.items():
            self.arguments[name].check(self.name, value)
        return self.cls(**kept)


registry: dict[str, Contract] = {}


@dataclass_transform(kw_only_default=True, frozen_default=True)
def component(
    name: str, *, body: Body = "none", parts: tuple[str, ...] = ()
) -> Callable[[type[T]], type[T]]:
    """Register a class as the component `name`, rendered by `templates/ui/<name>.html`."""

    def register(cls: type[T]) -> type[T]:
        made = dataclass(frozen=True, kw_only=True)(cls)
        registry[name] = Contract(name, made, body, parts, _arguments(made))
        return made

    return register


def contract(name: str) -> Contract:
    try:
        return registry[name]
    except KeyError:
        known = ", ".join(sorted(registry))
        raise ComponentError(f'ui: no component "{name}" (there are: {known})') from None


def _arguments(cls: type[Any]) -> dict[str, Argument]:
    hints = get_type_hints(cls, include_extras=True)
    return {field.name: _argument(field, hints[field.name]) for field in fields(cls)}


def _argument(field: Field[Any], hint: Any) -> Argument:
    doc = ""
    if get_origin(hint) is Annotated:
        hint, doc = get_args(hint)[:2]
    required = field.default is MISSING and field.default_factory is MISSING
    return Argument(field.name, hint, doc, required, None if required else field.default)


def _fits(value: object, hint: Any) -> bool:
    if hint in (object, Any):
        return True
    origin = get_origin(hint)
    if origin is Literal:
        return not isinstance(value, bool) and value in get_args(hint)
    if origin in (Union, UnionType):
        return any(_fits(value, choice) for choice in get_args(hint))
    return _is_instance(value, origin or hint)


def _is_instance(value: object, kind: Any) -> bool:
    if kind is str:
        return isinstance(value, str | Promise)
    if kind is bool:
        return isinstance(value, bool)
    if kind in (int, float):
        accepted = (int,) if kind is int else (int, float, Decimal, Fraction)
        return isinstance(value, accepted) and not isinstance(value, bool)
    return isinstance(value, kind)


def _in_words(hint: Any) -> str:
    if get_origin(hint) in (Union, UnionType):
        return " | ".join(_in_words(choice) for choice in get_args(hint) if choice is not NoneType)
    if hint is object:
        return "any value"
    return getattr(hint, "__name__", str(hint))
