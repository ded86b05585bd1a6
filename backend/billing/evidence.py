"""Asking the registers about a debt's object, and keeping what they answered."""

from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from types import MappingProxyType

from django.conf import settings
from django.db import transaction

from backend.billing import queries
from backend.billing.models import CheckEvidence, FineClaim, Obligation
from backend.billing.rules import OrderState
from backend.checks import get_register
from backend.checks.base import CheckAnswer, CheckOutcome, PayableFine, RegisterAccess
from backend.services.base import CheckQuestion
from backend.shared import breaker, clock
from backend.shared.text import Text

_ADDRESSES: Mapping[str, str] = MappingProxyType(
    {"insurance": "SEM_INSURANCE_URL", "inspection": "SEM_INSPECTION_URL", "fines": "SEM_FINES_URL"}
)
LONGEST_WAIT_SECONDS = 6.0
_TOO_SLOW = Text(
    es="El registro tardó demasiado en responder. Intente nuevamente en unos minutos.",
    en="The register took too long to answer. Try again in a few minutes.",
)
_PAID_HERE = Text(es="Las multas fueron pagadas en esta plataforma.", en="The fines were paid on this platform.")
_OK_AGAIN = Text(es="Verificado hoy.", en="Checked today.")
_threads = ThreadPoolExecutor(max_workers=12, thread_name_prefix="register")


def run_checks(*, debt: str, today: date) -> dict[str, CheckAnswer]:
    """Ask every register that the debt's service names, side by side, and keep the answers.

    What was OK today is not asked again. Raises `DebtNotFound`. No network call inside a transaction.
    """
    obligation = Obligation.objects.get(id=queries.obligation_of(debt))
    service = queries.offered_service(obligation.service)
    if not service.checks:
        return {}
    known = queries.fresh_evidence(obligation.id, today=today)
    question = service.check_question(
        obligation.subject, object_key=obligation.object_key, period=obligation.period, today=today
    )
    unknown = [code for code in service.checks if code not in known]
    for code in unknown:
        breaker.announce(code)  # this thread waits for the others: what it held would be held around the calls
    asked = {code: _threads.submit(_ask, code, question) for code in unknown}
    answers = {code: _less_what_was_paid(_in_time(future)) for code, future in asked.items()}
    _keep(obligation, answers, today)
    return {code: answers.get(code) or _as_answer(known[code]) for code in service.checks}


def _in_time(future: Future[CheckAnswer]) -> CheckAnswer:
    """Wait no longer than a register may take: a server that drips its answer must not hold the citizen."""
    try:
        return future.result(timeout=LONGEST_WAIT_SECONDS)
    except TimeoutError:
        return CheckAnswer(CheckOutcome.UNAVAILABLE, "too_slow", _TOO_SLOW, {}, "")


def _less_what_was_paid(answer: CheckAnswer) -> CheckAnswer:
    """Leave out fines that were paid here: they stop blocking at once, whenever the register hears of it."""
    if not answer.payable:
        return answer
    paid = FineClaim.objects.filter(
        fine_id__in=[fine.fine_id for fine in answer.payable], released_at=None, order__state=OrderState.PAID
    )
    known = set(paid.values_list("fine_id", flat=True))
    left = tuple(fine for fine in answer.payable if fine.fine_id not in known)
    if left:
        return replace(answer, payable=left)
    references = {**answer.references, "count": "0", "total": "0"}
    return CheckAnswer(CheckOutcome.OK, "paid_here", _PAID_HERE, references, answer.raw_sha256)


def _ask(code: str, question: CheckQuestion) -> CheckAnswer:
    access = RegisterAccess(
        url=getattr(settings, _ADDRESSES[code]),
        user=settings.SEM_REGISTER_USER,
        password=settings.SEM_REGISTER_PASSWORD,
    )
    return get_register(code).ask(question, access)


@transaction.atomic(durable=True)
def _keep(obligation: Obligation, answers: Mapping[str, CheckAnswer], today: date) -> None:
    now = clock.now()
    CheckEvidence.objects.bulk_create(
        CheckEvidence(
            obligation=obligation,
            check_code=code,
            outcome=answer.outcome.value,
            reason=answer.reason,
            references=answer.references,
            payable=[_fine_as_data(fine) for fine in answer.payable],
            raw_sha256=answer.raw_sha256,
            asked_on=today,
            asked_at=now,
        )
        for code, answer in answers.items()
    )


def _fine_as_data(fine: PayableFine) -> dict[str, object]:
    return {
        "fine_id": fine.fine_id,
        "court": fine.court,
        "commune": fine.commune,
        "roll": fine.roll,
        "year": fine.year,
        "amount": fine.amount.pesos,
        "fee": fine.fee.pesos,
    }


def _as_answer(row: CheckEvidence) -> CheckAnswer:
    return CheckAnswer(
        outcome=CheckOutcome(row.outcome),
        reason=row.reason,
        message=_OK_AGAIN,
        references=row.references,
        raw_sha256=row.raw_sha256,
    )
