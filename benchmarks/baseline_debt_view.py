"""The look-up of debts as one plain JSON view: what `./sem bench graphql` divides by.

Fixed: it changes only by a decision in docs/adr. It makes the look-up's two queries by the ORM and writes the answer by
hand, with figures and words of its own; of the platform it uses the tables and the middleware, no code that might
grow slow. The bench compares its answer with the API's before it measures.

Used as ROOT_URLCONF of the measuring process only: the platform's addresses, and these two.
"""

import json
from functools import cache
from typing import Any

from django.core import signing
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django_tenants.utils import schema_context

from backend.billing.models import Obligation, SlotClaim
from backend.config.urls import urlpatterns as platform
from backend.reference.models import DueDate, Utm

SERVICE = "circulation_permit"
SCALE = ((0, 60, 10), (60, 120, 20), (120, 250, 30), (250, 400, 40), (400, None, 45))
"""DL 3.063 art. 12 a): above and up to so many UTM, so many per mille. The floor is half a UTM."""
LAW = "DL 3.063 art. 12 a)"
TITLES = {"single": "Pago total", "first": "Primera cuota", "second": "Segunda cuota"}
SLOTS = {"single": {1, 2}, "first": {1}, "second": {2}}
CHECKS = (
    {"code": "insurance", "name": "Seguro obligatorio (SOAP)"},
    {"code": "inspection", "name": "Revisión técnica y de gases"},
    {"code": "fines", "name": "Multas de tránsito no pagadas"},
)


@csrf_exempt
def debt_view(request: HttpRequest) -> HttpResponse:
    """Answer {"plate", "rut"} with what the document DebtSearch selects."""
    asked = json.loads(request.body)
    obligations = list(
        Obligation.objects.filter(
            service=SERVICE,
            object_key=asked["plate"].partition("-")[0],
            taxpayer__rut=asked["rut"],
            withdrawn_at=None,
        ).order_by("period")
    )
    claims: dict[int, list[SlotClaim]] = {}
    for claim in (
        SlotClaim.objects.select_related("order")
        .filter(obligation_id__in=[obligation.id for obligation in obligations], released_at=None)
        .order_by("slot")
    ):
        claims.setdefault(claim.obligation_id, []).append(claim)
    salt = f"billing.debt.{request.tenant.schema_name}"  # type: ignore[attr-defined] # set by TenantMiddleware
    debts = [debt(obligation, claims.get(obligation.id, []), salt) for obligation in obligations]
    response = JsonResponse({"debts": debts, "errors": []}, json_dumps_params={"ensure_ascii": False})
    response["Cache-Control"] = "no-store"
    return response


def debt(obligation: Obligation, claims: list[SlotClaim], salt: str) -> dict[str, Any]:
    """Write one debt."""
    car, now = obligation.subject, timezone.now()
    taken = {claim.slot for claim in claims if claim.order.state == "PAID"}
    under_way = [
        claim.order for claim in claims if claim.order.state in ("CREATED", "SENT") and claim.order.valid_until > now
    ]
    options = options_of(car["valuation"], int(obligation.period))
    return {
        "id": signing.dumps(obligation.id, salt=salt),
        "title": f"Permiso de circulación {obligation.period}",
        "paid": taken == {1, 2},
        "traits": [
            {"label": "Marca", "value": car["make"]},
            {"label": "Modelo", "value": car["model"]},
            {"label": "Año", "value": str(car["year"])},
            {"label": "Color", "value": car["colour"]},
        ],
        "options": [option for option in options if not taken & SLOTS[option["code"]]],
        "checks": CHECKS,
        "openOrder": {
            "number": under_way[0].number,
            "validUntil": under_way[0].valid_until.isoformat(),
            "total": under_way[0].total,
        }
        if under_way
        else None,
    }


def options_of(valuation: int, year: int) -> list[dict[str, Any]]:
    """Write the ways to pay of a light vehicle before its due date."""
    utm, due_on = rates(year)
    lines: list[dict[str, Any]] = []
    exact = 0  # thousandths of a peso
    for above, up_to, rate in SCALE:
        base = (valuation if up_to is None else min(valuation, up_to * utm)) - above * utm
        if base > 0:
            before, exact = exact, exact + base * rate
            limit = f"y hasta {up_to} UTM ({pesos(up_to * utm)})" if up_to else f"UTM ({pesos(above * utm)})"
            amount = (exact + 500) // 1000 - (before + 500) // 1000
            lines.append(
                {
                    "text": f"Tasación sobre {above} {limit}",
                    "base": base,
                    "rate": percent(rate),
                    "law": LAW,
                    "amount": amount,
                }
            )
    if exact < utm * 500:
        text = f"Mínimo legal: media UTM (UTM de enero de {year}: {pesos(utm)})"
        lines = [{"text": text, "base": utm, "rate": "50 %", "law": LAW, "amount": (utm + 1) // 2}]
    annual = sum(line["amount"] for line in lines)
    first = (annual + 1) // 2
    later = f"Se paga del 01-08-{year} al {due_on['second']}, reajustada según el IPC; no se puede pagar aún en línea."
    return [
        option("single", due_on, lines, None),
        option("first", due_on, [half("Primera", annual, first)], None),
        option("second", due_on, [half("Segunda", annual, annual - first)], later),
    ]


def half(ordinal: str, annual: int, amount: int) -> dict[str, Any]:
    """Write the line of an instalment."""
    text = f"{ordinal} cuota de dos, sobre el impuesto anual"
    return {"text": text, "base": annual, "rate": "50 %", "law": LAW, "amount": amount}


def option(code: str, due_on: dict[str, str], lines: list[dict[str, Any]], note: str | None) -> dict[str, Any]:
    """Write one way to pay."""
    return {
        "code": code,
        "title": TITLES[code],
        "dueOn": due_on[code],
        "total": sum(line["amount"] for line in lines),
        "available": note is None,
        "note": note,
        "lines": lines,
    }


def pesos(amount: int) -> str:
    """Write an amount as Chile does."""
    return f"${amount:,}".replace(",", ".")


def percent(per_mille: int) -> str:
    """Write a rate as Chile does."""
    return f"{per_mille / 10:g} %".replace(".", ",")


MARCH = "march."  # the payment period of light vehicles


@cache
def rates(year: int) -> tuple[int, dict[str, str]]:
    """Read January's UTM and the due dates once for the whole process."""
    with schema_context("public"):
        rows = DueDate.objects.filter(service=SERVICE, period=str(year), key__startswith=MARCH)
        due_on = {key.removeprefix(MARCH): day.isoformat() for key, day in rows.values_list("key", "due_on")}
        return Utm.objects.get(year=year, month=1).pesos, due_on


@csrf_exempt
def nothing(request: HttpRequest) -> HttpResponse:
    """Answer at once: what server interface and middleware cost by themselves."""
    return HttpResponse(b"{}", content_type="application/json")


# Below /graphql/public, so that every middleware treats them as it does the API.
urlpatterns = [
    *platform,
    path("graphql/public/baseline", debt_view),
    path("graphql/public/nothing", nothing),
]
