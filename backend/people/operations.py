"""Changing staff accounts. Every change is in the log of acts, in the same transaction."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import cast

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from backend.audit.actors import Actor
from backend.audit.operations import Changes, record, record_denied
from backend.outbox.requests import Kept, once_per_key
from backend.people.models import StaffAccount
from backend.people.passwords import require_usable, temporary_password
from backend.people.queries import AccountNotFound
from backend.people.rules import Role
from backend.shared.errors import DomainError
from backend.shared.text import Text

_ACCOUNT = "account"


class EmailNotUsable(DomainError):
    """The address is none, or an account has it already."""

    code = "people.email"
    message = Text(
        es="Escriba un correo electrónico válido que no tenga otra cuenta.",
        en="Enter a valid e-mail address that no other account has.",
    )


class NameMissing(DomainError):
    """An account names a person, in 120 characters at most."""

    code = "people.name"
    message = Text(es="Escriba el nombre, hasta 120 caracteres.", en="Enter the name, up to 120 characters.")


class RolesMissing(DomainError):
    """An account has at least one role."""

    code = "people.roles"
    message = Text(es="Elija al menos un rol.", en="Choose at least one role.")


class LastAdministrator(DomainError):
    """Somebody must remain who can manage accounts."""

    code = "people.last_administrator"
    message = Text(
        es="Es la única cuenta administradora activa: nombre a otra antes.",
        en="This is the only active administrator: appoint another one first.",
    )


class PasswordWrong(DomainError):
    """The password given is not the account's."""

    code = "people.password_wrong"
    message = Text(es="La contraseña actual no es correcta.", en="The current password is not right.")


@dataclass(frozen=True)
class OpenedAccount:
    """An account, and its temporary password where we made one: it is shown once and kept nowhere."""

    account: StaffAccount
    temporary_password: str | None


_WITHOUT_PASSWORD: Kept[OpenedAccount] = Kept(
    keep=lambda opened: opened.account.id,
    give=lambda id: OpenedAccount(StaffAccount.objects.get(id=cast(int, id)), temporary_password=None),
)


@once_per_key(kept=_WITHOUT_PASSWORD)
def create_account(
    *,
    email: str,
    full_name: str,
    roles: Collection[Role],
    actor: Actor,
    password: str | None = None,
    request_key: str | None = None,
) -> OpenedAccount:
    """Create an account, with a temporary password unless one is given.

    The same request under the same key gives the account without the password, which is kept nowhere.
    Raises `EmailNotUsable`, `NameMissing`, `RolesMissing`, `PasswordNotUsable`.
    """
    account = StaffAccount(email=_email(email), full_name=_name(full_name), roles=_roles(roles))
    temporary = _set_password(account, password)
    try:
        with transaction.atomic():
            account.save(force_insert=True)
    except IntegrityError as error:
        raise EmailNotUsable(field="email") from error
    changes: Changes = {
        "email": (None, account.email),
        "full_name": (None, account.full_name),
        "roles": (None, account.roles),
    }
    record(actor=actor, act="account.created", object_kind=_ACCOUNT, object_key=account.id, changes=changes)
    return OpenedAccount(account, temporary)


@transaction.atomic(durable=True)
def update_account(
    *, account_id: int, actor: Actor, full_name: str | None = None, roles: Collection[Role] | None = None
) -> StaffAccount:
    """Change name or roles; what is None stays. Raises `AccountNotFound`, `LastAdministrator`, `NameMissing`,
    `RolesMissing`.
    """
    account = _locked(account_id)
    was_administrator = _is_administrator(account)
    before = {"full_name": account.full_name, "roles": account.roles}
    if full_name is not None:
        account.full_name = _name(full_name)
    if roles is not None:
        account.roles = _roles(roles)
    account.save(update_fields=["full_name", "roles"])
    _require_another_administrator(was_administrator)
    changes = {name: (was, now) for name, was in before.items() if (now := getattr(account, name)) != was}
    record(actor=actor, act="account.updated", object_kind=_ACCOUNT, object_key=account.id, changes=changes)
    return account


