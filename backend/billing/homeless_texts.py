"""What people read about money without a home: why it has none, what is proposed, where it is, what was decided."""

from collections.abc import Mapping
from types import MappingProxyType

from backend.billing.rules import HomelessState
from backend.shared.text import Text

REASONS: Mapping[str, Text] = MappingProxyType(
    {
        "double": Text(es="Se pagó dos veces la misma orden", en="The same order was paid twice"),
        "late": Text(
            es="El pago llegó cuando la deuda ya tenía otro pago",
            en="The payment arrived when the debt already had another one",
        ),
        "withdrawn": Text(es="La deuda ya no se cobra", en="The debt is no longer charged"),
        "other_amount": Text(
            es="Se pagó un monto distinto al de la orden", en="Another amount than the order's was paid"
        ),
        "contradictory": Text(
            es="Lo informado sobre el pago se contradice", en="What was reported about the payment contradicts itself"
        ),
        "unknown_order": Text(
            es="El pago no corresponde a ninguna orden nuestra", en="The payment belongs to no order of ours"
        ),
    }
)
ACTIONS: Mapping[str, Text] = MappingProxyType(
    {
        "apply": Text(es="Usar en otra deuda de la misma persona", en="Apply to another debt of the same person"),
        "refund": Text(es="Devolver", en="Refund"),
        "claim_at_gateway": Text(es="Reclamar al recaudador", en="Claim at the gateway"),
    }
)
STATES: Mapping[HomelessState, Text] = MappingProxyType(
    {
        HomelessState.OPEN: Text(es="Por resolver", en="To be decided"),
        HomelessState.CLAIMED: Text(es="Reclamado", en="Claimed"),
        HomelessState.CLOSED: Text(es="Resuelto", en="Decided"),
    }
)
DECISIONS: Mapping[str, Text] = MappingProxyType(
    {
        "APPLY": Text(es="Se usó en una deuda", en="Applied to a debt"),
        "REFUND": Text(es="Se pidió devolver", en="Refund requested"),
        "CLAIM": Text(es="Se reclamó al recaudador", en="Claimed at the gateway"),
    }
)
