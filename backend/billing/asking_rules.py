"""When a gateway is asked again what became of a payment. Ages count from the order's creation."""

from datetime import datetime, timedelta

FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(minutes=10)
LONGEST_WAIT_OF_A_PAYER = timedelta(minutes=2)
PAYER_MAY_BE_THERE_FOR = timedelta(hours=1)
"""A gateway reverses what nobody commits within minutes: so long, we look more often than that."""
ASKED_FOR = timedelta(days=7)
FAILURE_ASKED_AGAIN_AT = (timedelta(hours=1), timedelta(hours=6), timedelta(days=1), timedelta(days=6))
MOST_ATTEMPTS = 30_000
_DOUBLINGS = 20


def next_ask(*, attempts: int, created_at: datetime, now: datetime) -> datetime | None:
    """Return when to ask after that many attempts: 5 s, 10 s, 20 s … apart; None where it is time to give up."""
    age = now - created_at
    if age >= ASKED_FOR:
        return None
    longest = LONGEST_WAIT_OF_A_PAYER if age < PAYER_MAY_BE_THERE_FOR else LONGEST_WAIT
    return now + min(FIRST_WAIT * (1 << min(attempts, _DOUBLINGS)), longest)


def next_ask_after_failure(*, created_at: datetime, now: datetime) -> datetime | None:
    """Return when to ask once more about a payment that failed: "failed" is not final, but rarely changes."""
    return next((created_at + age for age in FAILURE_ASKED_AGAIN_AT if created_at + age > now), None)
