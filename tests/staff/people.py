"""Staff at a browser: a cookie jar, the CSRF token, a network of her own; and accounts to sign in with."""

import functools
import itertools
import json
import random
from typing import Any
from uuid import uuid4

from django.test import Client
from django_tenants.utils import schema_context

from backend.audit.actors import Actor
from backend.audit.models import AuditEntry
from backend.people import operations
from backend.people.models import StaffAccount
from backend.people.rules import Role

Json = dict[str, Any]
PASSWORD = "Calle-Picarte-1990-lluvia"
SETUP = Actor(account_id=None, name="prueba")
TOWN, OTHER_TOWN = "nunoa", "valdivia"
_networks = itertools.count(random.randrange(2**23))  # limits outlive a run: the next one comes from elsewhere

SIGN_IN = """mutation ($input: SessionCreateInput!) {
  sessionCreate(input: $input) { me { account { email } permissions } csrfToken errors { code message field } }
}"""
SIGN_OUT = "mutation { sessionEnd { errors { code } } }"
ME = "query { me { account { email roles } municipality } }"
DENIALS = {"people.permission_denied", "people.not_signed_in", "people.password_is_temporary"}


class Person:
    """Somebody in front of a municipality's host. Django's own exemption of tests from CSRF is off."""

    def __init__(self, town: str = TOWN) -> None:
        self.town = town
        self.client = Client(enforce_csrf_checks=True, HTTP_HOST=f"{town}.localhost")
        self.move()
        self.token = self.client.get("/staff/csrf").json()["csrfToken"]

    def move(self) -> None:
        """Go on from another network, which has used up no limit."""
        number = next(_networks)
        self.network = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
        self.client.defaults["REMOTE_ADDR"] = self.network

    def post(self, body: object, **headers: str) -> Any:
        """The answer as it came."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        given = {"X-CSRFToken": self.token, **headers}
        sent = {name: value for name, value in given.items() if value}
        return self.client.post("/graphql/staff", raw, content_type="application/json", headers=sent)

    def ask(self, query: str, **variables: object) -> Json:
        answer: Json = self.post({"query": query, "variables": variables}).json()
        return answer

    def sign_in(self, email: str, password: str = PASSWORD) -> Json:
        """The payload of the attempt; the new token is kept where there is one."""
        payload: Json = self.ask(SIGN_IN, input={"email": email, "password": password})["data"]["sessionCreate"]
        self.token = payload["csrfToken"] or self.token
        return payload

    def is_signed_in(self) -> bool:
        return "errors" not in self.ask(ME)

    @property
    def cookie(self) -> str:
        return self.client.cookies["sem-session"].value


def new_account(
    *roles: Role, town: str = TOWN, password: str | None = PASSWORD, name: str = "Funcionaria de prueba 1"
) -> StaffAccount:
    """An account that no other test uses."""
    email = f"funcionaria-{uuid4().hex[:12]}@{town}.example"
    with schema_context(town):
        return operations.create_account(
            email=email, full_name=name, roles=roles or (Role.CLERK,), actor=SETUP, password=password
        ).account


def signed_in(*roles: Role, town: str = TOWN) -> Person:
    """Somebody new, with these roles."""
    person = Person(town)
    assert person.sign_in(new_account(*roles, town=town).email)["errors"] == []
    return person


@functools.cache
def known(role: Role, town: str = TOWN) -> Person:
    """Somebody with this role, the same all along: for tests that change nothing of the account or the session."""
    return signed_in(role, town=town)


def codes(answer: Json) -> list[str]:
    """Codes of the errors outside the payloads."""
    return [error.get("extensions", {}).get("code", error["message"]) for error in answer.get("errors", ())]


def entries(town: str = TOWN, **filters: object) -> list[AuditEntry]:
    """Rows of the log, oldest first."""
    with schema_context(town):
        return list(AuditEntry.objects.filter(**filters).order_by("id"))


def fresh(account: StaffAccount, town: str = TOWN) -> StaffAccount:
    """The row as it is now."""
    with schema_context(town):
        return StaffAccount.objects.get(id=account.id)
