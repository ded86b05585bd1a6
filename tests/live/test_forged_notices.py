"""Notices that TGR never sent, or not to that door: stored, refused or passed on, and never worth a peso."""

from tests.live.books import assert_books_agree
from tests.live.citizen import Citizen, Order
from tests.live.notices import message_2, post_notice
from tests.live.platform import Platform, Town
from tests.live.stuck import notices_about, readings_of, shown, wait_until_shown
from tests.live.waiting import wait_for
from tests.live.world import World

WRONG_KEY = "0" * 64


def left_at_tgr(platform: Platform, town: Town) -> tuple[Citizen, Order, int]:
    """Somebody's order of so many pesos that TGR knows and nobody paid."""
    citizen, vehicle = platform.citizen(town), town.new_vehicle()
    order = citizen.order(vehicle)
    citizen.at_tgr(citizen.hand_over(order), "leave")
    return citizen, order, int(citizen.look_up(vehicle)["openOrder"]["total"])


def assert_a_forged_notice_changes_nothing(platform: Platform, town: Town) -> None:
    citizen, order, total = left_at_tgr(platform, town)
    raw = message_2(order.number, form=town.municipality.tgr_form, amount=total)

    assert post_notice(town, raw, key=WRONG_KEY) == 401

    (kept,) = notices_about(platform, town, order.number, authentic=False)
    assert shown(platform, town, "notice-forged", kept)
    assert readings_of(platform, town, order.number) == []
    assert citizen.state(order.token)["state"] == "SENT"


def test_a_forged_notice_changes_nothing(platform: Platform) -> None:
    assert_a_forged_notice_changes_nothing(platform, platform.nunoa)
    assert_books_agree(platform)


def test_a_forged_notice_with_the_genuine_ones_id_does_not_take_its_place(platform: Platform, world: World) -> None:
    town = platform.valdivia
    citizen = platform.citizen(town)
    order = citizen.order(town.new_vehicle())
    world.fault("tgr", "no_notice", match=order.number)
    reference = citizen.pay(order)
    (captured,) = [row for row in world.captured(town.municipality.tgr_form) if row["idext"] == order.number]
    forged = message_2(
        order.number, form=town.municipality.tgr_form, amount=99_999_999, operation=captured["idoperacion"]
    )

    assert post_notice(town, forged, key=WRONG_KEY) == 401
    assert world.send_notices_again(reference) == ["200"]

    citizen.wait_until_complete(order)
    assert_books_agree(platform)


def test_an_authentic_notice_that_contradicts_the_first_is_kept_as_a_contradiction(platform: Platform) -> None:
    town = platform.nunoa
    citizen = platform.citizen(town)
    order = citizen.order(town.new_vehicle())
    citizen.pay(order)
    citizen.wait_until_complete(order)
    (captured,) = [row for row in platform.world.captured(town.municipality.tgr_form) if row["idext"] == order.number]
    other = message_2(order.number, form=town.municipality.tgr_form, amount=5, operation=captured["idoperacion"])

    assert post_notice(town, other, key=town.key) == 200

    subject = notices_about(platform, town, order.number)[-1]
    wait_until_shown(platform, town, "notice-contradiction", subject)
    assert_books_agree(platform)


def test_a_notice_to_an_unknown_host_is_kept_for_subdere(platform: Platform) -> None:
    town = platform.nunoa
    citizen, order, total = left_at_tgr(platform, town)
    raw = message_2(order.number, form=town.municipality.tgr_form, amount=total)

    assert post_notice(town, raw, key=town.key, host="desconocida.localhost") == 404

    line = shown(platform, None, "notice-unrouted", "desconocida.localhost")
    assert line is not None
    assert line["detail"] == "unknown_host"
    assert notices_about(platform, town, order.number) == []
    assert citizen.state(order.token)["state"] == "SENT"
    assert_books_agree(platform)


def test_a_genuine_notice_at_the_other_municipalitys_host_reaches_its_own(platform: Platform, world: World) -> None:
    """Whoever it names and whose key signed it; the host is only where it happened to arrive."""
    town, other = platform.nunoa, platform.valdivia
    citizen = platform.citizen(town)
    order = citizen.order(town.new_vehicle())
    world.fault("tgr", "no_notice", match=order.number)
    citizen.pay(order)
    (captured,) = [row for row in world.captured(town.municipality.tgr_form) if row["idext"] == order.number]
    raw = message_2(
        order.number,
        form=town.municipality.tgr_form,
        amount=int(captured["total"]),
        operation=captured["idoperacion"],
    )

    assert post_notice(other, raw, key=town.key) == 200

    citizen.wait_until_complete(order)
    assert readings_of(platform, other, order.number) == []
    assert_books_agree(platform)


def test_a_notice_at_the_other_municipalitys_host_that_nobodys_key_signed_pays_nothing(platform: Platform) -> None:
    town, other = platform.nunoa, platform.valdivia
    citizen, order, total = left_at_tgr(platform, town)
    raw = message_2(order.number, form=town.municipality.tgr_form, amount=total)

    assert post_notice(other, raw, key=WRONG_KEY) == 401

    (kept,) = notices_about(platform, other, order.number, authentic=False)
    assert shown(platform, other, "notice-forged", kept)
    assert citizen.state(order.token)["state"] == "SENT"
    assert_books_agree(platform)


def test_another_municipalitys_order_signed_with_the_hosts_key_is_passed_on_and_pays_nothing(
    platform: Platform,
) -> None:
    town, other = platform.valdivia, platform.nunoa
    citizen, order, total = left_at_tgr(platform, town)
    raw = message_2(order.number, form=other.municipality.tgr_form, amount=total)

    assert post_notice(other, raw, key=other.key) == 200

    (kept,) = notices_about(platform, other, order.number)
    wait_until_shown(platform, other, "notice-misrouted", kept)
    line = wait_until_shown(platform, None, "notice-unrouted", f"notice at {other.municipality.host}")
    assert line["detail"] == "other_municipality"
    assert readings_of(platform, other, order.number) == ["MISROUTED"]
    assert notices_about(platform, town, order.number) == []
    assert citizen.state(order.token)["state"] == "SENT"
    assert_books_agree(platform)


def test_an_authentic_but_unreadable_notice_waits_for_a_person(platform: Platform) -> None:
    town = platform.valdivia

    assert post_notice(town, b'{"IDEXT": "14101ilegible"}', key=town.key) == 200

    subject = wait_for(lambda: notices_about(platform, town, "14101ilegible"), "the notice is stored")[0]
    wait_until_shown(platform, town, "notice-unreadable", subject)
    assert_books_agree(platform)
