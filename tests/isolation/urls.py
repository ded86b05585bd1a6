"""The platform's addresses and one more, which tells who is signed in."""

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path

from backend.config.urls import urlpatterns as platform


def who(request: HttpRequest) -> HttpResponse:
    """Name the account of the session, or nobody."""
    return HttpResponse(f"{request.user.pk} {request.user}" if request.user.is_authenticated else "nobody")


urlpatterns: list[URLPattern] = [*platform, path("who", who)]
