"""Adding to the log of acts."""

from collections.abc import Mapping

from django.db import connection, transaction

from backend.audit.actors import Actor
from backend.audit.models import AuditEntry
from backend.shared import clock

Changes = Mapping[str, tuple[object, object]]
"""Field → (what it was, what it became), of JSON's types."""

_SECRETS = ("password", "secret", "token", "passphrase", "private_key")
_WITHHELD = "•••"


def record(
    *, actor: Actor, act: str, object_kind: str = "", object_key: object = "", changes: Changes | None = None
) -> None:
    """Record an act in the transaction that does it, so that neither can be there without the other.

    `act` is dotted and past, e.g. ``account.created``; values of fields that hold secrets are withheld.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("an act is recorded in the transaction that does it")
    _write(actor, act, AuditEntry.Outcome.DONE, object_kind, str(object_key), changes or {})


@transaction.atomic(durable=True)
def record_denied(*, actor: Actor, act: str, object_kind: str = "", object_key: object = "") -> None:
    """Record an attempt that was denied, in a transaction of its own: the attempt has none."""
    _write(actor, act, AuditEntry.Outcome.DENIED, object_kind, str(object_key), {})


def _write(actor: Actor, act: str, outcome: str, object_kind: str, object_key: str, changes: Changes) -> None:
    now = clock.now()
    AuditEntry.objects.create(
        at=now,
        domain_date=clock.domain_date(now),
        account_id=actor.account_id,
        account_name=actor.name,
        roles=",".join(actor.roles),
        network=actor.network,
        act=act,
        outcome=outcome,
        object_kind=object_kind,
        object_key=object_key[:120],
        changes={name: _without_secret(name, pair) for name, pair in changes.items()},
    )


def _without_secret(name: str, pair: tuple[object, object]) -> list[object]:
    if any(secret in name.lower() for secret in _SECRETS):
        return [_WITHHELD, _WITHHELD]
    return list(pair)
