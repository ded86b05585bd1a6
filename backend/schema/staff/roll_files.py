"""Files of rolls for staff who are signed in: templates, what was uploaded, what is to be corrected."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from backend.billing.rolls.kinds import Kind
from backend.billing.rolls.named import NamedFile
from backend.billing.rolls.queries import CorrectionsNotReady, RollNotFound, corrections_file, original_file
from backend.billing.rolls.templates import roll_template
from backend.people.rules import Permission
from backend.schema.nodes import NodeIdInvalid, row_id
from backend.schema.staff.downloads import answer_file
from backend.schema.staff.roll_types import ROLL
from backend.services import UnknownService
from backend.shared.files import StoredFileMissing

_NOT_FOUND = (RollNotFound, CorrectionsNotReady, NodeIdInvalid, UnknownService, StoredFileMissing)


@require_GET
def roll_file(request: HttpRequest, node: str) -> HttpResponse:
    """Give the file as it was uploaded."""
    return _file(request, "rollFile", lambda: original_file(row_id(ROLL, node)))


@require_GET
def roll_corrections(request: HttpRequest, node: str) -> HttpResponse:
    """Give the file with its errors beside the rows."""
    return _file(request, "rollCorrections", lambda: corrections_file(row_id(ROLL, node)))


@require_GET
def roll_template_file(request: HttpRequest, service: str, kind: str) -> HttpResponse:
    """Give the empty roll of a service, as XLSX or CSV."""
    if kind not in list(Kind):
        return HttpResponse(status=404)
    return _file(request, "rollTemplate", lambda: roll_template(service=service, kind=Kind(kind)))


def _file(request: HttpRequest, wanted: str, find: Callable[[], NamedFile]) -> HttpResponse:
    return answer_file(request, Permission.ROLLS_READ, wanted=wanted, find=find, not_found=_NOT_FOUND)
