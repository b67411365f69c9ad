"""A component refuses what its contract does not know."""

from typing import Any

import pytest
from django.template import Context, Template

from ui.components import ComponentError, registry


def render(source: str, **context: Any) -> str:
    return Template("{% load i18n ui %}" + source).render(Context(context))


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ('{% ui "badge" lable="x" %}', 'ui "badge": unknown argument "lable"'),
        ('{% ui "badge" %}', 'ui "badge": missing argument "label"'),
        ('{% ui "badge" label=3 %}', 'ui "badge": argument "label" takes str'),
        ('{% ui "badge" label=nobody %}', 'ui "badge": argument "label" takes str'),
        (
            '{% ui "badge" label="x" kind="red" %}',
            'ui "badge": argument "kind" takes neutral | info',
        ),
        ('{% ui "disclosure" summary="x" %}', 'ui "disclosure" has a body: write it with uiblock'),
        ('{% uiblock "badge" label="x" %}{% enduiblock %}', 'ui "badge" has no body'),
        ('{% ui "bagde" label="x" %}', 'no component "bagde"'),
        ('{% ui badge label="x" %}', "name the component in quotes"),
        ('{% ui "badge" "x" %}', "arguments are named"),
        (
            '{% uiblock "card" %}{% uipart foot %}{% enduipart %}{% enduiblock %}',
            'ui "card": unknown part "foot" (it has: actions, footer)',
        ),
        ("{% uipart actions %}{% enduipart %}", 'uipart "actions" stands outside'),
        ("{% uiblock 'card' %}{% uipart %}{% enduipart %}{% enduiblock %}", "takes one name"),
        ('{% icon "unicorn" %}', 'no drawing "unicorn"'),
        ('{% ui "stat" label="x" value=1 state=True %}', 'argument "state" takes none | success'),
        ('{% ui "pagination" page="2" %}', 'argument "page" takes Page'),
    ],
)
def test_a_wrong_call_is_refused_by_name(source: str, message: str) -> None:
    with pytest.raises(ComponentError if "one name" not in message else Exception) as refusal:
        render(source)
    assert message in str(refusal.value)


def test_none_means_the_default_of_an_optional_argument() -> None:
    assert "badge--neutral" in render('{% ui "badge" label="x" kind=kind %}', kind=None)


def test_unknown_and_missing_arguments_are_refused_before_rendering() -> None:
    with pytest.raises(ComponentError):
        Template('{% load ui %}{% if False %}{% ui "badge" lable="x" %}{% endif %}')


def test_a_part_may_be_conditional() -> None:
    source = (
        '{% uiblock "card" %}body{% if shown %}{% uipart actions %}do{% enduipart %}{% endif %}'
        "{% enduiblock %}"
    )
    assert "card__actions" in render(source, shown=True)
    assert "card__actions" not in render(source, shown=False)


def test_a_part_belongs_to_the_nearest_block() -> None:
    html = render(
        '{% uiblock "card" title="A" %}{% uiblock "empty_state" title="B" %}'
        "{% uipart actions %}inner{% enduipart %}{% enduiblock %}{% enduiblock %}"
    )
    assert "card__actions" not in html
    assert "inner" in html


def test_words_are_escaped() -> None:
    assert "&lt;b&gt;" in render('{% ui "badge" label=label %}', label="<b>")


@pytest.mark.parametrize("name", sorted(registry))
def test_every_contract_is_documented(name: str) -> None:
    contract = registry[name]
    assert contract.doc
    assert all(argument.doc for argument in contract.arguments.values())
