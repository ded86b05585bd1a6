"""Who may do what, and how long a wrong password locks. One table; nothing is allowed that it does not say."""

from collections.abc import Collection, Mapping
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from backend.shared.errors import DomainError
from backend.shared.text import Text


class Role(StrEnum):
    """What somebody is in the municipality; an account may have several."""

    ADMINISTRATOR = "administrator"
    TREASURER = "treasurer"
    FINANCE_DIRECTOR = "finance_director"
    CLERK = "clerk"
    TRAFFIC_DEPARTMENT = "traffic_department"
    AUDITOR = "auditor"


class Permission(StrEnum):
    """Everything that can be allowed."""

    OWN_ACCOUNT = "own_account"
    ACCOUNTS_READ = "accounts_read"
    ACCOUNTS_MANAGE = "accounts_manage"
    AUDIT_READ = "audit_read"
    DEBTS_READ = "debts_read"
    DEBTS_WITHDRAW = "debts_withdraw"
    ROLLS_READ = "rolls_read"
    ROLLS_UPLOAD = "rolls_upload"
    ROLLS_APPLY = "rolls_apply"
    VEHICLES_ACCEPT = "vehicles_accept"
    BOOKS_READ = "books_read"
    COLLECTIONS_LOAD = "collections_load"
    DAYS_CLOSE = "days_close"
    RATES_READ = "rates_read"
    RATES_CHANGE = "rates_change"
    SIGNATURES_READ = "signatures_read"
    SIGNATURES_CHANGE = "signatures_change"
    MANIFESTS_READ = "manifests_read"
    THEMES_READ = "themes_read"
    THEMES_CHANGE = "themes_change"
    INSTITUTIONS_READ = "institutions_read"
    MAILS_READ = "mails_read"
    MAILS_REDRIVE = "mails_redrive"
    COMPLETENESS_READ = "completeness_read"
    HOMELESS_READ = "homeless_read"
    HOMELESS_DECIDE = "homeless_decide"
    REFUNDS_READ = "refunds_read"
    REFUNDS_REQUEST = "refunds_request"
    REFUNDS_APPROVE = "refunds_approve"
    REFUNDS_RECORD = "refunds_record"


_EVERYBODY: Final = frozenset(Role)
_MONEY: Final = frozenset({Role.TREASURER, Role.FINANCE_DIRECTOR})

PERMISSIONS: Final[Mapping[Permission, frozenset[Role]]] = MappingProxyType(
    {
        Permission.OWN_ACCOUNT: _EVERYBODY,
        Permission.ACCOUNTS_READ: frozenset({Role.ADMINISTRATOR, Role.AUDITOR}),
        Permission.ACCOUNTS_MANAGE: frozenset({Role.ADMINISTRATOR}),
        Permission.AUDIT_READ: frozenset({Role.ADMINISTRATOR, Role.AUDITOR}),
        Permission.DEBTS_READ: _EVERYBODY - {Role.ADMINISTRATOR},
        Permission.DEBTS_WITHDRAW: _MONEY,
        Permission.ROLLS_READ: _EVERYBODY - {Role.ADMINISTRATOR},
        Permission.ROLLS_UPLOAD: _MONEY | {Role.CLERK, Role.TRAFFIC_DEPARTMENT},
        Permission.ROLLS_APPLY: _MONEY | {Role.TRAFFIC_DEPARTMENT},
        Permission.VEHICLES_ACCEPT: frozenset({Role.TREASURER, Role.TRAFFIC_DEPARTMENT}),
        Permission.BOOKS_READ: _MONEY | {Role.CLERK, Role.AUDITOR},
        Permission.COLLECTIONS_LOAD: _MONEY | {Role.CLERK},
        Permission.DAYS_CLOSE: _MONEY,
        Permission.RATES_READ: _EVERYBODY - {Role.ADMINISTRATOR},
        Permission.RATES_CHANGE: _MONEY,
        Permission.SIGNATURES_READ: _EVERYBODY,
        Permission.SIGNATURES_CHANGE: _MONEY,
        Permission.THEMES_READ: _EVERYBODY,
        Permission.THEMES_CHANGE: _MONEY | {Role.ADMINISTRATOR},
        Permission.MANIFESTS_READ: _EVERYBODY - {Role.ADMINISTRATOR},
        Permission.INSTITUTIONS_READ: _EVERYBODY,
        Permission.MAILS_READ: _MONEY | {Role.CLERK, Role.TRAFFIC_DEPARTMENT, Role.AUDITOR},
        Permission.MAILS_REDRIVE: _MONEY | {Role.CLERK},
        Permission.COMPLETENESS_READ: _EVERYBODY - {Role.ADMINISTRATOR},
        Permission.HOMELESS_READ: _EVERYBODY - {Role.ADMINISTRATOR},
        Permission.HOMELESS_DECIDE: _MONEY | {Role.CLERK},
        Permission.REFUNDS_READ: _EVERYBODY - {Role.ADMINISTRATOR},
        Permission.REFUNDS_REQUEST: frozenset({Role.TREASURER, Role.CLERK}),
        Permission.REFUNDS_APPROVE: _MONEY,
        Permission.REFUNDS_RECORD: _MONEY,
    }
)
"""Permission → roles. The administrator manages accounts, not money; the auditor reads and changes nothing."""

DIGEST_ROLES: Final = frozenset({Role.TREASURER, Role.FINANCE_DIRECTOR, Role.CLERK})
"""Whom a mail tells every morning what is stuck: those who can do something about it."""


class PermissionDenied(DomainError):
    """Raised by `require`: none of the account's roles has the permission."""

    code = "people.permission_denied"
    message = Text(
        es="Su cuenta no tiene permiso para esto ({permission}).",
        en="Your account is not allowed to do this ({permission}).",
    )


def require(permission: Permission, roles: Collection[Role]) -> None:
    """Raise `PermissionDenied` where none of these roles has the permission."""
    if PERMISSIONS[permission].isdisjoint(roles):
        raise PermissionDenied(permission=permission.value)


def permissions_of(roles: Collection[Role]) -> list[Permission]:
    """Return what these roles may do, in the order of the enumeration."""
    return [permission for permission in Permission if not PERMISSIONS[permission].isdisjoint(roles)]


ATTEMPTS_BEFORE_LOCK: Final = 5
_LONGEST_LOCK: Final = timedelta(hours=1)


def lock_after(failed_attempts: int) -> timedelta | None:
    """Return for how long an account is locked after so many wrong passwords in a row: 1, 2, 4 … 60 minutes."""
    beyond = failed_attempts - ATTEMPTS_BEFORE_LOCK
    if beyond < 0:
        return None
    return min(timedelta(minutes=2 ** min(beyond, 10)), _LONGEST_LOCK)


IDLE_LIMIT: Final = timedelta(minutes=30)
SESSION_LIMIT: Final = timedelta(hours=10)
LONGEST_PASSWORD: Final = 128
