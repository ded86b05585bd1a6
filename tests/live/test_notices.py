"""Notices that come early, late, several times, never, or with another amount: applied once, no money is lost."""

from tests.live.books import assert_books_agree, assert_money_agrees
from tests.live.citizen import Citizen, Order, reference_of
from tests.live.platform import Platform, Town
from tests.live.stuck import notices_about, readings_of, shown, wait_until_shown
from tests.live.waiting import wait_for
from tests.live.world import Json, World


def new_order(platform: Platform, town: Town) -> tuple[Citizen, Order]:
    citizen = platform.citizen(town)
    return citizen, citizen.order(town.new_vehicle())


def captured(platform: Platform, town: Town, order: Order) -> list[Json]:
    return [row for row in platform.world.captured(town.municipality.tgr_form) if row["idext"] == order.number]


def test_a_notice_that_comes_before_the_return(platform: Platform, world: World) -> None:
    town = platform.nunoa
    citizen, order = new_order(platform, town)
    world.fault("tgr", "notice_before_return", match=order.number)

    citizen.pay(order)

    assert readings_of(platform, town, order.number) in ([], ["APPLIED"])  # stored already, perhaps read
    assert captured(platform, town, order)[0]["notice_delivered"] is True
    citizen.wait_until_complete(order)
    assert_books_agree(platform)


def test_the_same_notice_three_times_is_applied_once(platform: Platform, world: World) -> None:
    town = platform.valdivia
    citizen, order = new_order(platform, town)
    world.fault("tgr", "duplicate_notice", match=order.number)

    citizen.pay(order)
    citizen.wait_until_complete(order)

    readings = wait_for(
        lambda: found if len(found := readings_of(platform, town, order.number)) == 3 else None, "three readings"
    )
    assert sorted(readings) == ["APPLIED", "REPEATED", "REPEATED"]
    assert_books_agree(platform)


def test_a_late_notice_is_applied_when_it_comes(platform: Platform, world: World) -> None:
    town = platform.nunoa
    citizen, order = new_order(platform, town)
    world.fault("tgr", "late_notice", match=order.number, seconds=2)

    citizen.pay(order)

    assert citizen.state(order.token)["state"] == "SENT"
    citizen.wait_until_complete(order)
    assert_books_agree(platform)


def test_without_a_notice_nothing_is_paid_until_one_comes_however_late(platform: Platform, world: World) -> None:
    town = platform.valdivia
    citizen, order = new_order(platform, town)
    world.fault("tgr", "no_notice", match=order.number)

    reference = citizen.pay(order)

    assert_money_agrees(platform, unheard=1)
    assert citizen.state(order.token)["state"] == "SENT"
    platform.rows(
        town.slug,
        "UPDATE billing_order SET valid_until = now() - interval '1 second' WHERE number = %s",
        order.number,
    )
    assert citizen.state(order.token)["state"] == "EXPIRED"
    assert not [line for line in platform.stuck() if order.number in line["subject"]]

    assert world.send_notices_again(reference) == ["200"]

    assert citizen.wait_until_complete(order)["state"] == "PAID"
    assert_books_agree(platform)


def test_another_amount_is_kept_as_money_without_a_home(platform: Platform, world: World) -> None:
    town = platform.nunoa
    citizen, order = new_order(platform, town)
    world.fault("tgr", "wrong_amount", match=order.number, amount=1)

    citizen.pay(order)

    wait_for(lambda: readings_of(platform, town, order.number), "the notice is read")
    assert citizen.state(order.token).items() >= {"state": "SENT", "documents": [], "complete": False}.items()
    (operation,) = captured(platform, town, order)
    line = wait_until_shown(platform, town, "homeless-money", f"operation {operation['idoperacion']}")
    assert line["detail"] == "$1 other_amount → claim_at_gateway (OPEN)"
    assert_books_agree(platform)


def test_a_badly_signed_notice_is_kept_and_the_genuine_one_after_it_counts(platform: Platform, world: World) -> None:
    town = platform.valdivia
    citizen, order = new_order(platform, town)
    world.fault("tgr", "bad_signature", match=order.number, times=1)

    citizen.pay(order)
    citizen.wait_until_complete(order)

    assert captured(platform, town, order)[0]["attempts_of_notice"] == 2
    (forged,) = notices_about(platform, town, order.number, authentic=False)
    assert shown(platform, town, "notice-forged", forged)
    assert readings_of(platform, town, order.number) == ["APPLIED"]
    assert_books_agree(platform)


def test_an_order_paid_twice_at_tgr_is_settled_once_and_held_once(platform: Platform, world: World) -> None:
    town = platform.nunoa
    citizen, order = new_order(platform, town)
    portal = citizen.hand_over(order)
    citizen.at_tgr(portal)
    citizen.wait_until_complete(order)
    world.fault("tgr", "double_capture", match=order.number, times=1)

    citizen.at_tgr(portal)

    wait_for(lambda: len(readings_of(platform, town, order.number)) == 2, "both notices are read")
    first, second = captured(platform, town, order)
    assert shown(platform, town, "homeless-money", f"operation {first['idoperacion']}") is None
    line = wait_until_shown(platform, town, "homeless-money", f"operation {second['idoperacion']}")
    assert "double → refund" in line["detail"]
    assert_books_agree(platform)


def test_notices_sent_again_long_after_change_nothing(platform: Platform, world: World) -> None:
    town = platform.valdivia
    citizen, order = new_order(platform, town)
    reference = reference_of(citizen.hand_over(order))
    citizen.pay(order)
    citizen.wait_until_complete(order)

    assert world.send_notices_again(reference) == ["200"]

    wait_for(
        lambda: readings_of(platform, town, order.number) == ["APPLIED", "REPEATED"], "the repeated notice is read"
    )
    assert citizen.state(order.token)["state"] == "PAID"
    assert_books_agree(platform)
