"""For the gallery only: render a specimen from the call that documents it."""

from django import template
from django.template import Context
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag(takes_context=True)
def specimen(context: Context, source: str) -> SafeString:
    assert context.template is not None  # noqa: S101 - always set while rendering
    engine = context.template.engine
    return engine.from_string("{% load i18n ui %}" + source).render(context)
