"""One question to one register, whatever becomes of it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from backend.checks.base import CheckAnswer, CheckOutcome, PayableFine, RegisterAccess
from backend.checks.reply import Reply, Unreadable
from backend.shared import http
from backend.shared.text import Text

MAX_BYTES = 1024 * 1024

_UNAVAILABLE = Text(
    es=(
        "No pudimos consultar {register} en este momento. No significa que al vehículo le falte algo: "
        "intente nuevamente en unos minutos."
    ),
    en=(
        "We could not consult {register} just now. It does not mean that anything is missing for the vehicle: "
        "try again in a few minutes."
    ),
)


@dataclass(frozen=True)
class Judgement:
    """What a register's answer means for the permit."""

    outcome: CheckOutcome
    reason: str
    message: Text
    references: dict[str, str] = field(default_factory=dict)
    payable: tuple[PayableFine, ...] = ()


def ask_register(
    source: Text,
    access: RegisterAccess,
    *,
    institution: str,
    path: str,
    params: Mapping[str, str],
    judge: Callable[[Reply], Judgement],
) -> CheckAnswer:
    """Send a GET and judge the answer; whatever is not a clear answer is UNAVAILABLE. Never raises for that."""
    try:
        answer = http.request(
            "GET",
            access.url.rstrip("/") + path,
            institution=institution,
            params=params,
            auth=(access.user, access.password),
            connect=access.connect,
            read=access.read,
            max_bytes=MAX_BYTES,
        )
    except http.TransportFailed:
        return _unavailable(source, "unreachable", b"")
    if answer.status_code != 200:
        return _unavailable(source, f"status_{answer.status_code}", answer.content)
    try:
        judgement = judge(Reply.from_json(answer.content))
    except Unreadable as problem:
        return _unavailable(source, problem.reason, answer.content)
    return CheckAnswer(
        outcome=judgement.outcome,
        reason=judgement.reason,
        message=judgement.message,
        references=judgement.references,
        raw_sha256=_sha256(answer.content),
        payable=judgement.payable,
    )


def _unavailable(source: Text, reason: str, raw: bytes) -> CheckAnswer:
    return CheckAnswer(CheckOutcome.UNAVAILABLE, reason, _UNAVAILABLE.format(register=source), {}, _sha256(raw))


def _sha256(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest() if raw else ""
