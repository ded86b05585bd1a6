"""Raising documents that were issued at level B-B to B-LT, once the time-stamp authority answers."""

import hashlib

from django.db import IntegrityError, transaction

from backend.receipts.models import IssuedFile, StampedFile
from backend.shared import clock
from backend.signing.operations import stamp_pdf
from backend.signing.pades import Stamped
from backend.tenants.files import tenant_files


def stamp_receipt(*, order_id: int) -> None:
    """Have every document of an order time-stamped that is not.

    Safe to repeat and to race: the first stamped file of a document is the one on record. Raises
    `TimeStampUnavailable`, `RevocationUnknown`: the documents stay at level B-B, and nothing says otherwise.
    """
    for file in IssuedFile.objects.filter(document__order_id=order_id, stamped_at=None, stamped=None).order_by("id"):
        stamped = stamp_pdf(tenant_files().get(file.file_key))
        key = tenant_files().put_beside(file.file_key, stamped.pdf, ".pdf")
        try:
            _record(file, stamped, key)
        except IntegrityError:
            continue  # another worker's stamp came first


@transaction.atomic(durable=True)
def _record(file: IssuedFile, stamped: Stamped, key: str) -> None:
    StampedFile.objects.create(
        issued=file,
        sha256=hashlib.sha256(stamped.pdf).hexdigest(),
        file_key=key,
        stamped_at=stamped.at,
        added_at=clock.now(),
    )
