"""The outside institutions that the platform calls, and how each answers at this moment."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from backend.billing.gateways import gateways
from backend.checks import registers
from backend.messaging import smtp
from backend.shared import files_in_s3
from backend.shared.breaker import BreakerState
from backend.shared.text import Text
from backend.signing import time_stamps
from backend.signing.signers import responders, revocation
from backend.tenants.files import is_in_bucket
from backend.tenants.institutions import Told, told_of


class InstitutionState(StrEnum):
    """How an institution answers the processes of the platform."""

    ANSWERING = "ANSWERING"
    TRIED_AGAIN = "TRIED_AGAIN"
    NOT_ANSWERING = "NOT_ANSWERING"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True)
class Institution:
    """One institution; `processes` of the platform do not get through to it, the first of them `since` (UTC)."""

    code: str
    name: Text
    service: Text
    state: InstitutionState
    processes: int
    since: datetime | None


_PAYMENT = Text(es="Pagos en línea", en="Online payments")
_AUTHORITY = Text(es="Autoridad certificadora", en="Certification authority")
_SIGNATURE = Text(es="Vigencia de los certificados de firma", en="Whether signing certificates are in force")
_STORAGE = Text(es="Almacenamiento de archivos", en="Storage of files")
_FILES = Text(es="Documentos emitidos y archivos cargados", en="Documents issued and files uploaded")
_RESPONDER = Text(es="Autoridad certificadora, consulta en línea", en="Certification authority, online responder")
_TIME_STAMP_AUTHORITY = Text(es="Autoridad de sellos de tiempo", en="Time-stamp authority")
_STAMP = Text(es="Sellos de tiempo de los documentos", en="Time stamps of documents")
_MAIL_SERVER = Text(es="Servidor de correo", en="Mail server")
_MAIL = Text(es="Envío de correos y comprobantes", en="Mails and documents sent")


def institutions() -> list[Institution]:
    """Return every institution with its state: gateways, registers, authorities, mail.

    Never raises while Valkey is away.
    """
    known = [
        *((code, gateway.name, _PAYMENT) for code, gateway in sorted(gateways().items())),
        *((code, register.keeper, register.name) for code, register in sorted(registers().items())),
        (revocation.INSTITUTION, _AUTHORITY, _SIGNATURE),
        (responders.INSTITUTION, _RESPONDER, _SIGNATURE),
        (time_stamps.INSTITUTION, _TIME_STAMP_AUTHORITY, _STAMP),
        *([(files_in_s3.INSTITUTION, _STORAGE, _FILES)] if is_in_bucket() else []),
        (smtp.INSTITUTION, _MAIL_SERVER, _MAIL),
    ]
    told = told_of(code for code, _name, _service in known)
    return [_institution(code, name, service, None if told is None else told[code]) for code, name, service in known]


def _institution(code: str, name: Text, service: Text, told: list[Told] | None) -> Institution:
    return Institution(
        code=code,
        name=name,
        service=service,
        state=_state(told),
        processes=len(told or ()),
        since=min((each.at for each in told or ()), default=None),
    )


def _state(told: list[Told] | None) -> InstitutionState:
    """What the worst process says: some may get through where others do not."""
    if told is None:
        return InstitutionState.UNKNOWN
    if any(each.state is BreakerState.OPEN for each in told):
        return InstitutionState.NOT_ANSWERING
    return InstitutionState.TRIED_AGAIN if told else InstitutionState.ANSWERING
