"""POST /graphql/public: known documents by id; free ones in demo and tests only."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from strawberry.types import ExecutionResult

from backend.schema.context import context_of
from backend.schema.http import BadRequest, answer_request, operation_of, read_body
from backend.schema.limits import PUBLIC
from backend.schema.public.schema import allow_listed_schema, allowed, free_schema


@csrf_exempt  # no cookies: the widget sends credentials "omit" and CORS allows none
def public_view(request: HttpRequest) -> HttpResponse:
    """Execute one operation of the municipality's public schema."""
    return answer_request(request, _execute)


def _execute(request: HttpRequest) -> ExecutionResult:
    body = read_body(request, most_bytes=PUBLIC.bytes)
    is_known = "documentId" in body
    if is_known:
        text: object = allowed.texts.get(str(body["documentId"]))
        if text is None:
            raise BadRequest(400, "This document is not known here.")
    elif settings.SEM_FREE_DOCUMENTS:
        text = body.get("query")
    else:
        raise BadRequest(400, "Only known documents are answered: send documentId.")
    asked = operation_of(body, text)
    return (allow_listed_schema if is_known else free_schema).execute_sync(
        asked.text,
        variable_values=asked.variables,
        operation_name=asked.name,
        context_value=context_of(request, request.tenant),  # type: ignore[attr-defined] # set by TenantMiddleware
    )
