"""What the payer reads of where an order is: a heading, and what to expect."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from backend.billing.rules import OPEN_STATES, OrderState
from backend.shared.text import Text


@dataclass(frozen=True)
class StateWords:
    """Heading and sentence."""

    title: Text
    message: Text


_NOTHING_MORE = Text(es="", en="")
UNKNOWN = StateWords(Text(es="No encontramos este pago", en="We could not find this payment"), _NOTHING_MORE)
_WAITING = StateWords(
    Text(es="Esperando la confirmación del pago", en="Waiting for the payment to be confirmed"),
    Text(
        es="Puede tardar unos minutos. No pague otra vez.",
        en="It can take a few minutes. Do not pay again.",
    ),
)
_PAID = Text(es="Pago recibido", en="Payment received")
_SIGNING = Text(
    es="Su documento aparecerá aquí apenas esté firmado.",
    en="Your document will appear here once it is signed.",
)
_COMPLETE = Text(
    es="También le enviamos el documento por correo.",
    en="We have also sent the document by e-mail.",
)
_GIVEN_BACK = Text(
    es="Los documentos de este pago ya no valen. Le enviamos el detalle por correo.",
    en="The documents of this payment do not hold any more. We have sent the details by e-mail.",
)
_ENDED: Mapping[OrderState, Text] = MappingProxyType(
    {
        OrderState.REJECTED: Text(es="El pago fue rechazado", en="The payment was rejected"),
        OrderState.EXPIRED: Text(es="El plazo para pagar terminó", en="The time to pay is over"),
        OrderState.CANCELLED: Text(es="El pago fue anulado", en="The payment was cancelled"),
        OrderState.REFUNDED: Text(es="El pago fue devuelto", en="The payment was given back"),
    }
)


def words_of(state: OrderState, *, is_complete: bool) -> StateWords:
    """Return the words of a state; `is_complete` once every document is signed."""
    if state in OPEN_STATES:
        return _WAITING
    if state == OrderState.PAID:
        return StateWords(_PAID, _COMPLETE if is_complete else _SIGNING)
    return StateWords(_ENDED[state], _GIVEN_BACK if state == OrderState.REFUNDED else _NOTHING_MORE)
