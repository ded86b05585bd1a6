"""What can be found when a day is closed, and how each of it is told."""

from enum import StrEnum
from types import MappingProxyType
from typing import Final

from backend.shared.money import Money
from backend.shared.text import Text

LARGEST_FILE: Final = 64 * 1024 * 1024
BANK: Final = "bank"


class Verdict(StrEnum):
    """What a line of a collection file turned out to be; "" until it was judged.

    MATCHED: known, same amount. FOUND: nobody had told us. MORE, LESS: known with another amount. FOREIGN: of another
    municipality's order. UNREADABLE: kept, and beyond us.
    """

    WAITING = ""
    MATCHED = "MATCHED"
    FOUND = "FOUND"
    MORE = "MORE"
    LESS = "LESS"
    FOREIGN = "FOREIGN"
    UNREADABLE = "UNREADABLE"


UNPLACED: Final = (Verdict.WAITING, Verdict.FOREIGN, Verdict.UNREADABLE)
"""Lines whose money is not in the ledger."""


class DifferenceKind(StrEnum):
    """Why a day does not add up by itself."""

    NO_FILE = "NO_FILE"
    DIRTY_ROW = "DIRTY_ROW"
    REPEATED = "REPEATED"
    FILED_TWICE = "FILED_TWICE"
    MORE = "MORE"
    LESS = "LESS"
    OTHER_ORDER = "OTHER_ORDER"
    FOREIGN = "FOREIGN"
    UNREADABLE = "UNREADABLE"
    NOT_FILED = "NOT_FILED"
    BOOKS = "BOOKS"
    DEPOSITED_NOT_FILED = "DEPOSITED_NOT_FILED"
    DEPOSITED_TWICE = "DEPOSITED_TWICE"
    DEPOSITED_OTHER_AMOUNT = "DEPOSITED_OTHER_AMOUNT"
    WITHHELD = "WITHHELD"


class DayAct(StrEnum):
    """What is done to a day."""

    CLOSED = "CLOSED"
    REOPENED = "REOPENED"


_SENTENCES: Final = MappingProxyType(
    {
        DifferenceKind.NO_FILE: Text(
            es="No se ha cargado el archivo de recaudación de este día.",
            en="The collection file of this day was not loaded.",
        ),
        DifferenceKind.DIRTY_ROW: Text(es="Fila {row}, {column}: {what}", en="Row {row}, {column}: {what}"),
        DifferenceKind.REPEATED: Text(
            es="La operación {operation} está otra vez en la fila {row} del archivo; se contó una vez.",
            en="Operation {operation} stands again in row {row} of the file; it was counted once.",
        ),
        DifferenceKind.FILED_TWICE: Text(
            es="La operación {operation} ya estaba en otro archivo por {expected} (orden {known}); ahora viene por"
            " {found} (orden {order}). Vale el primero.",
            en="Operation {operation} stood in another file for {expected} (order {known}); now it comes for {found}"
            " (order {order}). The first one counts.",
        ),
        DifferenceKind.MORE: Text(
            es="TGR avisó {expected} por la operación {operation} e informa {found}: la diferencia quedó sin destino.",
            en="TGR notified {expected} of operation {operation} and files {found}: the difference is homeless.",
        ),
        DifferenceKind.LESS: Text(
            es="TGR avisó {expected} por la operación {operation} e informa solo {found}: la diferencia se disputa.",
            en="TGR notified {expected} of operation {operation} and files only {found}: the difference is disputed.",
        ),
        DifferenceKind.OTHER_ORDER: Text(
            es="La operación {operation} se avisó para la orden {known} y el archivo la trae para {order}.",
            en="Operation {operation} was notified for order {known} and is filed for {order}.",
        ),
        DifferenceKind.FOREIGN: Text(
            es="La operación {operation} es de la orden {order}, que no es de esta municipalidad.",
            en="Operation {operation} is of order {order}, which is not this municipality's.",
        ),
        DifferenceKind.UNREADABLE: Text(
            es="La operación {operation} se guardó, pero no se pudo leer como pago.",
            en="Operation {operation} was kept, but could not be read as a payment.",
        ),
        DifferenceKind.NOT_FILED: Text(
            es="Se avisó el pago {operation} (orden {order}) por {expected}; ningún archivo lo trae.",
            en="Payment {operation} (order {order}) of {expected} was notified; no file has it.",
        ),
        DifferenceKind.BOOKS: Text(
            es="Lo informado ({found}) no es lo que está en los libros ({expected}).",
            en="What was filed ({found}) is not what is in the books ({expected}).",
        ),
        DifferenceKind.DEPOSITED_NOT_FILED: Text(
            es="El depósito {reference} paga la operación {operation}, que ningún archivo trae.",
            en="Deposit {reference} pays for operation {operation}, which no file has.",
        ),
        DifferenceKind.DEPOSITED_TWICE: Text(
            es="El depósito {reference} paga otra vez la operación {operation}.",
            en="Deposit {reference} pays again for operation {operation}.",
        ),
        DifferenceKind.DEPOSITED_OTHER_AMOUNT: Text(
            es="El depósito {reference} dice {found} por la operación {operation}; el archivo, {expected}.",
            en="Deposit {reference} says {found} for operation {operation}; the file, {expected}.",
        ),
        DifferenceKind.WITHHELD: Text(
            es="TGR retuvo {found} del depósito {reference}: {what}.",
            en="TGR withheld {found} of deposit {reference}: {what}.",
        ),
    }
)


def sentence_of(kind: DifferenceKind, **values: object) -> Text:
    """Tell a difference in a sentence; amounts are `Money`."""
    return _SENTENCES[kind].format(**values)


def verdict_of(*, filed: Money, heard: Money) -> Verdict:
    """Compare the amount of a line with what the operation's first report said."""
    if filed > heard:
        return Verdict.MORE
    return Verdict.LESS if filed < heard else Verdict.MATCHED
