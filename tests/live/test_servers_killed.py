"""kill -9 of Valkey, PostgreSQL, web, worker and relay while people pay: everything ends paid, signed and mailed."""

from concurrent.futures import Future, ThreadPoolExecutor

from tests.live.books import assert_books_agree
from tests.live.citizen import Order, PatientCitizen
from tests.live.platform import Platform, Town
from tests.live.stuck import notices_about, shown, wait_until_not_shown
from tests.live.waiting import wait_for

MEANS = "TCDB"


def patient_citizen(platform: Platform, town: Town) -> PatientCitizen:
    return platform.entered(PatientCitizen(platform=town.origin, page=town.page))


def orders_of(platform: Platform, town: Town, *states: str) -> int:
    (row,) = platform.rows(town.slug, "SELECT count(*) FROM billing_order WHERE state = ANY(%s)", list(states))
    return int(str(row[0]))


def documents_of(platform: Platform) -> int:
    counts = [platform.rows(town.slug, "SELECT count(*) FROM receipts_issuedfile")[0][0] for town in platform.towns]
    return sum(int(str(count)) for count in counts)


def test_a_notice_that_comes_while_valkey_is_down_is_kept_answered_and_read_later(platform: Platform) -> None:
    town = platform.nunoa
    citizen = platform.citizen(town)
    order = citizen.order(town.new_vehicle())
    portal = citizen.hand_over(order)

    with platform.valkey.kept_down("valkey/valkey.conf"):
        citizen.at_tgr(portal)
        (row,) = wait_for(
            lambda: [
                row
                for row in platform.world.captured(town.municipality.tgr_form)
                if row["idext"] == order.number and row["attempts_of_notice"]
            ],
            "TGR sends the notice",
        )
        assert row["notice_delivered"] is True
        assert row["attempts_of_notice"] == 1
        (kept,) = notices_about(platform, town, order.number)
        assert citizen.state(order.token)["state"] == "SENT"
        assert shown(platform, town, "notice-unread", kept)
        assert citizen.look_up(town.new_vehicle())["options"]

    citizen.wait_until_complete(order)
    wait_until_not_shown(platform, town, "notice-unread", kept)
    assert_books_agree(platform)


def test_postgresql_killed_while_notices_arrive(platform: Platform) -> None:
    pairs = [(town, patient_citizen(platform, town)) for town in platform.towns]
    orders = [(citizen, citizen.order(town.new_vehicle())) for town, citizen in pairs]
    portals = [citizen.hand_over(order) for citizen, order in orders]
    before = platform.postgres.pid

    platform.postgres.kill()
    with ThreadPoolExecutor(len(orders)) as pool:
        paying = [
            pool.submit(citizen.at_tgr, portal) for (citizen, _order), portal in zip(orders, portals, strict=True)
        ]
        for payment in paying:
            payment.result()

    for citizen, order in orders:
        citizen.wait_until_complete(order)
    assert platform.postgres.pid != before
    assert_books_agree(platform)


def test_web_worker_and_relay_killed_while_six_people_pay(platform: Platform) -> None:
    processes, towns = platform.processes, platform.towns
    open_before = sum(orders_of(platform, town, "SENT") for town in towns)
    paid_before = sum(orders_of(platform, town, "PAID") for town in towns)
    documents_before = documents_of(platform)
    with ThreadPoolExecutor(6) as pool:
        people: list[Future[Order]] = [
            pool.submit(_pay, platform, towns[number % 2], MEANS[number % 4]) for number in range(6)
        ]

        wait_for(lambda: sum(orders_of(platform, town, "SENT", "PAID") for town in towns) > open_before, "an order")
        assert processes.kill_children("web") > 0
        wait_for(lambda: sum(orders_of(platform, town, "PAID") for town in towns) > paid_before, "a payment")
        worker = processes.pid("worker")
        processes.kill("worker")
        wait_for(lambda: processes.is_up_again("worker", after=worker), "the worker is up again")
        wait_for(lambda: documents_of(platform) > documents_before, "a document")
        relay, web = processes.pid("relay"), processes.pid("web")
        processes.kill("relay")
        processes.kill("web")
        wait_for(lambda: processes.is_up_again("relay", after=relay), "the relay is up again")
        wait_for(lambda: processes.is_up_again("web", after=web), "the web is up again")
        assert processes.kill_children("worker") > 0

        orders = [each.result() for each in people]

    assert len({order.number for order in orders}) == 6
    assert_books_agree(platform)
    numbers = {order.number for order in orders}
    assert not [line for line in platform.stuck() if any(number in line["subject"] for number in numbers)]


def _pay(platform: Platform, town: Town, means: str) -> Order:
    citizen = patient_citizen(platform, town)
    order = citizen.order(town.new_vehicle())
    citizen.pay(order, means=means)
    citizen.wait_until_complete(order)
    return order
