"""Doors of the municipality's look: its own payment page, style sheet, logo, and the widget's script."""

import re
from typing import TypeVar

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_GET

from backend.profile.pages import themed_page
from backend.profile.queries import get_profile
from theming.templates import page_css

R = TypeVar("R", bound=HttpResponseBase)
_SCRIPT = re.compile(r"(v1|\d{1,3}\.\d{1,3}\.\d{1,3})\.js")


@require_GET
def pay(request: HttpRequest) -> HttpResponse:
    """Show the widget on our own page: an address that can be printed and works where a site strips unknown tags."""
    return themed_page("pages/pay.html", {})


@require_GET
def theme_css(request: HttpRequest) -> HttpResponse:
    """Give the style sheet of the pages."""
    return _cached(HttpResponse(page_css(get_profile().theme), content_type="text/css; charset=utf-8"), 300)


@require_GET
def logo(request: HttpRequest) -> HttpResponse:
    """Give the logo as PNG."""
    image = get_profile().theme.logo
    if image is None:
        return HttpResponse(status=404)
    response = HttpResponse(image, content_type="image/png")
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return _cached(response, 300)


@require_GET
def widget_script(request: HttpRequest, name: str) -> HttpResponseBase:
    """Give the widget: `v1.js` for a short time, so that it can be repaired, a pinned version for ever."""
    file = settings.SEM_FRONTEND_DIR / "widget" / name
    if not _SCRIPT.fullmatch(name) or not file.is_file():
        return HttpResponse("// no such version\n", status=404, content_type="text/javascript; charset=utf-8")
    response = FileResponse(file.open("rb"), content_type="text/javascript; charset=utf-8")
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    response["Access-Control-Allow-Origin"] = "*"  # the script is public; SRI needs a CORS answer
    return _cached(response, 300 if name == "v1.js" else 31_536_000)


def _cached(response: R, seconds: int) -> R:
    response["Cache-Control"] = f"public, max-age={seconds}"
    return response
