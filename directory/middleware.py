"""Who may see a page, and that pages of a logged-in agent leave no copy in any cache."""

from collections.abc import Callable
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils.cache import add_never_cache_headers

# Added to the address of the login when a form was sent without a session.
NOT_SENT = "rien-envoye"


class LoginMiddleware(LoginRequiredMiddleware):
    """Deny by default; whoever sent a form after their session ended learns that nothing was sent.

    They come back to the page they were on, since many forms have no page of their own.
    """

    def handle_no_permission(
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponseRedirect:
        if request.method != "POST":
            return super().handle_no_permission(request, view_func)
        query = {REDIRECT_FIELD_NAME: _page_of(request), NOT_SENT: "1"}
        return HttpResponseRedirect(f"{resolve_url(settings.LOGIN_URL)}?{urlencode(query)}")


def _page_of(request: HttpRequest) -> str:
    """The page the form was on, when the browser says it and it is ours."""
    origin = urlsplit(request.headers.get("Referer", ""))
    if origin.path.startswith("/") and origin.netloc == request.get_host():
        return origin.path + (f"?{origin.query}" if origin.query else "")
    return request.path


class PrivatePagesMiddleware:
    """Pages of a logged-in agent hold personal data: no cache may keep them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.user.is_authenticated and not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
        return response
