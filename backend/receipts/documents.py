"""Freezing a document: its folio, its verification code and every word that it will print."""

import base64
import secrets
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from backend.billing.ledger import FINE, FINE_FEE, credits_of
from backend.billing.models import Order, OrderItem
from backend.billing.rates import rate_book
from backend.profile.queries import get_profile
from backend.receipts.models import Document, FolioCounter
from backend.receipts.rendering import ChargeLine, Fact, PermitDocument
from backend.receipts.verification import code_hash, verification_url
from backend.receipts.wording import as_receipt, facts_of
from backend.services import get_service
from backend.shared import clock
from backend.shared.money import Money
from backend.shared.rut import parse_rut
from backend.shared.text import Text
from backend.tenants.queries import current_tenant

PERMIT = "permit"
_MOST_LINES = 40
"""On the pages of one document."""

_MOST_ROLLS = 12


def freeze_document(item: OrderItem, order: Order) -> Document:
    """Freeze the document of a paid item in the caller's transaction; the next folio of the year is taken with it."""
    issued_on = clock.today()
    folio = _next_folio(issued_on.year)
    code = new_code()
    printed = printed_folio(issued_on.year, folio)
    content = _content(item, order, folio=printed, code=code, issued_on=issued_on)
    return Document.objects.create(
        item=item,
        order=order,
        kind=get_service(item.obligation.service).document_kind,
        year=issued_on.year,
        folio=folio,
        code_sha256=code_hash(code),
        content=content.as_json(),
        theme_version=get_profile().theme_version,
        frozen_at=clock.now(),
    )


def _next_folio(year: int) -> int:
    FolioCounter.objects.get_or_create(year=year)
    counter = FolioCounter.objects.select_for_update().get(year=year)
    counter.last += 1
    counter.save(update_fields=["last"])
    return counter.last


def printed_folio(year: int, folio: int) -> str:
    """Return the folio as people read it: ten digits, the year first."""
    return f"{year}{folio:06d}"


def new_code() -> str:
    """Return 80 random bits as XXXX-XXXX-XXXX-XXXX (RFC 4648 base 32)."""
    text = base64.b32encode(secrets.token_bytes(10)).decode()
    return "-".join(text[start : start + 4] for start in range(0, 16, 4))


def _content(item: OrderItem, order: Order, *, folio: str, code: str, issued_on: date) -> PermitDocument:
    obligation = item.obligation
    service = get_service(obligation.service)
    town = current_tenant()
    evidence = {check: frozen["references"] for check, frozen in item.evidence.items()}
    fields = service.document_fields(
        obligation.subject,
        object_key=obligation.object_key,
        period=obligation.period,
        option=item.option,
        evidence=evidence,
        rates=rate_book(),
    )
    is_permit = service.document_kind == PERMIT
    total = str(Money(item.amount))
    printed = PermitDocument(
        municipality=f"Municipalidad de {town.name}",
        municipality_code=town.commune_code,
        municipality_rut=parse_rut(town.tax_rut).dotted if town.tax_rut else "",
        folio=folio,
        issued_on=issued_on,
        title=service.title.es,
        period=obligation.period,
        option=str(fields.get("payment_form", item.option)),
        plate=str(fields.get("plate") or fields.get("object") or obligation.object_key),
        valid_until=service.valid_until(period=obligation.period, option=item.option, subject=obligation.subject),
        owner_name=obligation.taxpayer.name,
        owner_rut=parse_rut(obligation.taxpayer.rut).dotted,
        vehicle=facts_of(service, fields, inside=True),
        evidence=facts_of(service, fields, inside=False),
        lines=tuple(_line(line) for line in _fines_together(item)),
        total=total,
        paid_at=printed_instant(order.paid_at or order.created_at),
        means=order.means,
        operation_id=order.operation_id,
        order_number=order.number,
        verification_url=verification_url(folio, code),
        verification_code=code,
        signer_name="",
        signer_role="",
        shifted_date_note=_shifted_date_note(),
    )
    return printed if is_permit else as_receipt(printed, service, _accounts(item, order))


def _accounts(item: OrderItem, order: Order) -> tuple[Fact, ...]:
    credits = credits_of(item, clock.domain_date(order.paid_at or order.created_at))
    return tuple(Fact(account, str(amount)) for account, amount in credits)


def _fines_together(item: OrderItem) -> list[dict[str, Any]]:
    """Return the item's lines; where there are too many to be read, all fines in one and their fees in another."""
    lines: list[dict[str, Any]] = item.lines
    fines = [line for line in lines if line["code"] == FINE]
    if len(lines) <= _MOST_LINES or len(fines) < 2:
        return lines
    fees = [line for line in lines if line["code"] == FINE_FEE]
    rolls = list(dict.fromkeys(f"{fine.roll}-{fine.year}" for fine in item.fines.order_by("id")))
    more = f" y {len(rolls) - _MOST_ROLLS} más" if len(rolls) > _MOST_ROLLS else ""
    return [
        *(line for line in lines if line["code"] not in (FINE, FINE_FEE)),
        _sum_of(fines, f"Multas de tránsito ({len(fines)}), roles {', '.join(rolls[:_MOST_ROLLS])}{more}"),
        _sum_of(fees, f"{fees[0]['es']} ({len(fees)})"),
    ]


def _sum_of(lines: Sequence[Mapping[str, Any]], text: str) -> dict[str, Any]:
    return {**lines[0], "es": text, "amount": sum(line["amount"] for line in lines)}


def _line(line: Mapping[str, Any]) -> ChargeLine:
    base = str(Money(line["base"])) if line["base"] is not None else ""
    return ChargeLine(line["es"], base, line["rate"], line["law"], str(Money(line["amount"])))


def printed_instant(instant: datetime) -> str:
    """Return date (of the domain's calendar) and time in Chile, as printed."""
    return f"{clock.domain_date(instant):%d-%m-%Y} {instant.astimezone(clock.SANTIAGO):%H:%M}"


def _shifted_date_note() -> str:
    note = Text(
        es="Documento de demostración sin valor legal: la fecha fue desplazada.",
        en="Demonstration document without legal value: the date was shifted.",
    )
    return note.es if clock.shift_days() else ""
