"""Every work of the system that falls due by the clock."""

from backend.billing import asking, operations
from backend.outbox.jobs import Job
from backend.shared import clock

JOBS = (
    Job(
        name="ask gateways",
        every=2.0,
        is_due=asking.DUE,
        run=lambda: asking.send_due_asks(now=clock.now()),
        batch=asking.BATCH,
    ),
    Job(
        name="expire orders",
        every=5.0,
        is_due=operations.OVERDUE,
        run=lambda: operations.expire_overdue_orders(now=clock.now()),
        batch=operations.BATCH,
    ),
)
