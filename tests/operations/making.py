"""An operation that makes something under a key, for the tests of requests."""

import uuid
from collections.abc import Callable
from datetime import datetime

from backend.audit.actors import Actor
from backend.outbox.models import Event, Request
from backend.outbox.requests import once_per_key, row_of
from backend.shared import clock
from backend.shared.errors import DomainError
from backend.shared.text import Text
from tests.operations.debts import in_town

CLERK = Actor(account_id=None, name="funcionaria@nunoa.example")
COLLEAGUE = Actor(account_id=None, name="colega@nunoa.example")


class NeverThis(DomainError):
    """A refusal that is final."""

    code = "tests.never"
    message = Text(es="Nunca: {name}.", en="Never: {name}.")


class NotThisYet(DomainError):
    """A refusal that a person can mend."""

    code = "tests.not_yet"


def nothing() -> None:
    """What usually happens meanwhile."""


def making(meanwhile: Callable[[], object] = nothing) -> Callable[..., Event]:
    """The operation of these tests: makes a row; `meanwhile` happens before its end."""

    @once_per_key(kept=row_of(Event), final=(NeverThis,))
    def make(*, name: str, actor: Actor = CLERK, now: datetime | None = None, request_key: str | None = None) -> Event:
        event = Event.objects.create(name=name, payload={}, occurred_at=clock.now(), expanded_at=clock.now())
        meanwhile()
        return event

    return make


def ask(name: str, key: str, meanwhile: Callable[[], object] = nothing, **more: object) -> int:
    """Ask in Ñuñoa; the number of the row."""
    with in_town("nunoa"):
        return int(making(meanwhile)(name=name, request_key=key, **more).id)


def refuse(refusal: Exception) -> Callable[[], None]:
    def meanwhile() -> None:
        raise refusal

    return meanwhile


def made(name: str, town: str = "nunoa") -> list[int]:
    """Numbers of the rows of that name."""
    with in_town(town):
        return list(Event.objects.filter(name=name).order_by("id").values_list("id", flat=True))


def row(key: str) -> Request | None:
    with in_town("nunoa"):
        return Request.objects.filter(key=key).first()


def a_name() -> str:
    return f"Hecho de prueba {uuid.uuid4().hex}"


def a_key() -> str:
    return uuid.uuid4().hex
