"""Enumeration is slow work: limits for an object, a client's network and a municipality, with Valkey or without it."""

import time
import uuid
from collections.abc import Callable
from typing import TypeVar

import pytest
from django.test import RequestFactory, override_settings

from backend.shared.plate import parse_plate
from backend.tenants import limits
from backend.tenants.limits import Limit, is_over
from backend.tenants.networks import client_network
from tests.api.asking import (
    ask,
    codes,
    found,
    look_up,
    new_address,
    search,
    send,
)
from tests.operations.debts import Car, car, in_town

T = TypeVar("T")
OVER = ["schema.too_many_requests"]
MISS = ["billing.debt_not_found"]


def within_a_window(limit: Limit, action: Callable[[], T]) -> T:
    """Do it until it began and ended in one window of the limit: counters begin anew with each."""
    while True:
        window = time.time() // limit.seconds
        result = action()
        if time.time() // limit.seconds == window:
            return result


def unknown_plates(count: int) -> list[str]:
    """Plates that no roll holds: a stranger's guesses."""
    plates = (parse_plate(f"ZZZ{letter}{number}") for letter in "TVWXYZ" for number in range(10, 99))
    return [f"{plate}-{plate.check_digit}" for plate, _ in zip(plates, range(count), strict=False)]


def test_guessing_the_rut_of_one_plate_ends_after_ten() -> None:
    def guess() -> tuple[Car, list[list[str]]]:
        vehicle = car("nunoa")
        ruts = [f"{body}-{digit}" for body, digit in ((44_000_001 + n, _digit(44_000_001 + n)) for n in range(12))]
        return vehicle, [codes(search("nunoa", vehicle.plate, rut)) for rut in ruts if rut != vehicle.rut][:11]

    vehicle, answers = within_a_window(limits.LOOKUPS_PER_OBJECT, guess)

    assert answers == [MISS] * 10 + [OVER], "a plate can be looked up without end"
    assert search("nunoa", vehicle.plate, vehicle.rut)["debts"] == []


def _digit(body: int) -> str:
    from backend.shared.rut import Rut

    return Rut(body).check_digit


def test_another_plate_and_another_municipality_have_limits_of_their_own() -> None:
    def use_up() -> tuple[Car, list[str], int, list[str]]:
        vehicle, other = car("nunoa"), car("nunoa")
        for _ in range(10):
            search("nunoa", vehicle.plate, vehicle.rut)
        over = codes(search("nunoa", vehicle.plate, vehicle.rut))
        return vehicle, over, len(found(other)), codes(search("valdivia", vehicle.plate, vehicle.rut))

    _vehicle, over, others, elsewhere = within_a_window(limits.LOOKUPS_PER_OBJECT, use_up)

    assert (over, others > 0, elsewhere) == (OVER, True, MISS)


def test_a_network_looks_up_sixty_times_a_minute() -> None:
    def enumerate_plates() -> tuple[list[list[str]], list[str]]:
        address = new_address()
        answers = [codes(search("valdivia", plate, "44000001-6", address=address)) for plate in unknown_plates(61)]
        return answers, codes(search("valdivia", unknown_plates(62)[-1], "44000001-6"))

    answers, neighbour = within_a_window(limits.LOOKUPS_PER_NETWORK, enumerate_plates)

    assert OVER not in answers[:60]
    assert answers[60] == OVER
    assert neighbour != OVER


def test_wrong_check_digits_count_against_the_network_too() -> None:
    def guess() -> list[list[str]]:
        address = new_address()
        return [codes(search("nunoa", "nonsense", "1", address=address)) for _ in range(61)]

    assert within_a_window(limits.LOOKUPS_PER_NETWORK, guess)[-1] == OVER


def test_a_municipality_answers_so_many_look_ups_and_no_more() -> None:
    def use_up() -> list[str]:
        with in_town("loncoche"):
            while not is_over(limits.LOOKUPS_PER_MUNICIPALITY, "all"):
                pass
        return codes(ask("loncoche", "debtSearch", look_up("ZZZZ99", "44000001-6")))

    assert within_a_window(limits.LOOKUPS_PER_MUNICIPALITY, use_up) == OVER


def test_a_network_orders_sixty_times_a_minute() -> None:
    def orders() -> list[list[str]]:
        address, values = new_address(), {"items": [], "email": "a@correo.example", "idempotencyKey": uuid.uuid4().hex}
        return [codes(ask("nunoa", "orderCreate", values, address=address)) for _ in range(61)]

    answers = within_a_window(limits.ORDERS_PER_NETWORK, orders)

    assert answers == [["billing.order_empty"]] * 60 + [OVER]


def test_the_registers_are_asked_ten_times_a_minute_about_a_vehicle() -> None:
    def checks() -> list[list[str]]:
        debt = found(car("nunoa"))["id"]
        return [codes(ask("nunoa", "checkRun", {"debtId": debt})) for _ in range(11)]

    assert within_a_window(limits.CHECKS_PER_OBJECT, checks) == [[]] * 10 + [OVER]


def test_a_network_verifies_thirty_times_a_minute() -> None:
    path = "/v/2025999999/AAAA-AAAA-AAAA-AAAA"

    def guess() -> list[int]:
        address = new_address()
        return [send("nunoa.localhost", path, address=address).status_code for _ in range(31)]

    assert within_a_window(limits.VERIFICATIONS_PER_NETWORK, guess) == [404] * 30 + [429]


@pytest.mark.parametrize(
    ("proxies", "address", "forwarded", "network"),
    [
        ([], "203.0.113.7", "198.51.100.1", "203.0.113.7"),
        ([], "203.0.113.7", None, "203.0.113.7"),
        (["10.0.0.0/8"], "203.0.113.7", "198.51.100.1", "203.0.113.7"),
        (["10.0.0.0/8"], "10.1.2.3", "198.51.100.1", "198.51.100.1"),
        (["10.0.0.0/8"], "10.1.2.3", "1.2.3.4, 198.51.100.1", "198.51.100.1"),
        (["10.0.0.0/8"], "10.1.2.3", "198.51.100.1, 10.9.9.9", "198.51.100.1"),
        (["10.0.0.0/8"], "10.1.2.3", None, "10.1.2.3"),
        (["10.0.0.0/8"], "10.1.2.3", "nonsense", "unreadable"),
        (["10.0.0.0/8"], "10.1.2.3", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        (["fd00::/8"], "fd00::1", "198.51.100.1", "198.51.100.1"),
        ([], "2001:db8:1:2::9", None, "2001:db8:1:2::/64"),
        ([], "", "198.51.100.1", "0.0.0.0"),
    ],
)
def test_only_configured_proxies_are_believed(
    proxies: list[str], address: str, forwarded: str | None, network: str
) -> None:
    headers = {"X-Forwarded-For": forwarded} if forwarded is not None else {}
    request = RequestFactory(headers=headers, REMOTE_ADDR=address).get("/")

    with override_settings(SEM_TRUSTED_PROXIES=proxies):
        assert client_network(request) == network


def test_a_client_cannot_write_itself_a_new_network() -> None:
    def guess() -> list[int]:
        address = new_address()
        return [
            send("nunoa.localhost", "/v/1/1", address=address, X_Forwarded_For=f"198.51.100.{n}").status_code
            for n in range(31)
        ]

    assert within_a_window(limits.VERIFICATIONS_PER_NETWORK, guess)[-1] == 429
