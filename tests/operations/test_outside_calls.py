"""Institutions that do not answer: no call inside a transaction, and after five failures none at all for a while."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from functools import partial

import pytest
from django.db import transaction
from django.test import override_settings

from backend.billing import evidence
from backend.billing.gateways import gateways, get_gateway
from backend.billing.gateways.base import (
    Asking,
    CapturedOperation,
    GatewayAccess,
    GatewayOrder,
    GatewayUnavailable,
    OrderLine,
    Refunding,
)
from backend.checks import get_register, registers
from backend.checks.base import CheckOutcome, CheckQuestion, RegisterAccess
from backend.checks.fines import ReportNotAcknowledged, report_paid
from backend.messaging import smtp
from backend.shared import clock
from backend.shared.breaker import BreakerState, breaker_of, start_afresh
from backend.shared.money import Money
from backend.shared.plate import Plate
from backend.shared.rut import Rut
from tests.operations.debts import car, in_town
from tests.operations.outside_calls import violations

NOON = datetime(2025, 3, 20, 15, tzinfo=UTC)
ORDER = GatewayOrder(
    number="1312000000001ABCD",
    sequence=1,
    form_number=90001,
    payer=Rut(44_000_001),
    total=Money(70_000),
    created_at=NOON,
    valid_until=NOON + timedelta(minutes=30),
    return_url="http://nunoa.localhost/return/x",
    lines=(OrderLine("Permiso de circulación 2025", Money(70_000)),),
)
QUESTION = CheckQuestion(
    plate=Plate("ZZBB10"), must_cover_until=date(2026, 3, 31), today=date(2025, 3, 20), model_year=2018
)


@dataclass
class Dropping:
    """A server that takes each connection and drops it at once."""

    port: int
    callers: list[str] = field(default_factory=list)


@contextmanager
def dropping() -> Iterator[Dropping]:
    with socket.create_server(("127.0.0.1", 0)) as door:
        server = Dropping(door.getsockname()[1])

        def serve() -> None:
            while True:
                try:
                    caller, address = door.accept()
                except OSError:  # closed: the test is over
                    return
                server.callers.append(str(address))
                caller.close()

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield server
        door.shutdown(socket.SHUT_RDWR)
        thread.join()


def order_at(code: str, port: int) -> str:
    try:
        get_gateway(code).place_order(ORDER, _agreement(port))
    except GatewayUnavailable:
        return "unavailable"
    return "ordered"


def ask_gateway(gateway: Asking, port: int) -> str:
    try:
        gateway.ask(ORDER.number, "token", _agreement(port))
    except GatewayUnavailable:
        return "unavailable"
    return "answered"


def give_back(gateway: Refunding, port: int) -> str:
    try:
        gateway.refund(CapturedOperation("1", "token", Money(1)), Money(1), Money(0), _agreement(port))
    except GatewayUnavailable:
        return "unavailable"
    return "given back"


def ask(code: str, port: int) -> str:
    answer = get_register(code).ask(QUESTION, _register(port))
    return "unavailable" if answer.outcome is CheckOutcome.UNAVAILABLE else "answered"


def report(port: int) -> str:
    try:
        report_paid(["1"], plate=QUESTION.plate, paid_on=QUESTION.today, order_number="1", access=_register(port))
    except ReportNotAcknowledged:
        return "unavailable"
    return "acknowledged"


def mail(port: int) -> str:
    letter = EmailMessage()
    letter["From"], letter["To"] = "no-responder@nunoa.example", "contribuyente@correo.example"
    with override_settings(SEM_SMTP_URL=f"smtp://127.0.0.1:{port}"):
        try:
            smtp.send(letter)
        except smtp.MailServerUnavailable:
            return "unavailable"
    return "sent"


def _agreement(port: int) -> GatewayAccess:
    return GatewayAccess(url=f"http://127.0.0.1:{port}", key=b"k" * 32, number=1)


def _register(port: int) -> RegisterAccess:
    return RegisterAccess(url=f"http://127.0.0.1:{port}", user="user", password="secret")


ASKED = {code: each for code, each in gateways().items() if isinstance(each, Asking)}
GIVING_BACK = {code: each for code, each in gateways().items() if isinstance(each, Refunding)}
ADAPTERS: dict[str, tuple[str, Callable[[int], str]]] = {
    **{f"order at {code}": (code, partial(order_at, code)) for code in gateways()},
    **{f"ask about payments at {code}": (code, partial(ask_gateway, each)) for code, each in ASKED.items()},
    **{f"give back by {code}": (code, partial(give_back, each)) for code, each in GIVING_BACK.items()},
    **{f"ask {code}": (code, partial(ask, code)) for code in registers()},
    "report paid fines": ("fines", report),
    "mail": (smtp.INSTITUTION, mail),
}


@pytest.mark.parametrize("name", ADAPTERS)
def test_an_institution_that_drops_five_calls_gets_no_more_for_a_while(name: str) -> None:
    institution, call = ADAPTERS[name]
    with dropping() as server:
        said = [call(server.port) for _ in range(8)]
        others = [code for code, _ in ADAPTERS.values() if breaker_of(code).state is not BreakerState.CLOSED]

    assert said == ["unavailable"] * 8
    assert len(server.callers) == 5, "an institution that does not answer was called again and again"
    assert set(others) == {institution}


def test_a_mail_server_that_is_closed_refuses_no_mail_for_good() -> None:
    """RFC 5321 §3.1: a greeting of 554 says that there is no service here, and nothing about any mail."""
    with socket.create_server(("127.0.0.1", 0)) as door:

        def greet() -> None:
            caller, _ = door.accept()
            caller.sendall(b"554 no service here\r\n")
            caller.recv(1000)
            caller.close()

        thread = threading.Thread(target=greet, daemon=True)
        thread.start()

        assert mail(door.getsockname()[1]) == "unavailable"
        thread.join()


@pytest.fixture
def _seen_here_is_wanted() -> Iterator[None]:
    """What a test does on purpose is not held against it."""
    yield
    violations.clear()


@pytest.mark.usefixtures("_seen_here_is_wanted")
def test_a_call_inside_a_transaction_is_seen() -> None:
    with dropping() as server:
        with transaction.atomic():
            ask("fines", server.port)
            mail(server.port)
        report(server.port)

    assert violations == ["fines was called inside a transaction", "mail was called inside a transaction"]


@pytest.mark.usefixtures("_seen_here_is_wanted")
def test_a_transaction_that_waits_for_other_threads_to_call_is_seen() -> None:
    vehicle = car("nunoa")

    with in_town("nunoa"), transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        evidence.run_checks(debt=vehicle.debt, today=clock.today())

    assert set(violations) == {f"{code} was called inside a transaction" for code in registers()}


@pytest.mark.usefixtures("_seen_here_is_wanted")
def test_a_call_that_is_refused_at_once_is_seen_all_the_same() -> None:
    with dropping() as server:
        for _ in range(5):
            ask("fines", server.port)
        with transaction.atomic():
            ask("fines", server.port)

    assert (len(server.callers), violations) == (5, ["fines was called inside a transaction"])


def test_what_starts_afresh_has_seen_nothing() -> None:
    with dropping() as server:
        for _ in range(6):
            ask("fines", server.port)
        start_afresh()
        ask("fines", server.port)

    assert len(server.callers) == 6
