"""The morning's mail to staff: only where something is stuck, to those who can do something about it, once a day."""

from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest

from backend.billing.stuck import Waiting
from backend.cli.paths import ROOT
from backend.messaging.models import Message
from backend.outbox.jobs import due_jobs
from backend.people.rules import DIGEST_ROLES, PERMISSIONS, Permission, Role
from backend.receipts.digest import HOUR, STUCK_AFTER, _is_told, tell_staff
from backend.receipts.mail_models import StaffDigest
from backend.receipts.stuck_texts import KINDS
from backend.schedule import JOBS
from backend.shared import clock
from tests.operations.debts import in_town
from tests.operations.deliveries import run_deliveries
from tests.operations.gateway import hear, notice, signed
from tests.operations.orders import at_once
from tests.operations.world import World
from tests.staff.people import new_account

TOWN, QUIET = "valdivia", "lebu"
_days = iter(date(2031, 1, 1) + timedelta(days=number) for number in range(1000))


def morning(hour: int = HOUR) -> datetime:
    """An hour of a day that no test used."""
    return datetime.combine(next(_days), time(hour), clock.SANTIAGO)


def digests(town: str, day: datetime) -> list[Message]:
    with in_town(town):
        return list(Message.objects.filter(cause=f"digest:{day:%Y-%m-%d}").order_by("to_address"))


def tell(town: str, now: datetime) -> StaffDigest | None:
    with in_town(town):
        return tell_staff(now=now)


def test_staff_who_can_act_are_told_what_is_stuck_once_a_day(world: World) -> None:
    told = {new_account(role, town=TOWN).email for role in DIGEST_ROLES}
    others = {new_account(role, town=TOWN).email for role in (Role.ADMINISTRATOR, Role.AUDITOR)}
    hear(TOWN, notice(TOWN, "1410188888888AAAA", 12_347))
    now = morning()

    rows = [tell(TOWN, now + timedelta(hours=each)) for each in range(3)]

    mails = digests(TOWN, now)
    addresses = {mail.to_address for mail in mails}
    assert [row is not None for row in rows] == [True, False, False]
    assert told <= addresses
    assert not others & addresses
    mail = next(mail for mail in mails if mail.to_address in told)
    for part in (mail.text, mail.html):
        assert "Dinero por aplicar" in part
        assert "El más antiguo: desde el" in part
    run_deliveries(TOWN, message_id=mail.id)
    assert len(world.mails(mail.to_address)) == 1


def test_where_nothing_is_stuck_nobody_is_written_to() -> None:
    new_account(Role.TREASURER, town=QUIET)
    now = morning() - timedelta(days=30 * 365)  # before anything of the tests waited

    row = tell(QUIET, now)

    assert row is not None
    assert row.waiting == 0
    assert digests(QUIET, now) == []


def test_nobody_is_told_before_the_offices_open() -> None:
    early = morning(HOUR - 1)

    assert tell(QUIET, early) is None
    assert tell(QUIET, early + timedelta(hours=1)) is not None


def test_two_processes_at_once_write_one_mail_to_each() -> None:
    new_account(Role.CLERK, town=TOWN)
    hear(TOWN, signed(b"nonsense", town=TOWN))
    now = morning()

    at_once(*[lambda: tell(TOWN, now)] * 3)

    addresses = [mail.to_address for mail in digests(TOWN, now)]
    assert addresses
    assert len(addresses) == len(set(addresses))
    with in_town(TOWN):
        assert StaffDigest.objects.filter(day=now.date()).count() == 1


@pytest.mark.parametrize(
    ("kind", "age", "is_told"),
    [
        ("mail-retrying", STUCK_AFTER - timedelta(seconds=1), False),
        ("mail-retrying", STUCK_AFTER, True),
        ("homeless-money", timedelta(days=300), True),
        ("notice-forged", timedelta(hours=5), True),
        ("notice-forged", timedelta(days=2), False),
        ("mail-refused", timedelta(days=6), True),
        ("mail-refused", timedelta(days=8), False),
    ],
)
def test_what_is_under_way_and_what_nobody_can_end_is_not_told(kind: str, age: timedelta, is_told: bool) -> None:
    now = morning()

    assert _is_told(Waiting(kind, "", "", now - age), now) is is_told


def test_the_job_is_due_until_the_day_s_digest_is_made() -> None:
    now = clock.now()
    is_open = now.astimezone(clock.SANTIAGO).hour >= HOUR
    with in_town(QUIET):
        StaffDigest.objects.get_or_create(day=date(2000, 1, 1), defaults={"waiting": 0, "made_at": now})

    before = (QUIET, "tell staff what is stuck") in due_jobs(JOBS, [QUIET])
    tell(QUIET, now)
    after = (QUIET, "tell staff what is stuck") in due_jobs(JOBS, [QUIET])

    assert (before, after) == (is_open, False)


def test_every_kind_that_stuck_shows_has_words() -> None:
    kinds = {
        word
        for file in ("backend/billing/stuck.py", "backend/receipts/stuck.py")
        for word in _first_arguments(ROOT / file)
    }

    assert kinds
    assert sorted(kinds - set(KINDS)) == []


def _first_arguments(file: Path) -> set[str]:
    import ast

    calls = [node for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Call)]
    named = [call.args[0] for call in calls if getattr(call.func, "id", "") == "Waiting" and call.args]
    return {str(each.value) for each in named if isinstance(each, ast.Constant)}


def test_who_is_told_can_do_something_about_it() -> None:
    for permission in (Permission.MAILS_REDRIVE, Permission.HOMELESS_DECIDE):
        assert PERMISSIONS[permission] >= DIGEST_ROLES
