"""What waits, in words of people: one sentence for each kind that `stuck` shows."""

from collections.abc import Mapping
from types import MappingProxyType

from backend.shared.text import Text

KINDS: Mapping[str, Text] = MappingProxyType(
    {
        "notice-unread": Text(es="Avisos de pago sin leer", en="Payment notices not read"),
        "notice-contradiction": Text(es="Avisos de pago que se contradicen", en="Payment notices that contradict"),
        "notice-unreadable": Text(es="Avisos de pago ilegibles", en="Payment notices that cannot be read"),
        "notice-misrouted": Text(
            es="Avisos de pago de otra municipalidad", en="Payment notices of another municipality"
        ),
        "notice-unknown-order": Text(
            es="Avisos de pago de una orden desconocida", en="Payment notices of an unknown order"
        ),
        "notice-forged": Text(es="Avisos de pago con firma falsa", en="Payment notices with a false signature"),
        "notice-unrouted": Text(es="Avisos de pago de nadie", en="Payment notices of nobody"),
        "homeless-money": Text(es="Dinero por aplicar", en="Money without a home"),
        "collection-unread": Text(es="Archivos de recaudación sin leer", en="Collection files not read"),
        "payment-unanswered": Text(
            es="Pagos de los que la pasarela nada dice", en="Payments that the gateway tells nothing of"
        ),
        "refund-requested": Text(es="Devoluciones por aprobar", en="Refunds to be approved"),
        "refund-approved": Text(es="Devoluciones por hacer", en="Refunds to be made"),
        "document-unsigned": Text(es="Documentos pagados y sin firmar", en="Documents paid for and not signed"),
        "document-unstamped": Text(es="Documentos sin sello de tiempo", en="Documents without a time stamp"),
        "mail-queued": Text(es="Correos por enviar", en="Mails to be sent"),
        "mail-retrying": Text(es="Correos que se reintentan", en="Mails that are tried again"),
        "mail-failed": Text(es="Correos que no se pudieron enviar", en="Mails that could not be sent"),
        "mail-refused": Text(es="Correos rechazados por el servidor", en="Mails that the server refused"),
        "manifest-missing": Text(es="Días sin manifiesto", en="Days without a manifest"),
        "revocation-list-ended": Text(es="Listas de revocación vencidas", en="Revocation lists that ended"),
        "delivery-dead": Text(es="Tareas internas detenidas", en="Inner tasks that stopped"),
    }
)


def kind_words(kind: str) -> Text:
    """Return the words of a kind; one that has none yet stands for itself."""
    return KINDS.get(kind, Text(es=kind, en=kind))
