"""Asking the platform's doors in this process: its whole WSGI stack by Django's own test client."""

import itertools
import json
from collections.abc import Mapping
from typing import Any, cast

from django.http import HttpResponse
from django.test import Client

from backend.cli.once_browser import document_id
from tests.operations.debts import Car
from tests.operations.orders import EMAIL
from tests.operations.platform import run_python

_addresses = (f"10.{a}.{b}.{c}" for a, b, c in itertools.product(range(256), range(256), range(1, 255)))

Json = dict[str, Any]


def new_address() -> str:
    """A client's address that no test has come from: limits per network count from nought."""
    return next(_addresses)


def send(
    host: str,
    path: str,
    *,
    method: str = "GET",
    body: bytes = b"",
    content_type: str = "application/json",
    address: str | None = None,
    **headers: str,
) -> HttpResponse:
    """Send a request to a host; header names with underscores for hyphens."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    client = Client(REMOTE_ADDR=address or new_address())
    response = client.generic(method, path, body, content_type=content_type, headers={"host": host, **named})
    return cast(HttpResponse, response)


def post_graphql(town: str, body: object, *, address: str | None = None, **headers: str) -> HttpResponse:
    """POST whatever body to the town's public schema."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return send(f"{town}.localhost", "/graphql/public", method="POST", body=raw, address=address, **headers)


def by_id(name: str, **values: object) -> Json:
    """The body of a request for a document of the allow-list, as the widget sends it."""
    return {"documentId": document_id(name), "variables": {"input": values} if values else {}}


def ask(town: str, name: str, values: Mapping[str, object] | None = None, *, address: str | None = None) -> Json:
    """Ask for a document of the allow-list; returns its root field."""
    response = post_graphql(town, by_id(name, **(values or {})), address=address)
    said = json.loads(response.content)
    assert response.status_code == 200, said
    assert "errors" not in said, said
    return cast(Json, next(iter(said["data"].values())))


def search(town: str, plate: str, rut: str, *, address: str | None = None) -> Json:
    """Look a vehicle up."""
    return ask(town, "debtSearch", look_up(plate, rut), address=address)


def look_up(plate: str, rut: str) -> Mapping[str, object]:
    """The input of a look-up."""
    fields = [{"name": "plate", "value": plate}, {"name": "rut", "value": rut}]
    return {"service": "circulation_permit", "fields": fields}


def wanted(debt: str, *, key: str, option: str = "single", email: str = EMAIL) -> Mapping[str, object]:
    """The input of an order."""
    return {"items": [{"debtId": debt, "option": option}], "email": email, "idempotencyKey": key}


def codes(payload: Json) -> list[str]:
    """Codes of the errors that a payload tells."""
    return [error["code"] for error in payload["errors"]]


def found(car: Car) -> Json:
    """The car's debt as a look-up answers it."""
    return cast(Json, search(car.town, f"{car.plate}-{car.check_digit}", car.rut)["debts"][0])


def asked_of_another_process(*requests: Json, **environment: str) -> list[Json]:
    """Have the requests answered by a process with a changed environment (tests/api/one_process.py)."""
    done = run_python("-m", "tests.api.one_process", stdin=json.dumps(requests), **environment)
    assert done.returncode == 0, done.stderr[-2000:]
    return cast(list[Json], json.loads(done.stdout.splitlines()[-1]))
