"""Money without a home as a file, for staff who are signed in: /staff/homeless.csv and .xlsx, all or undecided."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from backend.billing.homeless_export import homeless_file
from backend.billing.homeless_queries import UNDECIDED, Wanted
from backend.billing.rolls.kinds import Kind
from backend.people.rules import Permission
from backend.schema.staff.downloads import answer_file
from backend.shared import clock


@require_GET
def homeless_table(request: HttpRequest, kind: str) -> HttpResponse:
    """Give all of it, or with `?undecided` what waits."""
    if kind not in list(Kind):
        return HttpResponse(status=404)
    wanted = Wanted(states=UNDECIDED) if "undecided" in request.GET else Wanted()
    return answer_file(
        request,
        Permission.HOMELESS_READ,
        wanted="homelessFile",
        find=lambda: homeless_file(Kind(kind), wanted, today=clock.today()),
        not_found=(),
    )
