"""A page to drive the staff schema by hand, in demo and tests only; everything that it loads is ours."""

from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_GET

_HERE = Path(__file__).parent
_TYPES = {".js": "text/javascript", ".css": "text/css", ".html": "text/html"}
_ASSETS = frozenset({"explorer.js", "explorer.css"})


@require_GET
@ensure_csrf_cookie
def page(request: HttpRequest) -> HttpResponse:
    """Show the page."""
    return _file("explorer.html")


@require_GET
def asset(request: HttpRequest, name: str) -> HttpResponse:
    """Give its script or its style sheet."""
    return _file(name) if name in _ASSETS else HttpResponse(status=404)


def _file(name: str) -> HttpResponse:
    if not settings.SEM_EXPLORER:
        return HttpResponse(status=404)
    file = _HERE / name
    response = HttpResponse(file.read_bytes(), content_type=f"{_TYPES[file.suffix]}; charset=utf-8")
    response["Cache-Control"] = "no-store"
    return response
