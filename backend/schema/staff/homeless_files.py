"""Money without a home as a file, for staff who are signed in: /staff/homeless.csv and .xlsx, all or undecided."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from backend.billing.homeless_export import homeless_file
from backend.billing.homeless_queries import UNDECIDED, Wanted
from backend.billing.rolls.kinds import Kind
from backend.people.rules import Permission
from backend.schema.staff.roll_files import FILE_TYPES, file_response
from backend.shared import clock


@require_GET
def homeless_table(request: HttpRequest, kind: str) -> HttpResponse:
    """Give all of it, or with `?undecided` what waits."""
    if kind not in FILE_TYPES:
        return HttpResponse(status=404)
    wanted = Wanted(states=UNDECIDED) if "undecided" in request.GET else Wanted()
    return file_response(
        request,
        Permission.HOMELESS_READ,
        "homelessFile",
        lambda: homeless_file(Kind(kind), wanted, today=clock.today()),
    )
