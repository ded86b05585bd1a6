"""The two statements of the look-up, written out.

Everybody who comes asks them, most of them more than once. The ORM takes some 0.6 ms of CPU to write each, and
PostgreSQL a tenth of that to answer; all else goes through the ORM.
"""

from collections.abc import Sequence

from backend.billing.models import Obligation, Order

_OBLIGATIONS = (
    "SELECT obligation.* FROM billing_obligation obligation"
    " JOIN billing_taxpayer taxpayer ON taxpayer.id = obligation.taxpayer_id"
    " WHERE obligation.service = %s AND obligation.object_key = %s AND taxpayer.rut = %s"
    " AND obligation.withdrawn_at IS NULL ORDER BY obligation.period"
)
_HOLDING = (
    "SELECT holder.*, claim.obligation_id AS claimed_obligation, claim.slot AS claimed_slot"
    " FROM billing_slotclaim claim JOIN billing_order holder ON holder.id = claim.order_id"
    " WHERE claim.obligation_id = ANY(%s) AND claim.released_at IS NULL ORDER BY claim.slot"
)


def obligations_owed(*, service: str, object_key: str, rut: str) -> list[Obligation]:
    """Return the obligations of an object whose taxpayer has that RUT, in order of period."""
    return list(Obligation.objects.raw(_OBLIGATIONS, [service, object_key, rut]))


def orders_holding(obligation_ids: Sequence[int]) -> dict[int, list[tuple[int, Order]]]:
    """Return slots and the open or paid orders that hold them, by obligation."""
    found: dict[int, list[tuple[int, Order]]] = {}
    for order in Order.objects.raw(_HOLDING, [list(obligation_ids)]):
        claimed = order.__dict__  # where the statement's own columns are
        found.setdefault(claimed["claimed_obligation"], []).append((claimed["claimed_slot"], order))
    return found
