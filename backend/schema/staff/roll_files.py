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

FILE_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
_STATUS: dict[type[DomainError], int] = {NotSignedIn: 401, TooManyRequests: 429}
_NOT_FOUND = (RollNotFound, CorrectionsNotReady, NodeIdInvalid, UnknownService, StoredFileMissing)


@require_GET
def roll_file(request: HttpRequest, node: str) -> HttpResponse:
    """Give the file as it was uploaded."""
    return file_response(request, Permission.ROLLS_READ, "rollFile", lambda: original_file(row_id(ROLL, node)))


@require_GET
def roll_corrections(request: HttpRequest, node: str) -> HttpResponse:
    """Give the file with its errors beside the rows."""
    return file_response(
        request, Permission.ROLLS_READ, "rollCorrections", lambda: corrections_file(row_id(ROLL, node))
    )


@require_GET
def roll_template_file(request: HttpRequest, service: str, kind: str) -> HttpResponse:
    """Give the empty roll of a service, as XLSX or CSV."""
    if kind not in FILE_TYPES:
    if kind not in list(Kind):
        return HttpResponse(status=404)
    return file_response(
        request, Permission.ROLLS_READ, "rollTemplate", lambda: roll_template(service=service, kind=Kind(kind))
    )


def file_response(
    request: HttpRequest, permission: Permission, wanted: str, find: Callable[[], NamedFile]
) -> HttpResponse:
    """Give a file to somebody with the permission; a denial is in the log as `wanted`."""
    context = staff_context_of(request)
    try:
        context.require(permission, wanted=wanted)
        file = find()
    except DomainError as error:
        status = 404 if isinstance(error, _NOT_FOUND) else _STATUS.get(type(error), 403)
        said = {"code": error.code, "message": error.message.in_language(context.language)}
        return _uncached(JsonResponse({"errors": [said]}, status=status))
    response = HttpResponse(file.data, content_type=FILE_TYPES[file.filename.rpartition(".")[2].lower()])
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(file.filename)}"
    response["X-Content-Type-Options"] = "nosniff"
    return _uncached(response)


def _uncached(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "private, no-store"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
def _file(request: HttpRequest, wanted: str, find: Callable[[], NamedFile]) -> HttpResponse:
    return answer_file(request, Permission.ROLLS_READ, wanted=wanted, find=find, not_found=_NOT_FOUND)
