"""Click-to-call: the address that a number opens can never be a script."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.template import Context, Template
from pytest_django import DjangoAssertNumQueries

from directory.models import Organisation
from telephony.dialling import dial_address, valid_dial_template
from telephony.models import TelephonySetting
from telephony.numbers import caller, masked, shown

GOOD = [
    "tel:{number}",
    "sip:{number}@standard.exemple.fr",
    "callto:{number}",
    "https://standard.exemple.fr/appeler?numero={number}&poste=12",
]
BAD = [
    "javascript:alert({number})",
    "JavaScript:{number}",
    " javascript:{number}",
    "java\nscript:{number}",
    "data:text/html,{number}",
    "vbscript:{number}",
    "http://exemple.fr/{number}",
    "tel:",
    "tel:{number}{number}",
    "{number}",
    'tel:{number}" onclick="alert(1)',
    "tel:<b>{number}",
    "tel:{number} ",
    "tel:{number}\n",
    "tel:{nombre}",
    "//exemple.fr/{number}",
]


@pytest.mark.parametrize("template", GOOD)
def test_permitted(organisation: Organisation, template: str) -> None:
    valid_dial_template(template)
    TelephonySetting.objects.create(organisation=organisation, dial_template=template)


@pytest.mark.parametrize("template", BAD)
def test_refused_by_the_form_and_by_the_database(organisation: Organisation, template: str) -> None:
    with pytest.raises(ValidationError):
        valid_dial_template(template)
    with pytest.raises(IntegrityError, match="telephony_dial_template"), transaction.atomic():
        TelephonySetting.objects.create(organisation=organisation, dial_template=template)


@pytest.mark.parametrize(
    ("number", "template", "address"),
    [
        ("+33199001234", "tel:{number}", "tel:+33199001234"),
        ("01 99 00 12 34", "tel:{number}", "tel:0199001234"),
        ("3939", "sip:{number}@pbx", "sip:3939@pbx"),
        ("+33199001234", "https://pbx/?n={number}", "https://pbx/?n=%2B33199001234"),
        ("#31#0199001234", "tel:{number}", "tel:%2331%230199001234"),
        ("client1", "tel:{number}", ""),
        ("javascript:alert(1)", "tel:{number}", ""),
        ("", "tel:{number}", ""),
    ],
)
def test_addresses(number: str, template: str, address: str) -> None:
    assert dial_address(number, template) == address


def written(organisation: Organisation | None, number: str) -> str:
    page = Template("{% load telephony %}{% tel number %}")
    return page.render(Context({"organisation": organisation, "number": number}))


def test_the_tag(
    organisation: Organisation, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    TelephonySetting.objects.create(organisation=organisation, dial_template="callto:{number}")
    with django_assert_num_queries(1):
        for _twice in range(2):
            link = written(organisation, "+33199001234")
    assert link == '<a class="tel" href="callto:+33199001234">01 99 00 12 34</a>'
    assert written(None, "3939") == '<a class="tel" href="tel:3939">3939</a>'
    assert written(organisation, "<b>client</b>") == "&lt;b&gt;client&lt;/b&gt;"


@pytest.mark.parametrize(
    ("told", "kept", "is_number"),
    [
        ("01 99 00 12 34", "+33199001234", True),
        ("0033199001234", "+33199001234", True),
        ("6789", "6789", True),
        ("anonymous", "", True),
        ("", "", True),
        ("client1", "client1", False),
        ("x" * 99, "x" * 40, False),
        ("a\x00b", "ab", False),
    ],
)
def test_callers(told: str, kept: str, is_number: bool) -> None:
    assert caller(told) == (kept, is_number)


def test_shown_and_masked() -> None:
    assert (shown("+33199001234"), shown("+32470000000")) == ("01 99 00 12 34", "+32470000000")
    assert [masked(one) for one in ("+33199001234", "3939", "")] == ["•• 34", "••", ""]
