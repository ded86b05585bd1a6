"""The clock: who has work that is due is found by one query; one municipality's trouble holds up no other."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from backend.billing.models import Order
from backend.cli.paths import ROOT
from backend.outbox.jobs import Job, Scheduler, due_jobs
from backend.outbox.schemas import current_schema
from backend.schedule import JOBS
from backend.shared import clock
from backend.tenants.queries import active_schemas
from tests.operations.debts import car, in_town
from tests.operations.orders import checked_order, state
from tests.operations.platform import environment
from tests.operations.webpay import due_only, sent

ALWAYS, NEVER = "NOT EXISTS (SELECT FROM {schema}.outbox_event WHERE id < 0)", "false"
TOWNS = ["lebu", "nunoa", "valdivia"]


def job(
    run: Callable[[], int], *, name: str = "note", is_due: str = ALWAYS, every: float = 0.0, batch: int = 10
) -> Job:
    return Job(name=name, every=every, is_due=is_due, run=run, batch=batch)


def test_a_job_runs_in_each_municipality_where_it_is_due_and_in_no_other() -> None:
    ran: list[str] = []

    def note() -> int:
        ran.append(current_schema())
        return 1

    done = Scheduler(jobs=[job(note)], schemas=lambda: TOWNS).run_once()
    none = Scheduler(jobs=[job(note, is_due=NEVER)], schemas=lambda: TOWNS).run_once()

    assert (sorted(ran), done, none) == (TOWNS, 3, 0)


def test_one_query_asks_about_every_job_and_municipality() -> None:
    with CaptureQueriesContext(connection) as asked:
        found = due_jobs([job(lambda: 0, name="a"), job(lambda: 0, name="b", is_due=NEVER)], TOWNS)

    assert sorted(found) == [(town, "a") for town in TOWNS]
    assert len([query for query in asked if "search_path" not in query["sql"]]) == 1


def test_full_batches_are_followed_by_another_one() -> None:
    left = [10, 10, 3]

    done = Scheduler(jobs=[job(lambda: left.pop(0))], schemas=lambda: ["lebu"]).run_once()

    assert (done, left) == (23, [])


def test_one_municipality_s_trouble_holds_up_no_other() -> None:
    ran: list[str] = []

    def fail_in_lebu() -> int:
        if current_schema() == "lebu":
            raise RuntimeError("trouble")
        ran.append(current_schema())
        return 1

    done = Scheduler(jobs=[job(fail_in_lebu)], schemas=lambda: TOWNS).run_once()

    assert (sorted(ran), done) == (["nunoa", "valdivia"], 2)


def test_a_job_is_not_looked_at_before_its_time() -> None:
    ran: list[str] = []

    def note() -> int:
        ran.append("ran")
        return 1

    scheduler = Scheduler(jobs=[job(note, every=3600)], schemas=lambda: ["lebu"])

    assert [scheduler.run_once(), scheduler.run_once()] == [1, 0]
    assert ran == ["ran"]


def test_every_job_of_the_page_can_be_asked_about_in_every_municipality() -> None:
    assert len({each.name for each in JOBS}) == len(JOBS)
    assert all(each.every >= 1 for each in JOBS)
    due_jobs(JOBS, active_schemas())


@pytest.mark.parametrize("is_due", [True, False])
def test_an_order_to_be_asked_about_is_found_when_its_time_has_come(is_due: bool) -> None:
    payment = sent()
    with due_only(payment, now=clock.now() + timedelta(hours=-1 if is_due else 1)):
        found = due_jobs(JOBS, ["frutillar"])

    assert (("frutillar", "ask gateways") in found) is is_due


@pytest.mark.slow
def test_the_process_asks_and_expires_and_ends_when_it_is_told_to() -> None:
    payment = sent()
    vehicle = car("nunoa")
    overdue = checked_order(vehicle)
    with in_town("nunoa"):
        Order.objects.filter(id=overdue.order.id).update(valid_until=clock.now() - timedelta(seconds=1))
    with due_only(payment, now=clock.now()):
        pass

    process = subprocess.Popen([sys.executable, "-m", "backend.cli", "clock"], cwd=ROOT, env=dict(environment()))
    try:
        wait_for(lambda: payment.events("AskFellDue") == 1 and state(vehicle, overdue) == "EXPIRED")
        process.send_signal(signal.SIGTERM)
        code = process.wait(timeout=30)
    finally:
        process.kill()

    assert code == 0


def wait_for(is_so: Callable[[], bool]) -> None:
    ends_at = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < ends_at, "the clock did nothing"
        time.sleep(0.1)
