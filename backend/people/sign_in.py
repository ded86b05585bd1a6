"""Signing in. Whatever is wrong, the answer is the same and costs the same: nobody learns who has an account."""

from datetime import datetime

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction

from backend.audit.actors import Actor, nobody
from backend.audit.operations import record, record_denied
from backend.people.models import StaffAccount
from backend.people.queries import actor_of
from backend.people.rules import LONGEST_PASSWORD, lock_after
from backend.shared.errors import DomainError
from backend.shared.text import Text

_ACT = "session.created"


class SignInRefused(DomainError):
    """Raised by `sign_in`: unknown account, wrong password, account closed or locked for a while."""

    code = "people.sign_in_refused"
    message = Text(
        es="El correo o la contraseña no son correctos, o la cuenta está bloqueada por unos minutos.",
        en="The e-mail address or the password is wrong, or the account is locked for some minutes.",
    )


def sign_in(*, email: str, password: str, network: str, now: datetime) -> StaffAccount:
    """Return the account that opens with this password; counts and locks where it does not.

    Raises `SignInRefused`. A lock is a row: it holds while Valkey is away and after a restart.
    """
    account = StaffAccount.objects.filter(email=email.strip().lower(), is_active=True).first()
    is_right = _is_right(password[: LONGEST_PASSWORD + 1], account)
    opened = _settle(account, is_right=is_right, network=network, now=now)
    if opened is None:
        record_denied(actor=nobody(network), act=_ACT, object_kind="account", object_key=account.id if account else "")
        raise SignInRefused
    return opened


@transaction.atomic(durable=True)
def sign_out(*, actor: Actor) -> None:
    """Log that a session was ended by its owner."""
    record(actor=actor, act="session.ended", object_kind="account", object_key=actor.account_id)


def _is_right(password: str, account: StaffAccount | None) -> bool:
    """Hash the password once in either case. No lock is held meanwhile: it takes a good part of a second."""
    if account is None:
        make_password(password)
        return False
    return check_password(password, account.password)


@transaction.atomic(durable=True)
def _settle(account: StaffAccount | None, *, is_right: bool, network: str, now: datetime) -> StaffAccount | None:
    """Ask the database the same, in the same order, whether there is such an account or not."""
    account = account or StaffAccount(id=0, password="")
    row = StaffAccount.objects.select_for_update(no_key=True).filter(id=account.id).first() or account
    if row.locked_until is not None and row.locked_until > now:
        return None
    if not is_right or row.password != account.password or not row.is_active:
        failed = row.failed_attempts + 1
        lock = lock_after(failed)
        locked_until = now + lock if lock else None
        StaffAccount.objects.filter(id=row.id).update(failed_attempts=failed, locked_until=locked_until)
        return None
    row.failed_attempts, row.locked_until = 0, None
    row.save(update_fields=["failed_attempts", "locked_until"])
    record(actor=actor_of(row, network), act=_ACT, object_kind="account", object_key=row.id)
    return row
