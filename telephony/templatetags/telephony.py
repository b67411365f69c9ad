"""`{% tel number %}`: a number that one click dials, the way the organisation set."""

from typing import Any

from django import template
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from directory.models import Organisation
from telephony import numbers
from telephony.dialling import DEFAULT_DIAL_TEMPLATE, dial_address
from telephony.models import TelephonySetting

register = template.Library()

KEPT = "_dial_template"


@register.simple_tag(takes_context=True)
def tel(context: Context, number: str) -> SafeString:
    """A link when this can be dialled, else the bare words; the setting is read once a page."""
    address = dial_address(number, _template_of(context.get("organisation")))
    words = numbers.shown(number)
    if not address:
        return format_html("{}", words)
    return format_html('<a class="tel" href="{}">{}</a>', address, words)


def _template_of(organisation: Any) -> str:
    if not isinstance(organisation, Organisation):
        return DEFAULT_DIAL_TEMPLATE
    if not hasattr(organisation, KEPT):
        own = TelephonySetting.objects.filter(organisation=organisation)
        found = own.values_list("dial_template", flat=True).first()
        setattr(organisation, KEPT, found or DEFAULT_DIAL_TEMPLATE)
    kept: str = getattr(organisation, KEPT)
    return kept
