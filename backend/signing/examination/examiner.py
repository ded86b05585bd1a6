"""Has the child examine a file and listens to it."""

import json
import threading
from datetime import datetime
from typing import Any

from backend.shared.errors import DomainError, Unavailable
from backend.shared.limited import ChildFailed, ask_child
from backend.shared.text import Text
from backend.signing.examination.findings import Findings, FoundSignature, Stamp, Trust
from backend.signing.examination.limits import LARGEST_FILE, LIMITS
from backend.signing.trust import TrustFolder

_CHILD = "backend.signing.examination.child"
_one_at_a_time = threading.BoundedSemaphore(1)
_PATIENCE_SECONDS = 10.0


class ExaminationTooCostly(DomainError):
    """Raised by `examine_file`: the file is too large, or looking at it took more memory or time than is allowed."""

    code = "signing.examination_too_costly"
    message = Text(
        es="El archivo es demasiado grande o complejo para examinarlo.",
        en="The file is too large or complex to examine.",
    )


class ExaminerBusy(Unavailable):
    """Raised by `examine_file`: others' files are being examined; come back later."""

    code = "signing.examiner_busy"
    message = Text(
        es="Se están examinando otros archivos. Inténtelo en un momento.",
        en="Other files are being examined. Try again in a moment.",
    )


def examine_file(pdf: bytes, trust: TrustFolder, *, now: datetime) -> Findings:
    """Examine a stranger's file in a process with limits, one at a time; `now` (aware) is the machine's time.

    Raises `ExaminationTooCostly`, `ExaminerBusy`.
    """
    if len(pdf) > LARGEST_FILE:
        raise ExaminationTooCostly
    if not _one_at_a_time.acquire(timeout=_PATIENCE_SECONDS):
        raise ExaminerBusy
    try:
        return _as_findings(_ask_child(pdf, {"now": now.isoformat(), **trust.as_task()}))
    finally:
        _one_at_a_time.release()


def _ask_child(pdf: bytes, task: dict[str, Any]) -> dict[str, Any]:
    try:
        answer = ask_child(_CHILD, json.dumps(task).encode() + b"\n" + pdf, LIMITS)
    except ChildFailed as failure:
        raise ExaminationTooCostly from failure
    said: dict[str, Any] = json.loads(answer)
    return said


def _as_findings(said: dict[str, Any]) -> Findings:
    return Findings(**{**said, "signatures": tuple(_as_signature(each) for each in said["signatures"])})


def _as_signature(said: dict[str, Any]) -> FoundSignature:
    signed_at = datetime.fromisoformat(said["signed_at"]) if said["signed_at"] else None
    return FoundSignature(
        **{**said, "trust": Trust(said["trust"]), "stamp": Stamp(said["stamp"]), "signed_at": signed_at}
    )
