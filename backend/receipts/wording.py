"""The words of a document, from what services and quotes say: facts, charges, and what a comprobante is called."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from backend.receipts.rendering import Fact, PermitDocument
from backend.services.base import Service

_EVIDENCE_GROUPS = frozenset({"insurance", "inspection", "fines"})
_PRINTED_ELSEWHERE = frozenset({"plate", "object", "period", "payment_form", "valid_until"})
_KEEP_IT = "Este comprobante acredita el pago de las cuotas que en él se indican."


def facts_of(service: Service, fields: Mapping[str, Any], *, inside: bool) -> tuple[Fact, ...]:
    """Give the facts about the object (`inside`), or those that registers gave, in the service's order."""
    return tuple(
        Fact(label.es, str(fields[key]))
        for group in service.document_groups
        if (group.code not in _EVIDENCE_GROUPS) is inside
        for key, label in group.fields
        if key in fields and key not in _PRINTED_ELSEWHERE
    )


def as_receipt(printed: PermitDocument, service: Service, accounts: tuple[Fact, ...]) -> PermitDocument:
    """Word the page as the comprobante of a due that has no document of its own by law or custom."""
    return replace(
        printed,
        subtitle="Comprobante de pago",
        object_label=service.lookup_fields[0].label.es,
        holder_heading="Contribuyente",
        accounts=accounts,
        facts_heading=service.document_groups[0].title.es,
        hero_label="Total pagado",
        hero_value=printed.total,
        closing=_KEEP_IT,
    )
