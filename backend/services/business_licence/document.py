"""What the receipt prints about a licence. Payer, folio, amounts and days of payment are the receipt's own."""

from __future__ import annotations

from datetime import date

from backend.services.base import JSON, DocumentGroup
from backend.services.business_licence import texts
from backend.services.business_licence.licence import Licence
from backend.services.business_licence.period import Period
from backend.services.business_licence.provisional import Provisional, deadlines
from backend.services.wording import day
from backend.shared.text import Text

GROUPS = (
    DocumentGroup(
        "licence",
        Text(es="Patente municipal", en="Business licence"),
        (
            ("role", Text(es="Rol", en="Role")),
            ("kind", Text(es="Tipo", en="Kind")),
            ("activity", Text(es="Giro", en="Activity")),
            ("period", Text(es="Período", en="Period")),
            ("payment_form", Text(es="Forma de pago", en="Payment")),
            ("valid_until", Text(es="Pagada hasta", en="Paid until")),
        ),
    ),
    DocumentGroup(
        "provisional",
        Text(es="Patente provisoria", en="Provisional licence"),
        (
            ("granted_on", Text(es="Otorgada el", en="Granted on")),
            ("inspection_until", Text(es="Inspección de la DOM hasta", en="Works inspection until")),
            ("extension_until", Text(es="Prórroga: pedirla hasta", en="Extension: ask for it until")),
            ("expires_on", Text(es="Caduca después del", en="Lapses after")),
        ),
    ),
)


def fields(licence: Licence, *, role: str, period: str, option: str) -> dict[str, JSON]:
    """Give the values by key, ready to print in es-CL; what is unknown is left out. No capital is printed."""
    when = Period(int(period))
    values = {
        "role": role,
        "kind": texts.KINDS[licence.kind].es,
        "activity": licence.activity,
        "period": f"{day(when.begins_on)} al {day(when.ends_on)}",
        "payment_form": texts.OPTIONS[option].es,
        "valid_until": day(paid_until(period=period, option=option)),
        **(_provisional(licence.provisional) if licence.provisional else {}),
    }
    return {key: value for key, value in values.items() if value}


def paid_until(*, period: str, option: str) -> date:
    """Tell the last day that a payment covers. Raises `ValueError` for an option that does not exist."""
    when = Period(int(period))
    match option:
        case "first":
            return date(when.year, 12, 31)
        case "single" | "second":
            return when.ends_on
        case _:
            raise ValueError(f"no such payment option: {option!r}")


def _provisional(provisional: Provisional) -> dict[str, str]:
    if provisional.granted_on is None:
        return {}
    terms = deadlines(provisional.granted_on, provisional.expires_on)
    printed = {"granted_on": day(provisional.granted_on)}
    if terms is None:
        return printed
    return printed | {
        "inspection_until": day(terms.inspection),
        "extension_until": day(terms.extension_request),
        "expires_on": day(terms.expiry),
    }
