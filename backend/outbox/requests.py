"""Requests that make something are answered once per key, however often they arrive.

An operation that makes something is declared with `once_per_key` in the place of `transaction.atomic(durable=True)`::

    @once_per_key(kept=row_of(Refund), final=(NothingLeftToRefund,))
    def request_refund(*, operation_id: str, amount: Money, actor: Actor, request_key: str | None = None) -> Refund:

and its door passes `request_key=input.idempotency_key`, a field `idempotency_key: str` with the description
`backend.schema.staff.types.IDEMPOTENCY_KEY`; a row in tests/staff/creating.py has it tested. Without a key (the command
line, where a person sees what happened) it is a plain durable transaction. Its body is one transaction: no network,
nothing durable inside, savepoints as it likes.

1. A short transaction takes the *lease* of the key. Another request under the key is refused (`KeyUsedOtherwise`), a
   live lease of somebody else too (`RequestRunning`); an expired one is taken over.
2. One transaction does the operation and writes its outcome: there is never one without the other. Who lost the lease
   meanwhile cannot finish, so a slow holder undoes itself.
3. From then on the key gives the same outcome: `kept` says what is kept of the result, as JSON without secrets, and how
   the result is found again. Refusals of the kinds named in `final` are outcomes as well; after any other the
   key is free again, for the person mends something and sends (docs/adr/0013).

A request is told from others by the fingerprint of its operation, of who asks, and of every argument but
`request_key`, `now` and `language`. So arguments are values (no models), files are bytes.
"""

import functools
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, ParamSpec, TypeVar, cast

from django.db import models, transaction

from backend.outbox.models import Request
from backend.shared import clock
from backend.shared.errors import DomainError
from backend.shared.fingerprint import fingerprint_of
from backend.shared.json import JSON
from backend.shared.text import Text

LEASE = timedelta(seconds=30)
KEPT_FOR = timedelta(days=30)
BATCH = 10_000
OLD = "EXISTS (SELECT FROM {schema}.outbox_request WHERE taken_at < now() - interval '30 days')"
_FIELD = "idempotencyKey"
_NOT_ASKED = (
    "request_key",
    "now",
    "language",
    "actor",
)  # the actor counts by her account: roles and network may change

P = ParamSpec("P")
T = TypeVar("T")
M = TypeVar("M", bound=models.Model)
Outcome = Mapping[str, JSON]


class KeyNotUsable(DomainError):
    """A key that can tell requests apart has 8 to 80 characters of ASCII, e.g. a UUID."""

    code = "outbox.key_not_usable"
    message = Text(
        es="La clave de la solicitud debe tener entre 8 y 80 caracteres, sin tildes: por ejemplo un UUID.",
        en="The request's key must have between 8 and 80 characters of ASCII, for example a UUID.",
    )


class KeyUsedOtherwise(DomainError):
    """The key was used for another request: what was sent under it stands, and this was not done."""

    code = "outbox.idempotency_conflict"
    message = Text(
        es="Esta solicitud ya se envió con otros datos, y éstos no se procesaron. Recargue la página.",
        en="This request was already sent with other data, and these were not processed. Reload the page.",
    )


class RequestRunning(DomainError):
    """The same request is being answered; its outcome will be under the same key, or the key free."""

    code = "outbox.request_running"
    message = Text(
        es="La misma solicitud todavía se está procesando. Repítala en unos segundos.",
        en="The same request is still being processed. Repeat it in a few seconds.",
    )


@dataclass(frozen=True)
class Kept(Generic[T]):
    """What is kept of a result, and the result again; `give` may rely on `keep` alone."""

    keep: Callable[[T], JSON]
    give: Callable[[JSON], T]


NUMBER: Kept[int] = Kept(keep=lambda number: number, give=lambda number: cast(int, number))
"""A result that is a number itself, e.g. a row's id."""


def row_of(model: type[M]) -> Kept[M]:
    """Keep a row by its id; it is given as it stands when asked again."""
    return Kept(keep=lambda row: cast(JSON, row.pk), give=lambda pk: model._default_manager.get(pk=pk))


@dataclass(frozen=True)
class Asked:
    """A request: its key, and what tells it from others."""

    key: str
    operation: str
    fingerprint: str


@dataclass(frozen=True)
class Lease:
    """The right to answer a request, until somebody takes it over."""

    request_id: int
    attempt: int