@transaction.atomic(durable=True)
def set_account_active(*, account_id: int, is_active: bool, actor: Actor) -> StaffAccount:
    """Let an account in, or keep it out from now on, its open sessions too; safe to repeat.

    Raises `AccountNotFound`, `LastAdministrator`.
    """
    account = _locked(account_id)
    was_administrator = _is_administrator(account)
    changes: Changes = {} if account.is_active == is_active else {"is_active": (account.is_active, is_active)}
    account.is_active = is_active
    account.save(update_fields=["is_active"])
    _require_another_administrator(was_administrator)
    act = "account.activated" if is_active else "account.deactivated"
    record(actor=actor, act=act, object_kind=_ACCOUNT, object_key=account.id, changes=changes)
    return account


@transaction.atomic(durable=True)
def reset_password(*, account_id: int, actor: Actor, password: str | None = None) -> OpenedAccount:
    """Give an account a temporary password (or the one given) and end its lock; its sessions end.

    Raises `AccountNotFound`, `PasswordNotUsable`.
    """
    account = _locked(account_id)
    temporary = _set_password(account, password)
    account.failed_attempts, account.locked_until = 0, None
    account.save(update_fields=["password", "password_is_temporary", "failed_attempts", "locked_until"])
    record(actor=actor, act="account.password_reset", object_kind=_ACCOUNT, object_key=account.id)
    return OpenedAccount(account, temporary)


def change_password(*, account: StaffAccount, current: str, new: str, actor: Actor) -> StaffAccount:
    """Change one's own password; one's other sessions end. Raises `PasswordWrong`, `PasswordNotUsable`."""
    if not account.check_password(current):
        record_denied(actor=actor, act="account.password_changed", object_kind=_ACCOUNT, object_key=account.id)
        raise PasswordWrong(field="current")
    with transaction.atomic(durable=True):
        changed = _locked(account.id)
        require_usable(new, changed, field="new")
        changed.set_password(new)
        changed.password_is_temporary = False
        changed.save(update_fields=["password", "password_is_temporary"])
        record(actor=actor, act="account.password_changed", object_kind=_ACCOUNT, object_key=account.id)
    return changed


def _locked(account_id: int) -> StaffAccount:
    """Lock the account behind all administrators: two who demote each other wait for one another."""
    list(_administrators().select_for_update().order_by("id").values_list("id"))
    account = StaffAccount.objects.select_for_update().filter(id=account_id).first()
    if account is None:
        raise AccountNotFound(field="id")
    return account


def _administrators() -> QuerySet[StaffAccount]:
    return StaffAccount.objects.filter(is_active=True, roles__contains=[Role.ADMINISTRATOR.value])


def _is_administrator(account: StaffAccount) -> bool:
    return account.is_active and Role.ADMINISTRATOR.value in account.roles


def _require_another_administrator(was_administrator: bool) -> None:
    if was_administrator and not _administrators().exists():
        raise LastAdministrator


def _set_password(account: StaffAccount, password: str | None) -> str | None:
    temporary = temporary_password() if password is None else None
    if password is not None:
        require_usable(password, account)
    account.set_password(password if password is not None else temporary)
    account.password_is_temporary = temporary is not None
    return temporary


def _email(text: str) -> str:
    email = text.strip().lower()
    try:
        validate_email(email)
    except ValidationError as error:
        raise EmailNotUsable(field="email") from error
    if len(email) > 254:
        raise EmailNotUsable(field="email")
    return email


def _name(text: str) -> str:
    name = " ".join(text.split())
    if not name or len(name) > 120:
        raise NameMissing(field="fullName")
    return name


def _roles(roles: Collection[Role]) -> list[str]:
    if not roles:
        raise RolesMissing(field="roles")
    return sorted({role.value for role in roles})
