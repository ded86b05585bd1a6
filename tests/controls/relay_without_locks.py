"""The relay that takes deliveries without locking them: several relays take the same ones."""

import time
from datetime import timedelta

from backend.cli import application

_BETWEEN = 0.3  # seconds in which the others read too


def run() -> None:
    application.enter()
    from backend.cli.relay import app
    from backend.outbox import relay
    from backend.outbox.models import Delivery
    from backend.shared import clock

    def take_without_a_lock() -> list[tuple[int, str]]:
        due = Delivery.objects.filter(state__in=["WAITING", "SENT"], due_at__lte=clock.now()).order_by("due_at")
        rows = list(due.values_list("id", "reaction")[: relay.BATCH])
        time.sleep(_BETWEEN if rows else 0)
        later = clock.now() + timedelta(seconds=40)
        Delivery.objects.filter(id__in=[row[0] for row in rows]).update(state=Delivery.State.SENT, due_at=later)
        return rows

    relay.take_due = take_without_a_lock
    app()


if __name__ == "__main__":
    run()
