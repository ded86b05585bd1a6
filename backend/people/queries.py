"""Reading staff accounts."""

from collections.abc import Collection

from backend.audit.actors import Actor
from backend.people.models import StaffAccount
from backend.people.rules import Role
from backend.shared.errors import DomainError
from backend.shared.paging import Page, id_after, page_of, rows_to_fetch
from backend.shared.text import Text


class AccountNotFound(DomainError):
    """This municipality has no such account."""

    code = "people.account_not_found"
    message = Text(es="No existe esa cuenta en esta municipalidad.", en="This municipality has no such account.")


def get_accounts(*, first: int, after: str | None = None, is_active: bool | None = None) -> Page[StaffAccount]:
    """Return a page of accounts, oldest first. Raises `CursorInvalid`, `PageTooLarge`."""
    rows = StaffAccount.objects.order_by("id")
    if is_active is not None:
        rows = rows.filter(is_active=is_active)
    last = id_after(after)
    if last is not None:
        rows = rows.filter(id__gt=last)
    return page_of(list(rows[: rows_to_fetch(first)]), first=first, key=lambda account: (account.id,))


def get_account_by_email(email: str) -> StaffAccount:
    """Return an account by its address, in whatever case. Raises `AccountNotFound`."""
    found = StaffAccount.objects.filter(email=email.strip().lower()).first()
    if found is None:
        raise AccountNotFound(field="email")
    return found


def accounts_in(roles: Collection[Role]) -> list[StaffAccount]:
    """Return the active accounts that have one of these roles, oldest first."""
    rows = StaffAccount.objects.filter(is_active=True, roles__overlap=[role.value for role in roles])
    return list(rows.order_by("id"))


def roles_of(account: StaffAccount) -> frozenset[Role]:
    """Return the roles of an account."""
    return frozenset(Role(role) for role in account.roles)


def actor_of(account: StaffAccount, network: str) -> Actor:
    """Return an account as the log of acts names it."""
    return Actor(account_id=account.id, name=account.email, roles=tuple(sorted(account.roles)), network=network)
