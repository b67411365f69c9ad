"""Telephone numbers as people write them."""

from django import template

from contacts import phones

register = template.Library()


@register.filter
def phone(stored: str) -> str:
    return phones.spelled(stored)