def once_per_key(
    *, kept: Kept[T], final: tuple[type[DomainError], ...] = ()
) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Declare an operation that makes something; it has a parameter `request_key`. See the module.

    What it adds to the operation's own errors, where a key is given: `KeyNotUsable`, `KeyUsedOtherwise`,
    `RequestRunning`.
    """

    def declare(operation: Callable[P, T]) -> Callable[P, T]:
        signature = inspect.signature(operation)
        if "request_key" not in signature.parameters:
            raise TypeError(f"{operation.__name__} takes no request_key")

        @functools.wraps(operation)
        def run(*args: P.args, **kwargs: P.kwargs) -> T:
            given = signature.bind(*args, **kwargs)
            given.apply_defaults()
            if given.arguments["request_key"] is None:
                with transaction.atomic(durable=True):
                    return operation(*args, **kwargs)
            asked = asked_of(operation.__name__, given.arguments)
            return _answer(asked, lambda: operation(*args, **kwargs), kept, final)

        return run

    return declare


def asked_of(operation: str, arguments: Mapping[str, Any]) -> Asked:
    """Return the request that these arguments of an operation are. Raises `KeyNotUsable`."""
    key = arguments["request_key"]
    if not is_usable_key(key):
        raise KeyNotUsable(field=_FIELD)
    actor = arguments.get("actor")
    who = actor and (actor.name if actor.account_id is None else actor.account_id)
    rest = {name: value for name, value in arguments.items() if name not in _NOT_ASKED}
    return Asked(key, operation, fingerprint_of([operation, who, rest]))


def is_usable_key(key: str) -> bool:
    """Tell whether a key can tell requests apart, and be stored."""
    return 8 <= len(key) <= 80 and key.isascii() and key.isprintable()


def _answer(asked: Asked, act: Callable[[], T], kept: Kept[T], final: tuple[type[DomainError], ...]) -> T:
    taken = take(asked, now=clock.now())
    if not isinstance(taken, Lease):
        return _again(taken, kept, final)
    try:
        with transaction.atomic(durable=True):
            result = act()
            finish(taken, {"gave": kept.keep(result)})
        return result
    except final as refusal:
        finish(taken, {"refused": _refusal_as_data(refusal)})
        raise
    except Exception:  # nothing was done, or all of it: then this leaves it alone
        give_up(taken)
        raise


@transaction.atomic(durable=True)
def take(asked: Asked, *, now: datetime) -> Lease | Outcome:
    """Take the lease of a request, or return its outcome. Raises `KeyUsedOtherwise`, `RequestRunning`."""
    new = Request(
        key=asked.key, operation=asked.operation, fingerprint=asked.fingerprint, taken_at=now, lease_until=now
    )
    # In one statement: a row that somebody gives up between two would be missing.
    (row,) = Request.objects.bulk_create([new], update_conflicts=True, unique_fields=["key"], update_fields=["key"])
    held = Request.objects.select_for_update().get(id=row.pk)
    if held.fingerprint != asked.fingerprint:
        raise KeyUsedOtherwise(field=_FIELD)
    if held.outcome is not None:
        return cast(Outcome, held.outcome)
    if held.lease_until > now:
        raise RequestRunning
    held.attempt, held.lease_until = held.attempt + 1, now + LEASE
    held.save(update_fields=["attempt", "lease_until"])
    return Lease(held.id, held.attempt)


def finish(lease: Lease, outcome: Outcome) -> None:
    """Write the outcome, in the transaction of its effect. Raises `RequestRunning` where the lease was lost."""
    if not _held(lease).update(outcome=outcome, finished_at=clock.now()):
        raise RequestRunning


def give_up(lease: Lease) -> None:
    """Free the key of a request that did nothing; what is finished, or somebody else's by now, stays."""
    _held(lease).delete()


def forget_old_requests(*, now: datetime, most: int = BATCH) -> int:
    """Delete requests that nobody repeats any more (`KEPT_FOR`), the oldest first; returns how many. Safe to repeat."""
    old = Request.objects.filter(taken_at__lt=now - KEPT_FOR, lease_until__lt=now).order_by("taken_at")
    deleted, _by_model = Request.objects.filter(id__in=list(old.values_list("id", flat=True)[:most])).delete()
    return deleted


def _held(lease: Lease) -> "models.QuerySet[Request]":
    return Request.objects.filter(id=lease.request_id, attempt=lease.attempt, finished_at=None)


def _again(outcome: Outcome, kept: Kept[T], final: tuple[type[DomainError], ...]) -> T:
    if "refused" in outcome:
        raise _refusal_again(cast(Mapping[str, str], outcome["refused"]), final)
    return kept.give(outcome["gave"])


def _refusal_as_data(refusal: DomainError) -> dict[str, JSON]:
    message = refusal.message
    return {"code": refusal.code, "es": message.es, "en": message.en, "field": refusal.field}


def _refusal_again(told: Mapping[str, str], final: tuple[type[DomainError], ...]) -> DomainError:
    """Return the refusal as it was told; what else its class holds is not kept."""
    kind = next((kind for kind in final if kind.code == told["code"]), None)
    kind = kind or type("RefusalOfOldRequest", (DomainError,), {"code": told["code"]})
    refusal = kind.__new__(kind)
    DomainError.__init__(refusal, Text(es=told["es"], en=told["en"]), field=told["field"])
    return refusal
