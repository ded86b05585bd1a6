"""POST /graphql/staff: a session, a CSRF token, our own origin; free documents within limits, files among them."""

from collections.abc import Callable

import strawberry
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.request import split_domain_port
from django.middleware.csrf import CsrfViewMiddleware, get_token
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET
from strawberry.types import ExecutionResult

from backend.schema.context import TooManyRequests
from backend.schema.http import BadRequest, Operation, answer_request, operation_of, read_body
from backend.schema.limits import STAFF
from backend.schema.staff.context import NotSignedIn, StaffContext, staff_context_of
from backend.schema.staff.schema import staff_schema
from backend.schema.staff.uploads import FORM_ERRORS, allow_upload, read_upload
from backend.shared.errors import DomainError
from backend.tenants.limits import STRANGERS_PER_NETWORK

MULTIPART = "multipart/form-data"


@require_GET
def csrf_view(request: HttpRequest) -> HttpResponse:
    """Give the token to be sent as X-CSRFToken; its cookie comes with the answer."""
    response = JsonResponse({"csrfToken": get_token(request)})
    response["Cache-Control"] = "no-store"
    return response


def staff_view_of(schema: strawberry.Schema) -> Callable[[HttpRequest], HttpResponse]:
    """Return the view of a schema of staff."""

    @csrf_exempt  # checked below: Django's own check would read an upload before it is known whose it is
    def view(request: HttpRequest) -> HttpResponse:
        response = answer_request(request, lambda request: _execute(schema, request))
        response["Cross-Origin-Resource-Policy"] = "same-origin"
        return response

    return view


staff_view = staff_view_of(staff_schema)


def _execute(schema: strawberry.Schema, request: HttpRequest) -> ExecutionResult:
    context = staff_context_of(request)
    try:
        asked = _read(request, context)
    except DomainError as error:
        status = {TooManyRequests: 429, NotSignedIn: 401}.get(type(error), 403)
        raise BadRequest(status, error.message.in_language(context.language), error.code) from error
    return schema.execute_sync(
        asked.text, variable_values=asked.variables, operation_name=asked.name, context_value=context
    )


def _read(request: HttpRequest, context: StaffContext) -> Operation:
    """Return the operation. What can be refused without reading the body is refused before."""
    is_upload = request.content_type == MULTIPART
    if context.account is None:
        context.require_under((STRANGERS_PER_NETWORK, context.network))
        if is_upload:
            raise NotSignedIn
    if is_upload:
        allow_upload(request)
    _require_ours(request, context)
    if is_upload:
        return read_upload(request)
    body = read_body(request, most_bytes=STAFF.bytes)
    return operation_of(body, body.get("query"))


def _require_ours(request: HttpRequest, context: StaffContext) -> None:
    """Raise `BadRequest` unless one of our own pages, or a program that holds the token, sent this."""
    reason = ""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        reason = "The request comes from another site."
    elif not request.headers.get("X-CSRFToken"):
        reason = "Send the token of /staff/csrf as X-CSRFToken."
    else:
        reason = _CsrfCheck(lambda _: HttpResponse()).refusal(request)
    if reason:
        context.note_denied("request", "csrf")
        raise BadRequest(403, reason, "staff.csrf")


class _CsrfCheck(CsrfViewMiddleware):
    """Django's check with the origin taken from our own table of hosts: TLS ends at a proxy that Django cannot see."""

    def refusal(self, request: HttpRequest) -> str:
        """Return why the request is refused; empty where it is not. Raises `BadRequest` for a malformed form."""
        try:
            return str(self.process_view(request, None, (), {}) or "")  # type: ignore[arg-type]  # no view is needed
        except FORM_ERRORS as error:
            raise BadRequest(400, "The multipart request is malformed.") from error

    def _reject(self, request: HttpRequest, reason: str) -> str:
        return reason

    def _origin_verified(self, request: HttpRequest) -> bool:
        host, _port = split_domain_port(request.META.get("HTTP_HOST", ""))
        return request.headers.get("Origin") == str(settings.SEM_PUBLIC_ORIGIN).format(host=host)
