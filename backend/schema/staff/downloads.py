"""Handing out a file to staff who are signed in and allowed to have it."""

from collections.abc import Callable
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, JsonResponse

from backend.billing.rolls.named import NamedFile
from backend.people.rules import Permission
from backend.schema.context import TooManyRequests
from backend.schema.staff.context import NotSignedIn, staff_context_of
from backend.shared.errors import DomainError, Unavailable

_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "txt": "text/plain; charset=utf-8",
}
_STATUS: dict[type[DomainError], int] = {NotSignedIn: 401, TooManyRequests: 429}


def answer_file(
    request: HttpRequest,
    permission: Permission,
    *,
    wanted: str,
    find: Callable[[], NamedFile],
    not_found: tuple[type[DomainError], ...],
) -> HttpResponse:
    """Answer with the file, or say why not.

    404 for errors of the kinds `not_found`, 503 while the storage is away, else 401, 403 or 429.
    """
    context = staff_context_of(request)
    try:
        context.require(permission, wanted=wanted)
        file = find()
    except DomainError as error:
        status = 404 if isinstance(error, not_found) else _STATUS.get(type(error), 403)
        status = 503 if isinstance(error, Unavailable) else status
        said = {"code": error.code, "message": error.message.in_language(context.language)}
        return _uncached(JsonResponse({"errors": [said]}, status=status))
    response = HttpResponse(file.data, content_type=_TYPES[file.filename.rpartition(".")[2].lower()])
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(file.filename)}"
    response["X-Content-Type-Options"] = "nosniff"
    return _uncached(response)


def _uncached(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "private, no-store"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
