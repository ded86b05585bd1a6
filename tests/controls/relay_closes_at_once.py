"""The relay that takes a delivery for done when it takes it up: at most once, instead of at least once."""

import time

from backend.cli import application

_BETWEEN = 0.5  # seconds between the database and the broker


def run() -> None:
    application.enter()
    from backend.cli.relay import app
    from backend.outbox import relay
    from backend.outbox.models import Delivery

    take_due = relay.take_due

    def take_and_close() -> list[tuple[int, str]]:
        rows = take_due()
        Delivery.objects.filter(id__in=[row[0] for row in rows]).update(state=Delivery.State.DONE)
        time.sleep(_BETWEEN if rows else 0)
        return rows

    relay.take_due = take_and_close
    app()


if __name__ == "__main__":
    run()
