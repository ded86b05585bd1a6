"""The mail of every morning to staff: what is stuck, and since when. Where nothing is, nobody is written to."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType

from django.db import transaction

from backend.billing.stuck import Waiting
from backend.messaging.operations import Letter, queue_message
from backend.people.models import StaffAccount
from backend.people.queries import accounts_in
from backend.people.rules import DIGEST_ROLES
from backend.profile.queries import get_profile
from backend.receipts.documents_mail import MAIL_ADDRESS
from backend.receipts.mail_models import StaffDigest
from backend.receipts.stuck import waiting_here
from backend.receipts.stuck_texts import kind_words
from backend.shared import clock
from backend.tenants.queries import current_tenant
from theming.templates import render

HOUR = 8
"""Of America/Santiago: when the offices open. The machine's clock, not the calendar of a demo."""

STUCK_AFTER = timedelta(hours=1)
"""What is younger is under way: nearly everything goes on by itself within minutes."""

TOLD_FOR: Mapping[str, timedelta] = MappingProxyType(
    {"notice-forged": timedelta(days=1), "mail-refused": timedelta(days=7)}
)
"""What nobody can end is told for some days, not for ever; `./sem stuck` goes on showing it."""

_EXAMPLES = 3
BATCH = 1
_TODAY = "(now() AT TIME ZONE 'America/Santiago')::date"
DUE = (
    f"extract(hour FROM now() AT TIME ZONE 'America/Santiago') >= {HOUR}"
    f" AND NOT EXISTS (SELECT FROM {{schema}}.receipts_staffdigest WHERE day = {_TODAY})"
)


def tell_staff(*, now: datetime) -> StaffDigest | None:
    """Write the day's digest to everybody who can do something about it; None before its hour, or where it was made.

    Safe to repeat and to race: a mail per day and address.
    """
    local = now.astimezone(clock.SANTIAGO)
    if local.hour < HOUR or StaffDigest.objects.filter(day=local.date()).exists():
        return None
    stuck = [waiting for waiting in waiting_here() if _is_told(waiting, now)]
    for account in accounts_in(DIGEST_ROLES) if stuck else ():
        queue_message(cause=f"digest:{local:%Y-%m-%d}", letter=_letter(account, stuck, now))
    return _note(now, len(stuck))


@transaction.atomic(durable=True)
def _note(now: datetime, waiting: int) -> StaffDigest:
    day = now.astimezone(clock.SANTIAGO).date()
    return StaffDigest.objects.get_or_create(day=day, defaults={"waiting": waiting, "made_at": now})[0]


def _is_told(waiting: Waiting, now: datetime) -> bool:
    age = now - waiting.since
    return STUCK_AFTER <= age <= TOLD_FOR.get(waiting.kind, age)


def _letter(account: StaffAccount, stuck: Sequence[Waiting], now: datetime) -> Letter:
    theme, town = get_profile().theme, current_tenant()
    context = {
        "municipality": town.name,
        "number": str(len(stuck)),
        "day": f"{now.astimezone(clock.SANTIAGO):%d-%m-%Y}",
        "groups": _groups(stuck, now),
        "slug": town.schema_name,
    }
    return Letter(
        to_address=account.email,
        from_name=theme.mail_sender,
        from_address=MAIL_ADDRESS.format(host=town.host),
        subject=render("mail/staff_digest.subject.txt", context, theme),
        text=render("mail/staff_digest.txt", context, theme),
        html=render("mail/staff_digest.html", context, theme),
    )


def _groups(stuck: Sequence[Waiting], now: datetime) -> list[dict[str, str]]:
    """Group by kind, the kind with the oldest first; a few examples of each. Subjects carry no personal data."""
    kinds: dict[str, list[Waiting]] = {}
    for waiting in sorted(stuck, key=lambda each: each.since):
        kinds.setdefault(waiting.kind, []).append(waiting)
    return [
        {
            "what": kind_words(kind).es,
            "number": str(len(rows)),
            "since": f"{rows[0].since.astimezone(clock.SANTIAGO):%d-%m-%Y %H:%M}",
            "age": _age(now - rows[0].since),
            "examples": ", ".join(row.subject for row in rows[:_EXAMPLES]),
            "more": str(len(rows) - _EXAMPLES) if len(rows) > _EXAMPLES else "",
        }
        for kind, rows in kinds.items()
    ]


def _age(waited: timedelta) -> str:
    hours = int(waited.total_seconds()) // 3600
    if hours < 48:
        return f"{hours} hora" if hours == 1 else f"{hours} horas"
    return f"{hours // 24} días"
