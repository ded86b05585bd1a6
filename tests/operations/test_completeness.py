"""The completeness clock: a paid order without signature, stamp or mail is counted, with its age, until it has them."""

import json
from datetime import datetime, timedelta
from pathlib import Path

from django.db import connection
from django.test.utils import CaptureQueriesContext

from backend.billing.models import Order
from backend.cli.metrics import exposition
from backend.messaging.models import Message
from backend.messaging.rules import GIVE_UP_AFTER
from backend.outbox.models import Delivery, Event
from backend.receipts import operations as receipts
from backend.receipts.completeness import Gap, Step, gaps_everywhere, gaps_here
from backend.shared import clock
from backend.tenants.queries import active_schemas
from tests.operations.debts import car, in_town
from tests.operations.deliveries import run_deliveries
from tests.operations.mailing import mailed
from tests.operations.platform import run_python
from tests.operations.refunding import given_back
from tests.operations.test_receipts import paid
from tests.operations.world import World

TOWN = "valdivia"
A_LONG_TIME = datetime(2020, 1, 1, tzinfo=clock.now().tzinfo)


def clock_of(town: str = TOWN) -> dict[Step, Gap]:
    with in_town(town):
        return {gap.step: gap for gap in gaps_here()}


def orders(step: Step) -> int:
    return clock_of()[step].orders


def make_old(order_id: int) -> None:
    with in_town(TOWN):
        Order.objects.filter(id=order_id).update(paid_at=A_LONG_TIME)


def test_an_order_waits_for_its_signature_then_for_its_mail_then_for_nothing(world: World) -> None:
    before = {step: orders(step) for step in Step}
    opened = paid(car(TOWN))
    make_old(opened.order.id)

    unsigned = clock_of()
    with in_town(TOWN):
        receipts.issue_receipt(order_id=opened.order.id)
    unmailed = clock_of()
    run_deliveries(TOWN, order_id=opened.order.id)
    written = clock_of()
    with in_town(TOWN):
        message = Message.objects.get(cause=f"receipt:{opened.order.number}")
    run_deliveries(TOWN, message_id=message.id)
    complete = clock_of()

    assert unsigned[Step.SIGNED] == Gap(TOWN, Step.SIGNED, before[Step.SIGNED] + 1, A_LONG_TIME)
    for clocked in (unmailed, written):
        assert clocked[Step.SIGNED].orders == before[Step.SIGNED]
        assert clocked[Step.MAILED].orders == before[Step.MAILED] + 1
        since = clocked[Step.MAILED].since
        assert since is not None
        assert clock.now() - since < timedelta(hours=1)
    assert {step: gap.orders for step, gap in complete.items()} == before


def test_a_stamp_that_does_not_come_is_counted_while_the_mail_goes(world: World) -> None:
    world.fault("tsa", "refuse")
    before = orders(Step.STAMPED)

    paid_order = mailed(TOWN)
    waiting = orders(Step.STAMPED)
    world.no_faults()
    run_deliveries(TOWN, order_id=paid_order.order.id)

    assert (waiting, orders(Step.STAMPED)) == (before + 1, before)


def test_a_mail_that_was_given_up_is_a_gap_and_one_that_was_refused_another(world: World) -> None:
    before = {step: orders(step) for step in Step}
    given_up, refused = mailed(TOWN), mailed(TOWN)
    world.fault("smtp", "refuse_4xx", match=given_up.email, times=1)
    world.fault("smtp", "refuse_5xx", match=refused.email, times=1)
    with in_town(TOWN):
        Message.objects.filter(id=given_up.message().id).update(queued_at=clock.now() - GIVE_UP_AFTER)

    for each in (given_up, refused):
        run_deliveries(TOWN, message_id=each.message().id)

    assert [each.message().state for each in (given_up, refused)] == ["FAILED", "REFUSED"]
    assert orders(Step.MAILED) == before[Step.MAILED] + 1
    assert orders(Step.REFUSED) == before[Step.REFUSED] + 1


def test_what_was_given_back_waits_for_nothing() -> None:
    before = {step: orders(step) for step in Step}
    vehicle = car(TOWN)
    opened = paid(vehicle)

    given_back(vehicle, opened)

    assert {step: orders(step) for step in Step} == before


def test_of_two_documents_the_order_waits_for_the_second() -> None:
    before = orders(Step.SIGNED)
    kept, returned = car(TOWN), car(TOWN)
    opened = paid(kept, returned)

    given_back(returned, opened)
    waiting = orders(Step.SIGNED)
    with in_town(TOWN):
        receipts.issue_receipt(order_id=opened.order.id)

    assert (waiting, orders(Step.SIGNED)) == (before + 1, before)


def test_a_lost_event_is_seen_all_the_same() -> None:
    before = orders(Step.SIGNED)
    opened = paid(car(TOWN))

    with in_town(TOWN):
        Delivery.objects.filter(event__payload={"order_id": opened.order.id}).delete()
        Event.objects.filter(payload={"order_id": opened.order.id}).delete()

    seen = orders(Step.SIGNED)
    with in_town(TOWN):
        receipts.issue_receipt(order_id=opened.order.id)

    assert seen == before + 1


def test_every_municipality_and_step_has_a_line_by_two_queries_for_many() -> None:
    with in_town("public"), CaptureQueriesContext(connection) as asked:
        gaps = gaps_everywhere()

    towns = active_schemas()
    assert [(gap.municipality, gap.step) for gap in gaps] == [(town, step) for town in towns for step in Step]
    assert len([query for query in asked if "UNION ALL" in query["sql"]]) <= 2


def test_the_exposition_is_prometheus_text() -> None:
    now = clock.now()
    gaps = [Gap("nunoa", Step.SIGNED, 3, now - timedelta(minutes=5)), Gap("nunoa", Step.MAILED, 0, None)]

    lines = exposition(gaps, now=now).splitlines()

    assert 'sem_incomplete_orders{municipality="nunoa",step="signed"} 3' in lines
    assert 'sem_incomplete_oldest_seconds{municipality="nunoa",step="signed"} 300' in lines
    assert 'sem_incomplete_oldest_seconds{municipality="nunoa",step="mailed"} 0' in lines
    assert lines.count("# TYPE sem_incomplete_orders gauge") == 1


def test_the_commands_show_it(tmp_path: Path) -> None:
    opened = paid(car(TOWN))
    make_old(opened.order.id)
    stuck_file, metrics_file = tmp_path / "stuck.json", tmp_path / "sem.prom"

    stuck = run_python("-m", "backend.cli", "stuck", f"--municipality={TOWN}", f"--json={stuck_file}")
    metrics = run_python("-m", "backend.cli", "metrics", f"--file={metrics_file}")

    assert (stuck.returncode, metrics.returncode) == (0, 0), stuck.stderr + metrics.stderr
    assert f"{TOWN} · paid orders not signed: " in " ".join(stuck.stderr.split())
    (gap,) = [row for row in json.loads(stuck_file.read_text()) if row["kind"] == "gap-signed"]
    assert (gap["municipality"], gap["since"]) == (TOWN, A_LONG_TIME.isoformat())
    assert f'sem_incomplete_orders{{municipality="{TOWN}",step="signed"}} ' in metrics_file.read_text()
    assert [each.name for each in tmp_path.iterdir() if each.suffix == ".tmp"] == []
    with in_town(TOWN):
        Order.objects.filter(id=opened.order.id).update(paid_at=clock.now())
