"""Technical and gas inspection, asked of the Ministerio de Transportes y Telecomunicaciones.

Field names: those that a real municipal permit system stored; the gas twin carries the suffix `_G` (certainty B).
REST and JSON are our assumption. Homologation of new vehicles cannot be asked here yet.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from backend.checks.asking import Judgement, ask_register
from backend.checks.base import CheckAnswer, CheckOutcome, CheckQuestion, RegisterAccess
from backend.checks.reply import Reply, Unreadable
from backend.shared.text import Text

_OK = Text(
    es="Revisión técnica vigente hasta el {technical} y de gases hasta el {gas}.",
    en="Technical inspection valid to {technical}, gas inspection to {gas}.",
)
_NONE = Text(
    es=(
        "No hay una revisión técnica para este vehículo. Hágala en una planta revisora y vuelva a consultar. "
        "Si el vehículo es nuevo y tiene homologación, preséntela en la municipalidad."
    ),
    en=(
        "There is no technical inspection for this vehicle. Have it done at an inspection plant and check again. "
        "If the vehicle is new and has a homologation, show it at the municipality."
    ),
)
_REJECTED = Text(
    es="{which} figura como rechazada. Repare lo observado, repita la revisión y vuelva a consultar.",
    en="{which} was rejected. Repair what was found, repeat the inspection and check again.",
)
_EXPIRED = Text(
    es="{which} venció el {valid_to}. Hágala en una planta revisora y vuelva a consultar.",
    en="{which} expired on {valid_to}. Have it done at an inspection plant and check again.",
)
_TECHNICAL = Text(es="La revisión técnica", en="The technical inspection")
_GAS = Text(es="La revisión de gases", en="The gas inspection")


@dataclass(frozen=True)
class _Certificate:
    name: Text
    number: str
    is_approved: bool
    valid_to: date


class InspectionRegister:
    """Whether both inspections are approved and in force on the day of the question (Ley 18.290 art. 89)."""

    code: str = "inspection"
    name: Text = Text(es="Revisión técnica y de gases", en="Technical and gas inspection")
    source: Text = Text(es="el Ministerio de Transportes", en="the Ministry of Transport")
    keeper: Text = Text(es="Ministerio de Transportes y Telecomunicaciones", en="Ministry of Transport")

    def ask(self, question: CheckQuestion, access: RegisterAccess) -> CheckAnswer:
        return ask_register(
            self.source,
            access,
            institution=self.code,
            path="/inspection/certificate",
            params={"ppu": f"{question.plate}-{question.plate.check_digit}"},
            judge=lambda reply: _judge(reply, question),
        )


def _judge(reply: Reply, question: CheckQuestion) -> Judgement:
    match reply.text("COD_RESULTADO"):
        case "01":
            return Judgement(CheckOutcome.NOT_OK, "no_certificate", _NONE)
        case "00":
            reply.must_be_about(question.plate, "PPUDV")
        case other:
            raise Unreadable("unknown_code", other)
    technical, gas = _certificate(reply, _TECHNICAL, ""), _certificate(reply, _GAS, "_G")
    references = {
        "certificate": technical.number,
        "plant": reply.text("CODIGO_PRT"),
        "inspected_on": reply.day("FECHA_REVISION").isoformat(),
        "valid_to": technical.valid_to.isoformat(),
        "gas_certificate": gas.number,
        "gas_valid_to": gas.valid_to.isoformat(),
    }
    for certificate, prefix in ((technical, ""), (gas, "gas_")):
        if not certificate.is_approved:
            message = _REJECTED.format(which=certificate.name)
            return Judgement(CheckOutcome.NOT_OK, f"{prefix}rejected", message, references)
        if certificate.valid_to < question.today:
            message = _EXPIRED.format(which=certificate.name, valid_to=_day(certificate.valid_to))
            return Judgement(CheckOutcome.NOT_OK, f"{prefix}expired", message, references)
    message = _OK.format(technical=_day(technical.valid_to), gas=_day(gas.valid_to))
    return Judgement(CheckOutcome.OK, "valid", message, references)


def _certificate(reply: Reply, name: Text, suffix: str) -> _Certificate:
    state = reply.text(f"estadorevtec{suffix}")
    if state not in {"APROBADA", "RECHAZADA"}:
        raise Unreadable("unknown_code", state)
    return _Certificate(
        name=name,
        number=reply.text(f"ID_CRT{suffix}"),
        is_approved=state == "APROBADA",
        valid_to=reply.day(f"FECHA_VENCIMIENTO{suffix}"),
    )


def _day(when: date) -> str:
    return f"{when:%d-%m-%Y}"


REGISTER = InspectionRegister()
