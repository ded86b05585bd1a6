"""The main job: paid from the municipality's page, signed, mailed, shown, verified; on each way and by each means."""

from pathlib import Path

import pytest

from backend.cli.once_verify import open_verification, printed_address, verify_signature, wait_for_mail
from sandbox.authority import Authority
from tests.live.books import assert_books_agree, assert_money_agrees
from tests.live.citizen import reference_of
from tests.live.platform import Platform
from tests.live.stuck import readings_of, shown
from tests.live.world import World


@pytest.mark.parametrize(
    ("slug", "option", "means"),
    [
        ("nunoa", "single", "T"),
        ("nunoa", "first", "C"),
        ("valdivia", "single", "D"),
        ("valdivia", "first", "B"),
    ],
)
def test_a_permit_is_paid_signed_mailed_and_verified(platform: Platform, slug: str, option: str, means: str) -> None:
    town = next(town for town in platform.towns if town.slug == slug)
    citizen, vehicle = platform.citizen(town), town.new_vehicle()
    quoted = next(each for each in citizen.look_up(vehicle)["options"] if each["code"] == option)

    order = citizen.order(vehicle, option)
    citizen.pay(order, means=means)
    document = citizen.download(citizen.wait_until_complete(order))

    verify_signature(document, root=Authority(Path(platform.env["SANDBOX_PKI"])).root_pem)
    open_verification(printed_address(document), municipality=town.municipality.name, total=int(quoted["total"]))
    wait_for_mail(f"http://127.0.0.1:{platform.env['SANDBOX_PORT']}", to=citizen.email, document=document)
    (captured,) = [row for row in platform.world.captured(town.municipality.tgr_form) if row["idext"] == order.number]
    assert (captured["total"], captured["means"]) == (int(quoted["total"]), means)
    left = citizen.look_up(vehicle)
    assert left["paid"] is (option == "single")
    assert not [each for each in left["options"] if each["available"]]
    assert_books_agree(platform)
    assert not [line for line in platform.stuck() if order.number in line["subject"]]


def test_rejected_then_paid_on_the_same_reference(platform: Platform) -> None:
    town = platform.nunoa
    citizen = platform.citizen(town)
    order = citizen.order(town.new_vehicle())
    portal = citizen.hand_over(order)

    citizen.at_tgr(portal, "reject")
    citizen.wait_for_state(order, "REJECTED")
    citizen.at_tgr(portal, "pay", means="D")

    state = citizen.wait_until_complete(order)
    assert state["state"] == "PAID"
    assert readings_of(platform, town, order.number) == ["APPLIED", "APPLIED"]
    assert_books_agree(platform)


def test_a_rejected_payment_frees_the_debt_for_another_order(platform: Platform) -> None:
    town = platform.valdivia
    citizen, vehicle = platform.citizen(town), town.new_vehicle()
    first = citizen.order(vehicle)
    citizen.at_tgr(citizen.hand_over(first), "reject")
    citizen.wait_for_state(first, "REJECTED")

    second = citizen.order(vehicle, "first")
    citizen.pay(second)

    citizen.wait_until_complete(second)
    assert citizen.state(first.token)["state"] == "REJECTED"
    assert_books_agree(platform)


def test_the_browsers_return_marks_nothing_paid(platform: Platform, world: World) -> None:
    town = platform.valdivia
    citizen = platform.citizen(town)
    order = citizen.order(town.new_vehicle())

    token = citizen.at_tgr(citizen.hand_over(order), "leave")

    assert citizen.state(token) == {
        "state": "SENT",
        "number": order.number,
        "documents": [],
        "complete": False,
        "title": "Esperando la confirmación del pago",
        "message": "Puede tardar unos minutos. No pague otra vez.",
    }
    assert_money_agrees(platform)


def test_walked_away_continued_started_again_then_both_references_paid(platform: Platform) -> None:
    town = platform.nunoa
    citizen, vehicle = platform.citizen(town), town.new_vehicle()
    left = citizen.order(vehicle)
    portal = citizen.hand_over(left)
    citizen.at_tgr(portal, "leave")

    debt = citizen.look_up(vehicle)
    assert debt["openOrder"]["number"] == left.number
    continued = citizen.ordered(citizen.ask("orderResume", debtId=debt["id"]))
    assert continued.number == left.number
    assert citizen.hand_over(continued) == portal
    assert citizen.ask("orderCancel", token=continued.token)["order"]["state"] == "CANCELLED"
    again = citizen.ordered(citizen.create_order(debt, "single"))
    other_portal = citizen.hand_over(again)
    assert reference_of(other_portal) != reference_of(portal)
    citizen.at_tgr(other_portal)
    citizen.wait_until_complete(again)
    citizen.at_tgr(portal)

    assert_books_agree(platform)
    assert citizen.state(again.token)["state"] == "PAID"
    assert citizen.state(left.token)["state"] == "CANCELLED"
    (late,) = [row for row in platform.world.captured(town.municipality.tgr_form) if row["idext"] == left.number]
    line = shown(platform, town, "homeless-money", f"operation {late['idoperacion']}")
    assert line is not None
    assert "late → refund" in line["detail"]


def test_the_older_reference_paid_first_takes_the_debt_when_nobody_else_holds_it(platform: Platform) -> None:
    town = platform.valdivia
    citizen = platform.citizen(town)
    order = citizen.order(town.new_vehicle())
    portal = citizen.hand_over(order)
    citizen.ask("orderCancel", token=order.token)

    citizen.at_tgr(portal)

    citizen.wait_until_complete(order)
    assert_books_agree(platform)
