"""The worker process with a slow key, and with a folio that is taken again whenever a document is tried again."""

from tests.controls.live_slow_signer import REACTIONS, broker

__all__ = ["REACTIONS", "broker"]

from django.db import transaction

from backend.receipts import documents, operations
from backend.receipts.models import Document

_freeze = operations.freeze_documents


def freeze_with_another_folio(*, order_id: int) -> list[Document]:
    for document in Document.objects.filter(order_id=order_id, issued=None):
        with transaction.atomic():
            documents._next_folio(document.year)
    return _freeze(order_id=order_id)


operations.freeze_documents = freeze_with_another_folio
