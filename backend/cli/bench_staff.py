"""Somebody of the staff at a browser: signs in and asks the staff schema over HTTP, files included."""

import json
from pathlib import Path
from types import TracebackType
from typing import Any

import httpx

from backend.cli.loopback import LoopbackTransport
from backend.cli.problems import Problem

_SIGN_IN = "mutation ($input: SessionCreateInput!) { sessionCreate(input: $input) { csrfToken errors { message } } }"


class StaffMember:
    """A session at the host of a municipality."""

    def __init__(self, origin: str) -> None:
        self._origin = origin
        self._http = self._client()
        self._token = str(self._http.get("/staff/csrf").raise_for_status().json()["csrfToken"])

    def __enter__(self) -> "StaffMember":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    def sign_in(self, email: str, password: str) -> None:
        """Begin the session. Raises `Problem`."""
        opened = self.ask(_SIGN_IN, "sessionCreate", input={"email": email, "password": password})
        self._token = opened["csrfToken"]

    def _client(self) -> httpx.Client:
        return httpx.Client(base_url=self._origin, transport=LoopbackTransport(), timeout=120.0)

    def renew(self) -> None:
        """Go on over a connection of its own, which another process of the server may take."""
        cookies = self._http.cookies
        self._http.close()
        self._http = self._client()
        self._http.cookies = cookies

    def ask(self, query: str, field: str, **variables: object) -> dict[str, Any]:
        """Return what a root field gives. Raises `Problem` for any error, also of its payload."""
        answer = self._http.post(
            "/graphql/staff", json={"query": query, "variables": variables}, headers={"X-CSRFToken": self._token}
        )
        return _answer(answer, field)

    def upload(self, query: str, field: str, path: Path, **fields: object) -> dict[str, Any]:
        """Send a file as `input.file` (GraphQL multipart request specification). Raises `Problem`."""
        operations = {"query": query, "variables": {"input": {**fields, "file": None}}}
        with path.open("rb") as file:
            answer = self._http.post(
                "/graphql/staff",
                data={"operations": json.dumps(operations), "map": json.dumps({"f": ["variables.input.file"]})},
                files={"f": (path.name, file, "application/octet-stream")},
                headers={"X-CSRFToken": self._token},
            )
        return _answer(answer, field)


def _answer(response: httpx.Response, field: str) -> dict[str, Any]:
    try:
        body = response.json()
    except ValueError:
        raise Problem(f"The platform answered {response.status_code}.", response.text[:2000]) from None
    told = (body.get("data") or {}).get(field)
    if body.get("errors") or told is None or told.get("errors"):
        raise Problem(f"{field} failed.", json.dumps(body, ensure_ascii=False)[:2000])
    result: dict[str, Any] = told
    return result
