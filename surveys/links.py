"""Addresses that leave by mail or on paper: from the configured base, never the Host header."""

import segno
from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe


def answer_url(token: str) -> str:
    return f"{settings.PUBLIC_BASE_URL}{reverse('survey_answer', args=[token])}"


def qr_url(code: str) -> str:
    return f"{settings.PUBLIC_BASE_URL}{reverse('survey_qr_answer', args=[code])}"


def qr_drawing(url: str) -> SafeString:
    """The QR code as an inline SVG, without style: error correction Q survives a worn poster."""
    drawing = segno.make_qr(url, error="q").svg_inline(
        border=4, omitsize=True, svgclass="qr", lineclass=None, title=None
    )
    return mark_safe(drawing)  # noqa: S308 - drawn by segno from an address of ours
