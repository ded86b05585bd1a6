"""Registers that fail or say no: unavailable is never OK, no order without evidence, whatever the client did."""

import pytest

from tests.live.books import assert_books_agree
from tests.live.citizen import Citizen, error_codes
from tests.live.platform import Platform, Town
from tests.live.world import World

LONGER_THAN_WE_WAIT = 6  # seconds


def refuses_an_order_while_a_register_is_away(platform: Platform, town: Town, institution: str, kind: str) -> Citizen:
    """… and takes one when it is back."""
    citizen, vehicle = platform.citizen(town), town.new_vehicle()
    debt = citizen.look_up(vehicle)
    fault = platform.world.fault(institution, kind, match=vehicle.plate, seconds=LONGER_THAN_WE_WAIT)

    outcomes = citizen.run_checks(debt)
    refused = citizen.create_order(debt, "single")

    assert outcomes == {"insurance": "OK", "inspection": "OK", "fines": "OK"} | {institution: "UNAVAILABLE"}
    assert refused["order"] is None
    assert error_codes(refused) == ["billing.checks_missing"]
    assert citizen.look_up(vehicle)["openOrder"] is None
    platform.world.end_fault(fault)
    assert set(citizen.run_checks(debt).values()) == {"OK"}
    citizen.ordered(citizen.create_order(debt, "single"))
    return citizen


@pytest.mark.parametrize(
    ("institution", "kind"),
    [
        ("insurance", "slow"),
        ("inspection", "error_500"),
        ("fines", "garbage"),
        ("inspection", "timeout"),
        ("insurance", "refuse"),
        ("insurance", "garbage"),
        ("fines", "error_500"),
    ],
)
def test_a_register_that_fails_is_unavailable_and_can_be_asked_again(
    platform: Platform, institution: str, kind: str
) -> None:
    refuses_an_order_while_a_register_is_away(platform, platform.valdivia, institution, kind)


@pytest.mark.parametrize(
    ("institution", "standing"),
    [
        ("insurance", {"insurance": "ends_early"}),
        ("insurance", {"insurance": "none"}),
        ("inspection", {"inspection": "rejected_gases"}),
        ("fines", {"fines": [45_000]}),
    ],
)
def test_what_is_not_in_order_is_told_and_cannot_be_paid(
    platform: Platform, world: World, institution: str, standing: dict[str, object]
) -> None:
    town = platform.nunoa
    citizen, vehicle = platform.citizen(town), town.new_vehicle()
    world.vehicle(vehicle.plate, **standing)
    debt = citizen.look_up(vehicle)

    outcomes = citizen.run_checks(debt)

    assert outcomes == {"insurance": "OK", "inspection": "OK", "fines": "OK"} | {institution: "NOT_OK"}
    assert error_codes(citizen.create_order(debt, "single")) == ["billing.checks_missing"]


def test_checks_that_the_client_skipped_are_missing(platform: Platform) -> None:
    town = platform.nunoa
    citizen = platform.citizen(town)
    debt = citizen.look_up(town.new_vehicle())

    assert error_codes(citizen.create_order(debt, "single")) == ["billing.checks_missing"]


def test_tgr_out_of_order_is_told_and_paying_goes_on_later(platform: Platform, world: World) -> None:
    town = platform.nunoa
    citizen = platform.citizen(town)
    order = citizen.order(town.new_vehicle())
    fault = world.fault("tgr", "error_500", match=order.number)

    assert error_codes(citizen.ask("orderPay", token=order.token)) == ["billing.gateway_unavailable"]
    assert citizen.state(order.token)["state"] == "CREATED"
    world.end_fault(fault)
    citizen.pay(order)

    citizen.wait_until_complete(order)
    assert_books_agree(platform)


def test_tgrs_lost_answer_leads_to_one_reference(platform: Platform, world: World) -> None:
    town = platform.valdivia
    citizen = platform.citizen(town)
    order = citizen.order(town.new_vehicle())
    world.fault("tgr", "timeout", match=order.number, times=1, seconds=1)

    assert error_codes(citizen.ask("orderPay", token=order.token)) == ["billing.gateway_unavailable"]
    citizen.pay(order)

    citizen.wait_until_complete(order)
    assert_books_agree(platform)
