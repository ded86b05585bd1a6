"""The registers of the sandbox and our side of them understand each other, faults included."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from backend.checks import get_register
from backend.checks.base import CheckAnswer, CheckOutcome, CheckQuestion, RegisterAccess
from backend.shared import http
from backend.shared.plate import Plate

TODAY = date(2025, 3, 20)
QUESTION = CheckQuestion(plate=Plate("ZZZZ99"), must_cover_until=date(2026, 3, 31), today=TODAY, model_year=2018)
CODES = ("insurance", "inspection", "fines")


@pytest.fixture(scope="module")
def sandbox() -> Iterator[str]:
    """Runs the sandbox on free ports on 20 March 2025 and gives its address."""
    shift = (TODAY - date.today()) // timedelta(days=1)  # noqa: DTZ011 - the sandbox' calendar is the machine's
    environment = {
        **os.environ,
        "SANDBOX_PORT": "0",
        "SANDBOX_SMTP_PORT": "0",
        "SANDBOX_DATE_SHIFT_DAYS": str(shift),
    }
    with subprocess.Popen(
        [sys.executable, "-m", "sandbox"], env=environment, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            ready = process.stdout.readline()
            assert ready.startswith("sandbox ready: "), ready
            yield ready.split()[2]
        finally:
            process.terminate()


@pytest.fixture(autouse=True)
def all_in_order(sandbox: str) -> None:
    http.request("DELETE", f"{sandbox}_control/faults", institution="test", connect=5, read=5)
    order(sandbox, "vehicles", plate="ZZZZ99", insurance="ok", inspection="ok", fines=[])


def order(sandbox: str, what: str, **wish: object) -> None:
    answer = http.request("POST", f"{sandbox}_control/{what}", json=wish, institution="test", connect=5, read=5)
    assert answer.status_code == 200, answer.text


def ask(sandbox: str, code: str, password: str = "sandbox", read: float = 5) -> CheckAnswer:
    return get_register(code).ask(
        QUESTION,
        RegisterAccess(url=sandbox, user="sandbox", password=password, connect=2, read=read),
    )


@pytest.mark.parametrize("code", CODES)
def test_a_vehicle_in_order_is_ok(sandbox: str, code: str) -> None:
    answer = ask(sandbox, code)

    assert answer.outcome is CheckOutcome.OK
    assert answer.references
    assert len(answer.raw_sha256) == 64


@pytest.mark.parametrize(
    ("code", "wish", "reason"),
    [
        ("insurance", "none", "no_policy"),
        ("insurance", "ends_early", "too_short"),
        ("inspection", "none", "no_certificate"),
        ("inspection", "expired", "expired"),
        ("inspection", "rejected", "rejected"),
        ("inspection", "rejected_gases", "gas_rejected"),
        ("fines", [50_000], "unpaid"),
    ],
)
def test_a_vehicle_out_of_order_is_told_why(sandbox: str, code: str, wish: object, reason: str) -> None:
    order(sandbox, "vehicles", plate="ZZZZ99", **{code: wish})

    answer = ask(sandbox, code)

    assert (answer.outcome, answer.reason) == (CheckOutcome.NOT_OK, reason)


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("kind", ["error_500", "garbage", "refuse", "timeout", "slow"])
def test_a_faulty_register_is_unavailable_and_answers_again_afterwards(sandbox: str, code: str, kind: str) -> None:
    order(sandbox, "faults", institution=code, kind=kind, times=1, seconds=1.0)

    answer = ask(sandbox, code, read=0.3 if kind in {"timeout", "slow"} else 5)

    assert (answer.outcome, answer.references) == (CheckOutcome.UNAVAILABLE, {})
    assert ask(sandbox, code).outcome is CheckOutcome.OK


@pytest.mark.parametrize("code", CODES)
def test_a_wrong_password_says_nothing_about_the_vehicle(sandbox: str, code: str) -> None:
    answer = ask(sandbox, code, password="wrong")

    assert (answer.outcome, answer.reason) == (CheckOutcome.UNAVAILABLE, "status_401")
