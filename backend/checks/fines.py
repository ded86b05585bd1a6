"""Unpaid traffic fines (RMNP), asked of the Servicio de Registro Civil e Identificación.

Field names: those that a real municipal permit system stored (certainty B). REST and JSON are our assumption.
Of the answer no cause and no person is kept (data minimisation); court, roll and year go with a fine that is paid, as
court and Registro Civil need them. The citizen sees count and total only.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from backend.checks.asking import Judgement, ask_register
from backend.checks.base import CheckAnswer, CheckOutcome, CheckQuestion, PayableFine, RegisterAccess
from backend.checks.reply import Reply, Unreadable
from backend.shared import http
from backend.shared.errors import Unavailable
from backend.shared.money import Money
from backend.shared.plate import Plate
from backend.shared.text import Text

_OK = Text(es="Sin multas de tránsito pendientes.", en="No unpaid traffic fines.")
_ONE = Text(
    es=(
        "Hay 1 multa de tránsito pendiente por {total}, arancel incluido. Páguela, o acredite su pago en la "
        "municipalidad, y vuelva a consultar."
    ),
    en=(
        "There is 1 unpaid traffic fine of {total}, fee included. Pay it, or show that it is paid at the municipality, "
        "and check again."
    ),
)
_SEVERAL = Text(
    es=(
        "Hay {count} multas de tránsito pendientes por un total de {total}, aranceles incluidos. Páguelas, o acredite "
        "su pago en la municipalidad, y vuelva a consultar."
    ),
    en=(
        "There are {count} unpaid traffic fines, {total} in all, fees included. Pay them, or show that they are paid "
        "at the municipality, and check again."
    ),
)


class FinesRegister:
    """Whether the plate is free of annotated fines: with one, the permit may not be renewed (Ley 18.287 art. 24)."""

    code: str = "fines"
    name: Text = Text(es="Multas de tránsito no pagadas", en="Unpaid traffic fines")
    source: Text = Text(es="el Registro Civil", en="the Civil Registry")
    keeper: Text = Text(es="Servicio de Registro Civil e Identificación", en="Civil Registry")

    def ask(self, question: CheckQuestion, access: RegisterAccess) -> CheckAnswer:
        return ask_register(
            self.source,
            access,
            institution=self.code,
            path="/fines",
            params={"placa": question.plate.text},
            judge=lambda reply: _judge(reply, question),
        )


def _judge(reply: Reply, question: CheckQuestion) -> Judgement:
    reply.must_be_about(question.plate, "Placa")
    fines = tuple(_payable(fine) for fine in reply.children("multas"))
    total = sum((fine.total for fine in fines), Money(0))
    references = {
        "count": str(len(fines)),
        "total": str(total.pesos),
        "reported_on": reply.day("Fecha_Informe").isoformat(),
    }
    if not fines:
        return Judgement(CheckOutcome.OK, "none", _OK, references)
    message = (_ONE if len(fines) == 1 else _SEVERAL).format(count=len(fines), total=total)
    return Judgement(CheckOutcome.NOT_OK, "unpaid", message, references, fines)


def _payable(fine: Reply) -> PayableFine:
    """A fine and the register's fee (arancel), which are paid together."""
    if fine.text("Moneda") != "CLP":
        raise Unreadable("unknown_code", "Moneda")
    return PayableFine(
        fine_id=str(fine.whole("ID_Multa")),
        court=fine.text("JPL"),
        commune=fine.text("Comuna"),
        roll=fine.text("Rol"),
        year=fine.whole("Ano_rol"),
        amount=Money(fine.whole("Monto_Multa")),
        fee=Money(fine.whole("Arancel")),
    )


class ReportNotAcknowledged(Unavailable):
    """Registro Civil did not acknowledge that fines were paid: it is told again."""

    code = "checks.report_not_acknowledged"
    message = Text(
        es="El Registro Civil no confirmó el pago de las multas; se informará de nuevo.",
        en="The Civil Registry did not acknowledge the paid fines; it will be told again.",
    )


def report_paid(
    fine_ids: Sequence[str], *, plate: Plate, paid_on: date, order_number: str, access: RegisterAccess
) -> str:
    """Tell Registro Civil that fines were paid with a permit; returns its acknowledgement. Safe to repeat.

    The municipal treasury reports (registrocivil.cl, RMNP). Raises `ReportNotAcknowledged`. REST and JSON are assumed.
    """
    body = {
        "Placa": plate.text,
        "multas": list(fine_ids),
        "Fecha_pago": f"{paid_on:%Y%m%d}",
        "Comprobante": order_number,
    }
    try:
        answer = http.request(
            "POST",
            access.url.rstrip("/") + "/fines/paid",
            institution=FinesRegister.code,
            json=body,
            auth=(access.user, access.password),
            connect=access.connect,
            read=access.read,
        )
        if answer.status_code != 200:
            raise ReportNotAcknowledged
        return Reply.from_json(answer.content).text("Acuse")
    except (http.TransportFailed, Unreadable) as problem:
        raise ReportNotAcknowledged from problem


REGISTER = FinesRegister()
