"""Pages that open to whoever has their link: no login, no cookie, no trace."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.csrf import csrf_exempt

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]

HEADERS = {
    # The address is the key: it must not travel on to another site, a cache or an index.
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow",
}
OWN_SITES = ("", "same-origin", "none")


def open_by_link(
    elsewhere: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[View[P]], View[P]]:
    """Open to all. Without session there is nothing for a forged request to borrow, and the
    no-referrer policy makes browsers hide the origin that a CSRF check would compare; a form posted
    from another site is refused by what the browser says of it, and shown `elsewhere`."""

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def shown(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            from_site = request.headers.get("Sec-Fetch-Site", "")
            if request.method == "POST" and from_site not in OWN_SITES:
                response = elsewhere(request)
            else:
                response = view(request, *args, **kwargs)
            for name, value in HEADERS.items():
                response[name] = value
            return response

        return login_not_required(csrf_exempt(shown))

    return decorate
