"""GraphQL over HTTP (stage 2, sections 5 and 6): what every door of ours does with a request and a result."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, HttpResponse
from strawberry.schema.exceptions import CannotGetOperationTypeError
from strawberry.types import ExecutionResult

GRAPHQL_RESPONSE = "application/graphql-response+json"
PLAIN_JSON = "application/json"
_ALLOW = {405: {"Allow": "POST"}}


class BadRequest(Exception):
    """The request is not one that can be executed; `code` is for machines, where there is one."""

    def __init__(self, status: int, message: str, code: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.code = code


@dataclass(frozen=True)
class Operation:
    """A document and what it is executed with."""

    text: str
    variables: dict[str, Any] = field(default_factory=dict)
    name: str | None = None


def answer_request(request: HttpRequest, execute: Callable[[HttpRequest], ExecutionResult]) -> HttpResponse:
    """Answer with what `execute` gives; its `BadRequest` becomes the status that it names."""
    media_type = _negotiated(request.headers.get("Accept", "*/*"))
    if media_type is None:
        return HttpResponse(status=406)
    try:
        if request.method != "POST":
            raise BadRequest(405, "Use POST.")
        result = execute(request)
    except BadRequest as error:
        said: dict[str, Any] = {"message": str(error)}
        if error.code:
            said["extensions"] = {"code": error.code}
        return _answer({"errors": [said]}, media_type, error.status)
    except CannotGetOperationTypeError as error:
        return _answer({"errors": [{"message": error.as_http_error_reason()}]}, media_type, 400)
    return _answer(_as_json(result), media_type, _status(result, media_type))


def require_size(request: HttpRequest, most: int) -> None:
    """Raise `BadRequest` for a body that says it is larger; read nothing of it."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > most:
        raise BadRequest(413, "The request is too large.")


def read_body(request: HttpRequest, *, most_bytes: int) -> dict[str, Any]:
    """Return the JSON object of the body. Raises `BadRequest`."""
    if (request.content_type or "").lower() != PLAIN_JSON:
        raise BadRequest(415, "Send application/json.")
    require_size(request, most_bytes)
    if len(request.body) > most_bytes:
        raise BadRequest(413, "The request is too large.")
    return read_json_object(request.body)


def read_json_object(raw: bytes | str) -> dict[str, Any]:
    """Return a JSON object that a database can keep: no NUL, no half of a surrogate pair. Raises `BadRequest`."""
    text = raw if isinstance(raw, str) else raw.decode("utf-8", errors="replace")
    try:
        body = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadRequest(400, "The body is not JSON.") from error
    if not isinstance(body, dict):
        raise BadRequest(400, "Send one operation as an object.")
    if "\\u" in text:
        _require_storable(text, body)
    return body


def operation_of(body: Mapping[str, Any], text: object) -> Operation:
    """Return the operation that a body asks for. Raises `BadRequest`."""
    variables, name = body.get("variables"), body.get("operationName")
    variables = {} if variables is None else variables
    if not isinstance(variables, dict) or not isinstance(name, str | None):
        raise BadRequest(400, "variables must be an object and operationName a string.")
    if not isinstance(text, str) or not text:
        raise BadRequest(400, "Send query or documentId.")
    return Operation(text=text, variables=variables, name=name)


def _require_storable(text: str, body: dict[str, Any]) -> None:
    try:
        json.dumps(body, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError as error:
        raise BadRequest(400, "The body holds half of a surrogate pair.") from error
    if "\\u0000" in text:
        raise BadRequest(400, "The body holds a NUL character.")


def _negotiated(accept: str) -> str | None:
    wanted = [part.split(";")[0].strip().lower() for part in accept.split(",")]
    if GRAPHQL_RESPONSE in wanted:
        return GRAPHQL_RESPONSE
    return PLAIN_JSON if {PLAIN_JSON, "application/*", "*/*"} & set(wanted) else None


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
        headers=_ALLOW.get(status, {}),
    )
    response["Cache-Control"] = "no-store"
    return response
