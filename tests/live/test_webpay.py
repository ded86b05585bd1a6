"""Where nobody calls us: what a payer did at Webpay is found out by the processes of the Procfile, without a person."""

import httpx

from backend.cli.loopback import LoopbackTransport
from tests.live.platform import Platform, Town
from tests.live.waiting import wait_for
from tests.live.webpay_town import COMMERCE, handed_over, token_of, webpay_town

__all__ = ["webpay_town"]


def settled(platform: Platform, town: Town) -> int:
    ((total,),) = platform.rows(town.slug, "SELECT sum(amount) FROM billing_ledgerentry WHERE credit <> 'homeless'")
    return int(str(total or 0))


def captured(platform: Platform) -> int:
    return sum(int(row["total"]) for row in platform.world.webpay_captured(COMMERCE))


def asked(platform: Platform, town: Town, number: str) -> int:
    ((attempts,),) = platform.rows(town.slug, "SELECT ask_attempts FROM billing_order WHERE number = %s", number)
    return int(str(attempts))


def test_a_payer_who_comes_back_gets_her_document(platform: Platform, webpay_town: Town) -> None:
    citizen, order, form = handed_over(platform, webpay_town)

    back = platform.world.at_webpay(token_of(form), "pay")
    with httpx.Client(transport=LoopbackTransport(), timeout=60) as browser:
        page = browser.get(back)
    state = citizen.wait_until_complete(order)

    assert page.status_code == 303
    assert page.headers["location"].startswith(f"{webpay_town.page}#sem=")
    assert citizen.download(state).startswith(b"%PDF")
    wait_for(lambda: platform.world.mails(citizen.email), "the mail with the document")
    assert settled(platform, webpay_town) == captured(platform) > 0


def test_a_payer_who_never_comes_back_gets_her_document_too(platform: Platform, webpay_town: Town) -> None:
    citizen, order, form = handed_over(platform, webpay_town)

    assert platform.world.at_webpay(token_of(form), "pay_and_leave") == ""

    citizen.wait_until_complete(order)
    assert settled(platform, webpay_town) == captured(platform)


def test_a_lost_answer_and_a_killed_clock_and_worker_lose_no_payment(platform: Platform, webpay_town: Town) -> None:
    citizen, order, form = handed_over(platform, webpay_town)
    platform.world.fault("webpay", "timeout", match=f"commit {order.number}", seconds=0, times=1)
    clock, worker = platform.processes.pid("clock"), platform.processes.pid("worker")

    platform.world.at_webpay(token_of(form), "pay_and_leave")
    wait_for(lambda: captured(platform) > settled(platform, webpay_town), "the commit whose answer is lost")
    platform.processes.kill("clock")
    platform.processes.kill("worker")

    citizen.wait_until_complete(order)
    wait_for(lambda: platform.processes.is_up_again("clock", after=clock), "the clock comes back")
    wait_for(lambda: platform.processes.is_up_again("worker", after=worker), "the worker comes back")
    assert asked(platform, webpay_town, order.number) >= 2
    assert settled(platform, webpay_town) == captured(platform)


def test_a_payer_whose_bank_refuses_can_try_again(platform: Platform, webpay_town: Town) -> None:
    citizen = platform.citizen(webpay_town)
    vehicle = webpay_town.new_vehicle()
    refused = citizen.order(vehicle)
    platform.world.at_webpay(token_of(citizen.hand_over(refused)), "reject")
    citizen.wait_for_state(refused, "REJECTED")

    again = citizen.order(vehicle)
    platform.world.at_webpay(token_of(citizen.hand_over(again)), "pay_and_leave")

    citizen.wait_for_state(again, "PAID")
    assert citizen.state(refused.token)["state"] == "REJECTED"
    assert settled(platform, webpay_town) == captured(platform)
