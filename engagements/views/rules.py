"""The counting rules, as the project's documentation writes them: one click from every figure."""

from functools import cache
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe
from markdown_it import MarkdownIt

RULES = Path(settings.BASE_DIR) / "docs" / "regles-de-comptage.md"


@cache
def rules_as_html() -> SafeString:
    """Our own file, anchors included: nothing typed by anyone passes here."""
    text = RULES.read_text(encoding="utf-8").split("\n", 1)[1]
    html: str = MarkdownIt("commonmark", {"html": True}).enable("table").render(text)
    return SafeString(html)


@require_safe
@login_not_required
def show(request: HttpRequest) -> HttpResponse:
    """Open to everyone: who reads a published figure may read how it was counted."""
    base = "base.html" if request.user.is_authenticated else "base_public.html"
    return render(request, "engagements/rules.html", {"rules": rules_as_html(), "base": base})
