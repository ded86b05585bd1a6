"""Pages of the platform in the municipality's look."""

from collections.abc import Mapping

from django.http import HttpResponse

from backend.profile.queries import get_profile
from backend.shared import clock
from theming.templates import render


def themed_page(template: str, context: Mapping[str, object], *, status: int = 200) -> HttpResponse:
    """Draw a page; a shifted calendar is always shown."""
    shifted = f"{clock.today():%d-%m-%Y}" if clock.shift_days() else ""
    return HttpResponse(render(template, {"shifted_date": shifted, **context}, get_profile().theme), status=status)
