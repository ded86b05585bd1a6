"""The compulsory insurance (SOAP), asked of the Asociación de Aseguradores de Chile.

Field names: those that a real municipal permit system stored (certainty B). REST and JSON are our assumption.
"""

from __future__ import annotations

from datetime import date

from backend.checks.asking import Judgement, ask_register
from backend.checks.base import CheckAnswer, CheckOutcome, CheckQuestion, RegisterAccess
from backend.checks.reply import Reply, Unreadable
from backend.shared.text import Text

_OK = Text(es="Seguro obligatorio vigente hasta el {valid_to}.", en="Compulsory insurance valid to {valid_to}.")
_NONE = Text(
    es="No hay un seguro obligatorio (SOAP) para este vehículo. Contrátelo hasta el {needed} y vuelva a consultar.",
    en="There is no compulsory insurance (SOAP) for this vehicle. Buy it up to {needed} and check again.",
)
_TOO_SHORT = Text(
    es=(
        "El seguro obligatorio (SOAP) vence el {valid_to} y la ley pide que cubra hasta el {needed}. "
        "Contrate el nuevo seguro y vuelva a consultar."
    ),
    en=(
        "The compulsory insurance (SOAP) ends on {valid_to} and the law asks that it run to {needed}. "
        "Buy the new insurance and check again."
    ),
)


class InsuranceRegister:
    """Whether the vehicle's policy runs to the date that the law asks (Ley 18.490 art. 1)."""

    code: str = "insurance"
    name: Text = Text(es="Seguro obligatorio (SOAP)", en="Compulsory insurance (SOAP)")
    source: Text = Text(es="la Asociación de Aseguradoras", en="the association of insurers")
    keeper: Text = Text(es="Asociación de Aseguradores de Chile", en="Association of Insurers")

    def ask(self, question: CheckQuestion, access: RegisterAccess) -> CheckAnswer:
        return ask_register(
            self.source,
            access,
            institution=self.code,
            path="/insurance/policy",
            params={"patente": question.plate.text, "dv": question.plate.check_digit},
            judge=lambda reply: _judge(reply, question),
        )


def _judge(reply: Reply, question: CheckQuestion) -> Judgement:
    needed = question.must_cover_until
    match reply.text("CodError"):
        case "01":
            return Judgement(CheckOutcome.NOT_OK, "no_policy", _NONE.format(needed=_day(needed)))
        case "00":
            reply.must_be_about(question.plate, "Patente", "DigPatente")
        case other:
            raise Unreadable("unknown_code", other)
    valid_from, valid_to = reply.day("FechaInicio"), reply.day("FechaTermino")
    if valid_from > valid_to:
        raise Unreadable("garbage", "the policy ends before it begins")
    references = {
        "company": reply.text("NombreCompania"),
        "policy": reply.text("NroPoliza"),
        "folio": reply.text("NroFolio"),
        "valid_from": valid_from.isoformat(),
        "valid_to": valid_to.isoformat(),
    }
    if valid_to < needed:
        message = _TOO_SHORT.format(valid_to=_day(valid_to), needed=_day(needed))
        return Judgement(CheckOutcome.NOT_OK, "too_short", message, references)
    return Judgement(CheckOutcome.OK, "valid", _OK.format(valid_to=_day(valid_to)), references)


def _day(when: date) -> str:
    return f"{when:%d-%m-%Y}"


REGISTER = InsuranceRegister()
