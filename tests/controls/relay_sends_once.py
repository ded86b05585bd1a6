"""The relay that sends what it takes up once, and never again: at most once, instead of at least once."""

import time
from datetime import timedelta

from backend.cli import application

_BETWEEN = 0.5  # seconds between the database and the broker
_NEVER = timedelta(days=365)


def run() -> None:
    application.enter()
    from backend.cli.relay import app
    from backend.outbox import relay

    take_due = relay.take_due

    def take_for_good() -> list[tuple[int, str]]:
        rows = take_due()
        time.sleep(_BETWEEN if rows else 0)
        return rows

    relay.take_due = take_for_good
    relay.SEND_AGAIN_AFTER = relay.SEND_FAILED_AFTER = _NEVER
    app()


if __name__ == "__main__":
    run()
