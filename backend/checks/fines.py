"""Unpaid traffic fines (RMNP), asked of the Servicio de Registro Civil e Identificación.

Field names: those that a real municipal permit system stored (certainty B). REST and JSON are our assumption.
Of the answer only count, total and date are kept: no court, no cause, no person (data minimisation).
"""

from __future__ import annotations

from backend.checks.asking import Judgement, ask_register
from backend.checks.base import CheckAnswer, CheckOutcome, CheckQuestion, RegisterAccess
from backend.checks.reply import Reply, Unreadable
from backend.shared.money import Money
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

    def ask(self, question: CheckQuestion, access: RegisterAccess) -> CheckAnswer:
        return ask_register(
            self.source,
            access,
            path="/fines",
            params={"placa": question.plate.text},
            judge=lambda reply: _judge(reply, question),
        )


def _judge(reply: Reply, question: CheckQuestion) -> Judgement:
    reply.must_be_about(question.plate, "Placa")
    fines = reply.children("multas")
    total = sum((_to_pay(fine) for fine in fines), Money(0))
    references = {
        "count": str(len(fines)),
        "total": str(total.pesos),
        "reported_on": reply.day("Fecha_Informe").isoformat(),
    }
    if not fines:
        return Judgement(CheckOutcome.OK, "none", _OK, references)
    message = (_ONE if len(fines) == 1 else _SEVERAL).format(count=len(fines), total=total)
    return Judgement(CheckOutcome.NOT_OK, "unpaid", message, references)


def _to_pay(fine: Reply) -> Money:
    """A fine and the register's fee (arancel), which are paid together."""
    if fine.text("Moneda") != "CLP":
        raise Unreadable("unknown_code", "Moneda")
    return Money(fine.whole("Monto_Multa")) + Money(fine.whole("Arancel"))


REGISTER = FinesRegister()
