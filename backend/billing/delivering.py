"""Notices that came to nobody's host: an operator has each delivered to the municipality that it names.

There its own key judges it, and it goes the ordinary way. Nothing is delivered that the key does not vouch for: else
whoever knows one municipality's key, or none, could pay another's debts.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django_tenants.utils import get_public_schema_name, schema_context

from backend.audit.actors import Actor
from backend.audit.operations import record, record_denied
from backend.billing import events, routing
from backend.billing.models import Notice
from backend.billing.unrouted.models import UnroutedNotice, UnroutedOutcome
from backend.outbox import operations as outbox
from backend.outbox.requests import Asked, Lease, finish, give_up, take
from backend.shared import clock
from backend.shared.errors import DomainError
from backend.shared.fingerprint import fingerprint_of
from backend.shared.text import Text

_KIND = "UnroutedNotice"


class UnroutedNotFound(DomainError):
    """There is no such notice."""

    code = "billing.unrouted_not_found"
    message = Text(es="No existe el aviso {id} sin destinatario.", en="There is no unrouted notice {id}.")


class AlreadySettled(DomainError):
    """The notice was delivered, or set aside."""

    code = "billing.unrouted_settled"
    message = Text(
        es="El aviso {id} ya fue entregado o dejado a un lado.", en="Notice {id} was delivered or set aside already."
    )


class NamesNobody(DomainError):
    """The notice cannot be read, or no active municipality has the commune that it names."""

    code = "billing.unrouted_names_nobody"
    message = Text(
        es="El aviso {id} no nombra a ninguna municipalidad activa.", en="Notice {id} names no active municipality."
    )


class NotAuthenticThere(DomainError):
    """The key of the municipality that is named did not sign the notice."""

    code = "billing.unrouted_not_authentic"
    message = Text(
        es="La clave de {town} no firmó el aviso {id}: no se entrega. Pida al recaudador que lo envíe de nuevo.",
        en="{town}'s key did not sign notice {id}: it is not delivered. Ask the gateway to send it again.",
    )


class NoteMissing(DomainError):
    """A notice is set aside with a note."""

    code = "billing.unrouted_note_missing"
    message = Text(es="Escriba por qué se deja a un lado.", en="Write why it is set aside.")


@dataclass(frozen=True)
class Unrouted:
    """A notice with what it says, if it can be read; nobody vouches for that."""

    row: UnroutedNotice
    order_number: str
    amount: int | None
    names: str


def waiting_notices() -> Sequence[Unrouted]:
    """Return what was neither delivered nor set aside, oldest first."""
    with schema_context(get_public_schema_name()):
        rows = list(UnroutedNotice.objects.filter(outcome=None).order_by("id"))
    return [_seen(row) for row in rows]


def _seen(row: UnroutedNotice) -> Unrouted:
    said = routing.readable(row.gateway, bytes(row.raw))
    if said is None:
        return Unrouted(row=row, order_number="", amount=None, names="")
    names = routing.named_schema(said) or ""
    return Unrouted(row=row, order_number=said.order_number, amount=said.amount.pesos, names=names)


def deliver_notice(*, unrouted_id: int, actor: Actor) -> str:
    """Put a notice into the inbox of the municipality that it names, once; returns its schema.

    Safe to repeat, and to go on with after a crash. Two transactions, one in each schema: there the notice with its
    event, then here that it was delivered. Raises `UnroutedNotFound`, `AlreadySettled` (set aside), `NamesNobody`,
    `NotAuthenticThere` (logged), `RequestRunning`.
    """
    with schema_context(get_public_schema_name()):
        return _deliver(unrouted_id, actor)


def _deliver(unrouted_id: int, actor: Actor) -> str:
    row = _get(unrouted_id)
    known = UnroutedOutcome.objects.filter(notice=row).first()
    if known is not None:
        if not known.to_schema:
            raise AlreadySettled(id=unrouted_id)
        return known.to_schema
    raw = bytes(row.raw)
    said = routing.readable(row.gateway, raw)
    named = None if said is None else routing.named_schema(said)
    if named is None:
        raise NamesNobody(id=unrouted_id)
    with schema_context(named):
        if not routing.is_authentic_here(row.gateway, raw, row.headers):
            _note_refused(unrouted_id, actor)
            raise NotAuthenticThere(id=unrouted_id, town=named)
        notice_id = _put_into_inbox(row, raw, actor)
    _settle(row, actor, to_schema=named, to_notice=notice_id)
    return named


def set_aside(*, unrouted_id: int, note: str, actor: Actor) -> None:
    """Take a notice off the list without delivering it, for a reason; it stays kept.

    Safe to repeat. Raises `UnroutedNotFound`, `NoteMissing`, `AlreadySettled` (delivered).
    """
    if not note.strip():
        raise NoteMissing(field="note")
    with schema_context(get_public_schema_name()):
        outcome = _settle(_get(unrouted_id), actor, note=note.strip()[:400])
    if outcome.to_schema:
        raise AlreadySettled(id=unrouted_id)


def _get(unrouted_id: int) -> UnroutedNotice:
    row = UnroutedNotice.objects.filter(id=unrouted_id).first()
    if row is None:
        raise UnroutedNotFound(id=unrouted_id)
    return row


def _note_refused(unrouted_id: int, actor: Actor) -> None:
    with schema_context(get_public_schema_name()):
        record_denied(actor=actor, act="unrouted.delivered", object_kind=_KIND, object_key=unrouted_id)


def _put_into_inbox(row: UnroutedNotice, raw: bytes, actor: Actor) -> int:
    """Under the municipality's own key of requests: whoever comes second finds the notice that is there."""
    taken = take(
        Asked(f"unrouted:{row.id}", "deliver_notice", fingerprint_of(["deliver_notice", row.id])), now=clock.now()
    )
    if not isinstance(taken, Lease):
        return int(str(taken["gave"]))
    try:
        return _keep(row, raw, actor, taken)
    except Exception:  # nothing was done, or all of it: then this leaves it alone
        give_up(taken)
        raise


@transaction.atomic(durable=True)
def _keep(row: UnroutedNotice, raw: bytes, actor: Actor, lease: Lease) -> int:
    notice = Notice.objects.create(gateway=row.gateway, raw=raw, is_authentic=True, received_at=row.received_at)
    outbox.publish(events.NoticeReceived(notice_id=notice.id))
    changes: dict[str, tuple[object, object]] = {"unrouted": ("", row.id), "host": ("", row.host)}
    record(actor=actor, act="notice.delivered", object_kind="Notice", object_key=notice.id, changes=changes)
    finish(lease, {"gave": notice.id})
    return int(notice.id)


@transaction.atomic(durable=True)
def _settle(
    row: UnroutedNotice, actor: Actor, *, to_schema: str = "", to_notice: int | None = None, note: str = ""
) -> UnroutedOutcome:
    outcome, created = UnroutedOutcome.objects.get_or_create(
        notice=row,
        defaults={
            "to_schema": to_schema,
            "to_notice": to_notice,
            "note": note,
            "account_name": actor.name,
            "decided_at": clock.now(),
        },
    )
    if created:
        act = "unrouted.delivered" if to_schema else "unrouted.set_aside"
        record(actor=actor, act=act, object_kind=_KIND, object_key=row.id, changes={"to": ("", to_schema or note)})
    return outcome
