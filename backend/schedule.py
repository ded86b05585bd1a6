"""Every work of the system that falls due by the clock.

One look over 345 municipalities costs some 40 to 50 ms of CPU: with these intervals, about 1 % of a core.
"""

from backend.billing import asking, operations
from backend.outbox import requests
from backend.outbox.jobs import Job
from backend.receipts import digest, manifests
from backend.shared import clock

JOBS = (
    Job(
        name="ask gateways",
        every=5.0,
        is_due=asking.DUE,
        run=lambda: asking.send_due_asks(now=clock.now()),
        batch=asking.BATCH,
    ),
    Job(
        name="expire orders",
        every=20.0,
        is_due=operations.OVERDUE,
        run=lambda: operations.expire_overdue_orders(now=clock.now()),
        batch=operations.BATCH,
    ),
    Job(
        name="forget old requests",
        every=3600.0,
        is_due=requests.OLD,
        run=lambda: requests.forget_old_requests(now=clock.now()),
        batch=requests.BATCH,
    ),
    Job(
        name="make manifests",
        every=600.0,
        is_due=manifests.DUE,
        run=lambda: 1 if manifests.make_next_manifest(now=clock.now()) else 0,
        batch=manifests.BATCH,
    ),
    Job(
        name="tell staff what is stuck",
        every=300.0,
        is_due=digest.DUE,
        run=lambda: 1 if digest.tell_staff(now=clock.now()) else 0,
        batch=digest.BATCH,
    ),
)
