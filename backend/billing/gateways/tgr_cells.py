"""The cells of TGR's files: each reader gives a value, or says in a sentence what is wrong."""

import re
from collections.abc import Callable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from backend.shared.money import Money
from backend.shared.rut import InvalidRut, parse_rut
from backend.shared.text import Text

VERSION = 1
YEARS = range(2000, 2101)

_GREATEST = 2**63 - 1
_SANTIAGO = ZoneInfo("America/Santiago")
_IDEXT = re.compile(r"[0-9A-Za-z-]{1,20}", re.ASCII)
_NUMBER = re.compile(r"[0-9]{1,19}", re.ASCII)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}", re.ASCII)


class Wrong(Exception):
    """Raised by the readers of cells."""

    def __init__(self, es: str, en: str, column: str = "") -> None:
        super().__init__(es)
        self.message = Text(es=es, en=en)
        self.column = column


def shown(cell: str) -> str:
    """Return the beginning of a cell as it can be shown."""
    return "".join(sign if sign.isprintable() else "·" for sign in cell[:30])


def whole(cell: str) -> int:
    """Read a whole number that a database can hold."""
    if not _NUMBER.fullmatch(cell) or int(cell) > _GREATEST:
        raise Wrong(
            f"«{shown(cell)}» no es un número entero sin puntos.", f"'{shown(cell)}' is no whole number without dots."
        )
    return int(cell)


def amount(cell: str) -> Money:
    """Read whole pesos."""
    return Money(whole(cell))


def paid(cell: str) -> Money:
    """Read pesos that are not none."""
    money = amount(cell)
    if not money:
        raise Wrong("el monto es cero.", "the amount is zero.")
    return money


def folio(cell: str) -> str:
    """Read a number that may be missing."""
    return str(whole(cell)) if cell else ""


def version(cell: str) -> int:
    """Read the version of the layout."""
    if whole(cell) != VERSION:
        raise Wrong(f"versión {shown(cell)}: se lee la {VERSION}.", f"version {shown(cell)}: {VERSION} is read.")
    return VERSION


def kind(wanted: str) -> Callable[[str], str]:
    """Return a reader that takes one word."""

    def read(cell: str) -> str:
        if cell.upper() != wanted:
            raise Wrong(f"dice «{shown(cell)}»; se espera {wanted}.", f"'{shown(cell)}' instead of {wanted}.")
        return wanted

    return read


def idext(cell: str) -> str:
    """Read our own id of an order."""
    if not _IDEXT.fullmatch(cell):
        raise Wrong(
            f"«{shown(cell)}» no es un IDEXT (letras, cifras y guion, 20 como máximo).",
            f"'{shown(cell)}' is no IDEXT (letters, digits and hyphen, 20 at most).",
        )
    return cell


def rut(cell: str) -> str:
    """Read a RUT with its check digit; it may be missing."""
    try:
        return str(parse_rut(cell)) if cell else ""
    except InvalidRut as error:
        raise Wrong(f"«{shown(cell)}» no es un RUT válido.", f"'{shown(cell)}' is no valid RUT.") from error


def means(cell: str) -> str:
    """Read the letter of a means of payment."""
    if len(cell) != 1 or not cell.isalnum():
        raise Wrong(f"«{shown(cell)}» no es un medio de pago.", f"'{shown(cell)}' is no means of payment.")
    return cell.upper()


def day(cell: str) -> date:
    """Read a date."""
    try:
        if not _DAY.fullmatch(cell) or int(cell[:4]) not in YEARS:
            raise ValueError(cell)
        return date.fromisoformat(cell)
    except ValueError as error:
        raise Wrong(f"«{shown(cell)}» no es una fecha AAAA-MM-DD.", f"'{shown(cell)}' is no YYYY-MM-DD.") from error


def moment(cell: str) -> datetime:
    """Read a local time of America/Santiago."""
    try:
        if not _MOMENT.fullmatch(cell) or int(cell[:4]) not in YEARS:
            raise ValueError(cell)
        return datetime.fromisoformat(cell).replace(tzinfo=_SANTIAGO)
    except ValueError as error:
        raise Wrong(
            f"«{shown(cell)}» no es una fecha y hora AAAA-MM-DDThh:mm:ss.",
            f"'{shown(cell)}' is no YYYY-MM-DDThh:mm:ss.",
        ) from error


def words(longest: int) -> Callable[[str], str]:
    """Return a reader of a text."""

    def read(cell: str) -> str:
        if not 1 <= len(cell) <= longest or not cell.isprintable():
            raise Wrong(f"se espera un texto de 1 a {longest} caracteres.", f"a text of 1 to {longest} is expected.")
        return cell

    return read
