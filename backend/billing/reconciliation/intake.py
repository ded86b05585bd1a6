"""Taking a gateway's file in: whose it is, whether it is ours, kept byte for byte."""

import hashlib
import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePath
from typing import TypeVar

from backend.audit.actors import Actor
from backend.audit.operations import record
from backend.billing import events
from backend.billing.gateways import gateways
from backend.billing.gateways.filing import NO_HEAD, CollectionHead, DirtyRow, Filing, lines_of
from backend.billing.reconciliation.days import lock_days, require_open
from backend.billing.reconciliation.rules import LARGEST_FILE
from backend.billing.reconciliation_models import CollectionFile
from backend.outbox import operations as outbox
from backend.outbox.requests import once_per_key, row_of
from backend.profile.queries import ProfileIncomplete, form_number
from backend.shared import clock
from backend.shared.errors import DomainError
from backend.shared.text import Text
from backend.tenants.files import tenant_files

KIND = "CollectionFile"
T = TypeVar("T")


class GatewayFileUnreadable(DomainError):
    """The file is none that a gateway's reader knows."""

    code = "billing.gateway_file_unreadable"
    message = Text(es="No se pudo leer el archivo: {why}", en="The file could not be read: {why}")


class OtherAgreement(DomainError):
    """The file is of another municipality's agreement."""

    code = "billing.other_agreement"
    message = Text(
        es="El archivo es del convenio {found}; el de esta municipalidad es {ours}.",
        en="The file is of agreement {found}; this municipality's is {ours}.",
    )


@dataclass(frozen=True)
class Begun:
    """A file whose gateway is known, and its hash."""

    gateway: str
    sha256: str
    filename: str


def filing_gateways() -> dict[str, Filing]:
    """Return the gateways that report in files, by code."""
    return {code: gateway for code, gateway in gateways().items() if isinstance(gateway, Filing)}


def filing_here() -> list[str]:
    """Return the codes of those that this municipality has an agreement with."""
    return [code for code in filing_gateways() if _has_agreement(code)]


def upload_collection(*, filename: str, data: bytes, actor: Actor, request_key: str | None = None) -> CollectionFile:
    """Keep a collection file and have it read by a worker. The same file again gives the one that is here.

    Raises `GatewayFileUnreadable`, `OtherAgreement`, `DayClosed`, `StorageUnavailable`.
    """
    begun, head = begin(filename, data, lambda gateway, lines: _head(gateway.read_collection(lines)))
    require_ours(begun.gateway, head.form_number)
    key = tenant_files().put(data, suffix=".txt")  # before any transaction: the storage may be another machine's
    return _keep_collection(begun=begun, head=head, file_key=key, actor=actor, request_key=request_key)


@once_per_key(kept=row_of(CollectionFile))
def _keep_collection(
    *, begun: Begun, head: CollectionHead, file_key: str, actor: Actor, request_key: str | None
) -> CollectionFile:
    days = lock_days([head.accounting_on])
    known = CollectionFile.objects.filter(sha256=begun.sha256).first()
    if known is not None:
        return known
    require_open(days, [head.accounting_on])
    row = CollectionFile.objects.create(
        gateway=begun.gateway,
        form_number=head.form_number,
        accounting_on=head.accounting_on,
        filename=begun.filename,
        sha256=begun.sha256,
        file_key=file_key,
        uploaded_by=actor.name,
        uploaded_at=clock.now(),
    )
    changes = {"file": ("", begun.filename), "day": ("", str(head.accounting_on))}
    record(actor=actor, act="collection.uploaded", object_kind=KIND, object_key=row.id, changes=changes)
    outbox.publish(events.CollectionUploaded(file_id=row.id))
    return row


def begin(filename: str, data: bytes, read: Callable[[Filing, Iterable[bytes]], T | DirtyRow]) -> tuple[Begun, T]:
    """Find the gateway whose reader knows the file; what `read` gives of it. Raises `GatewayFileUnreadable`."""
    if not data:
        raise GatewayFileUnreadable(field="file", why=Text(es="está vacío.", en="it is empty."))
    if len(data) > LARGEST_FILE:
        most = LARGEST_FILE // 1024 // 1024
        raise GatewayFileUnreadable(field="file", why=Text(es=f"pesa más de {most} MB.", en=f"it has over {most} MB."))
    wrong = None
    for code, gateway in filing_gateways().items():
        found = read(gateway, lines_of(io.BytesIO(data)))
        if not isinstance(found, DirtyRow):
            return Begun(code, hashlib.sha256(data).hexdigest(), plain_name(filename)), found
        wrong = wrong or found
    assert wrong is not None, "no gateway reports in files"
    why = Text(es="fila {row}, {column}: {what}", en="row {row}, {column}: {what}")
    raise GatewayFileUnreadable(field="file", why=why.format(row=wrong.row, column=wrong.column, what=wrong.message))


def require_ours(gateway: str, found: int) -> None:
    """Raise `OtherAgreement` unless that is the number of our agreement; `ProfileIncomplete` where there is none."""
    ours = form_number(gateway)
    if found != ours:
        raise OtherAgreement(field="file", found=found, ours=ours)


def _has_agreement(gateway: str) -> bool:
    try:
        form_number(gateway)
    except ProfileIncomplete:
        return False
    return True


def plain_name(filename: str) -> str:
    """Return the name without folders and control characters."""
    name = PurePath(filename.replace("\\", "/")).name
    return "".join(sign for sign in name if sign.isprintable()).strip()[-200:]


def _head(items: Iterator[object]) -> CollectionHead | DirtyRow:
    """Return the head, which comes before anything else that can be believed, or what is wrong."""
    first = next(items)
    return first if isinstance(first, CollectionHead | DirtyRow) else DirtyRow(1, "TIPO", NO_HEAD)
