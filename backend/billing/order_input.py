"""What an order's request must be before anything is locked: items, address, page to return to."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from backend.billing import queries
from backend.profile.queries import is_registered_origin
from backend.shared.errors import DomainError
from backend.shared.text import Text
from backend.tenants.queries import current_tenant

MOST_ITEMS = 20


class EmailNotUsable(DomainError):
    """The address cannot receive the document."""

    code = "billing.email"
    message = Text(
        es="Escriba un correo electrónico válido, por ejemplo nombre@correo.cl.",
        en="Enter a valid e-mail address, for example name@mail.com.",
    )


class OrderEmpty(DomainError):
    """An order needs at least one debt, each once."""

    code = "billing.order_empty"
    message = Text(es="Seleccione qué desea pagar.", en="Choose what you want to pay.")


class TooManyDebts(DomainError):
    """An order takes so many debts and no more."""

    code = "billing.too_many_debts"
    message = Text(
        es="Un pago puede llevar hasta {most} deudas. Pague algunas primero.",
        en="A payment can hold up to {most} debts. Pay some of them first.",
    )


class ReturnAddressNotRegistered(DomainError):
    """The page to return to belongs to no origin that the municipality registered."""

    code = "billing.return_address"
    message = Text(
        es="La página de retorno no pertenece a esta municipalidad.",
        en="The return page does not belong to this municipality.",
    )


class IdempotencyConflict(DomainError):
    """The key was used for another request."""

    code = "billing.idempotency_conflict"
    message = Text(
        es="Este pago ya se envió con otros datos. Recargue la página.",
        en="This payment was already sent with other data. Reload the page.",
    )


@dataclass(frozen=True)
class WantedItem:
    """What the payer chose: a debt's capability, the code of an option, and whether unpaid fines are paid with it."""

    debt: str
    option: str
    with_fines: bool = False


def wanted_options(items: Sequence[WantedItem]) -> dict[int, WantedItem]:
    """Return the chosen item by obligation; raises `DebtNotFound`, `OrderEmpty`, `TooManyDebts`."""
    wanted = {queries.obligation_of(item.debt): item for item in items}
    if not wanted or len(wanted) != len(items):
        raise OrderEmpty(field="items")
    if len(wanted) > MOST_ITEMS:
        raise TooManyDebts(most=MOST_ITEMS, field="items")
    return wanted


def checked_email(email: str) -> str:
    """Return the address without spaces around it; raises `EmailNotUsable`."""
    address = email.strip()
    try:
        validate_email(address)
    except ValidationError as error:
        raise EmailNotUsable(field="email") from error
    return address


def checked_return_url(return_url: str | None) -> str:
    """Return the page to come back to, our own where none is asked for; raises `ReturnAddressNotRegistered`."""
    own_page = f"{current_tenant().origin}/pagar"
    if not return_url:
        return own_page
    parts = urlsplit(return_url)
    origin = f"{parts.scheme}://{parts.netloc}"
    if parts.scheme not in ("https", "http") or "@" in parts.netloc or "\\" in return_url or len(return_url) > 500:
        raise ReturnAddressNotRegistered(field="returnUrl")
    if origin != current_tenant().origin and not is_registered_origin(origin):
        raise ReturnAddressNotRegistered(field="returnUrl")
    return parts._replace(fragment="").geturl()


def fingerprint_of(wanted: Mapping[int, WantedItem], email: str, return_url: str) -> str:
    """Return what tells one request from another under the same key."""
    request = json.dumps([sorted((id, item.option, item.with_fines) for id, item in wanted.items()), email, return_url])
    return hashlib.sha256(request.encode()).hexdigest()
