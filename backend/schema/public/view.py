"""POST /graphql/public, as GraphQL over HTTP asks (stage 2, sections 5 and 6; appendix on documents by id)."""

import json
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from strawberry.schema.exceptions import CannotGetOperationTypeError
from strawberry.types import ExecutionResult

from backend.schema.context import context_of
from backend.schema.limits import MOST_BYTES
from backend.schema.public.schema import allow_listed_schema, allowed, free_schema

GRAPHQL_RESPONSE = "application/graphql-response+json"
PLAIN_JSON = "application/json"


class BadRequest(Exception):
    """The request is not a well-formed GraphQL-over-HTTP request."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True)
class Asked:
    """A document, whether it is of the allow-list, and its variables."""

    text: str
    is_allowed: bool
    variables: dict[str, Any]
    operation_name: str | None


@csrf_exempt  # no cookies: the widget sends credentials "omit" and CORS allows none
def public_view(request: HttpRequest) -> HttpResponse:
    """Execute one operation of the municipality's public schema."""
    media_type = _negotiated(request.headers.get("Accept", "*/*"))
    if media_type is None:
        return HttpResponse(status=406)
    try:
        asked = _parse(request)
        schema = allow_listed_schema if asked.is_allowed else free_schema
        result = schema.execute_sync(
            asked.text,
            variable_values=asked.variables,
            operation_name=asked.operation_name,
            context_value=context_of(request, request.tenant),  # type: ignore[attr-defined] # set by TenantMiddleware
        )
    except BadRequest as error:
        response = _answer({"errors": [{"message": str(error)}]}, media_type, error.status)
        if error.status == 405:
            response["Allow"] = "POST"
        return response
    except CannotGetOperationTypeError as error:
        return _answer({"errors": [{"message": error.as_http_error_reason()}]}, media_type, 400)
    return _answer(_as_json(result), media_type, _status(result, media_type))


def _negotiated(accept: str) -> str | None:
    wanted = [part.split(";")[0].strip().lower() for part in accept.split(",")]
    if GRAPHQL_RESPONSE in wanted:
        return GRAPHQL_RESPONSE
    return PLAIN_JSON if {PLAIN_JSON, "application/*", "*/*"} & set(wanted) else None


def _parse(request: HttpRequest) -> Asked:
    if request.method != "POST":
        raise BadRequest(405, "Use POST.")
    if (request.content_type or "").lower() != PLAIN_JSON:
        raise BadRequest(415, "Send application/json.")
    if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES or len(request.body) > MOST_BYTES:
        raise BadRequest(413, "The request is too large.")
    try:
        body = json.loads(request.body)
    except ValueError as error:
        raise BadRequest(400, "The body is not JSON.") from error
    if not isinstance(body, dict):
        raise BadRequest(400, "Send one operation as an object.")
    variables, name = body.get("variables"), body.get("operationName")
    variables = {} if variables is None else variables
    if not isinstance(variables, dict) or not isinstance(name, str | None):
        raise BadRequest(400, "variables must be an object and operationName a string.")
    if "documentId" in body:
        text = allowed.texts.get(str(body["documentId"]))
        if text is None:
            raise BadRequest(400, "This document is not known here.")
        return Asked(text=text, is_allowed=True, variables=variables, operation_name=name)
    if not settings.SEM_FREE_DOCUMENTS:
        raise BadRequest(400, "Only known documents are answered: send documentId.")
    if not isinstance(body.get("query"), str) or not body["query"]:
        raise BadRequest(400, "Send query or documentId.")
    return Asked(text=body["query"], is_allowed=False, variables=variables, operation_name=name)


def _as_json(result: ExecutionResult) -> dict[str, Any]:
    answer: dict[str, Any] = {}
    if result.errors:
        answer["errors"] = [error.formatted for error in result.errors]
    if result.data is not None or not _is_request_error(result):
        answer["data"] = result.data
    return answer


def _is_request_error(result: ExecutionResult) -> bool:
    """A request error has no path: nothing was executed (GraphQL specification §7.1.2)."""
    return result.data is None and bool(result.errors) and not any(error.path for error in result.errors or ())


def _status(result: ExecutionResult, media_type: str) -> int:
    return 400 if media_type == GRAPHQL_RESPONSE and _is_request_error(result) else 200


def _answer(body: dict[str, Any], media_type: str, status: int) -> HttpResponse:
    response = HttpResponse(
        json.dumps(body, ensure_ascii=False, separators=(",", ":"), default=str),
        status=status,
        content_type=f"{media_type}; charset=utf-8",
    )
    response["Cache-Control"] = "no-store"
    return response
