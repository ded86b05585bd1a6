"""Accounts of the municipality's staff."""

from collections.abc import Callable
from typing import Annotated

import strawberry

from backend.people import operations, queries
from backend.people.models import StaffAccount as AccountRow
from backend.people.rules import Role
from backend.schema.connections import After, Connection, First, connection_of
from backend.schema.errors import UserError, as_payload
from backend.schema.nodes import row_id
from backend.schema.staff import types
from backend.schema.staff.context import Info


@strawberry.input(description="A new account.")
class AccountCreateInput:
    """Who it is for; the password is made here and shown once."""

    email: str = strawberry.field(description="Address to sign in with.")
    full_name: str = strawberry.field(description="Name of the person.")
    roles: list[Role] = strawberry.field(description="At least one.")
    idempotency_key: str = strawberry.field(description=types.IDEMPOTENCY_KEY)


@strawberry.input(description="What changes of an account.")
class AccountUpdateInput:
    """What is left out stays."""

    id: strawberry.ID = strawberry.field(description="The account.")
    full_name: str | None = strawberry.field(default=None, description="Name of the person.")
    roles: list[Role] | None = strawberry.field(default=None, description="All its roles from now on.")


@strawberry.input(description="An account.")
class AccountInput:
    """Which one."""

    id: strawberry.ID = strawberry.field(description="The account.")


@strawberry.type(description="An account.")
class AccountPayload:
    """Account, or errors."""

    account: types.StaffAccount | None = strawberry.field(description="The account.")
    errors: list[UserError] = strawberry.field(description="What went wrong.")


@strawberry.type(description="An account and the password that opens it until it is changed.")
class AccountPasswordPayload:
    """Account, or errors."""

    account: types.StaffAccount | None = strawberry.field(description="The account.")
    temporary_password: str | None = strawberry.field(
        description="Shown once and kept nowhere: a repeated request gives none, a reset gives another."
    )
    errors: list[UserError] = strawberry.field(description="What went wrong.")


@strawberry.type
class Query:
    """Reading."""

    @strawberry.field(description="Accounts, oldest first.")
    def accounts(
        self,
        info: Info,
        first: First = 50,
        after: After = None,
        is_active: Annotated[bool | None, strawberry.argument(description="Only those that (do not) open.")] = None,
    ) -> Connection[types.StaffAccount]:
        """List accounts."""
        page = queries.get_accounts(first=first, after=after, is_active=is_active)
        return connection_of(page, types.account, after=after)


@strawberry.type
class Mutation:
    """Changing."""

    @strawberry.mutation(description="Create an account with a temporary password.")
    def account_create(self, info: Info, input: AccountCreateInput) -> AccountPasswordPayload:
        """Create an account."""
        return _with_password(
            info,
            lambda: operations.create_account(
                email=input.email,
                full_name=input.full_name,
                roles=input.roles,
                actor=info.context.actor,
                request_key=input.idempotency_key,
            ),
        )

    @strawberry.mutation(description="Change name or roles. One administrator at least must remain.")
    def account_update(self, info: Info, input: AccountUpdateInput) -> AccountPayload:
        """Update an account."""
        return _changed(
            info,
            lambda: operations.update_account(
                account_id=row_id(types.ACCOUNT, input.id),
                full_name=input.full_name,
                roles=input.roles,
                actor=info.context.actor,
            ),
        )

    @strawberry.mutation(description="Let an account in again.")
    def account_activate(self, info: Info, input: AccountInput) -> AccountPayload:
        """Activate an account."""
        return _set_active(info, input, is_active=True)

    @strawberry.mutation(description="Keep an account out, its open sessions too.")
    def account_deactivate(self, info: Info, input: AccountInput) -> AccountPayload:
        """Deactivate an account."""
        return _set_active(info, input, is_active=False)

    @strawberry.mutation(description="Give an account a temporary password and end its lock.")
    def account_password_reset(self, info: Info, input: AccountInput) -> AccountPasswordPayload:
        """Reset a password."""
        return _with_password(
            info,
            lambda: operations.reset_password(account_id=row_id(types.ACCOUNT, input.id), actor=info.context.actor),
        )


def _set_active(info: Info, input: AccountInput, *, is_active: bool) -> AccountPayload:
    return _changed(
        info,
        lambda: operations.set_account_active(
            account_id=row_id(types.ACCOUNT, input.id), is_active=is_active, actor=info.context.actor
        ),
    )


def _changed(info: Info, call: Callable[[], AccountRow]) -> AccountPayload:
    return as_payload(
        language=info.context.language,
        empty=lambda errors: AccountPayload(account=None, errors=errors),
        call=lambda: AccountPayload(account=types.account(call()), errors=[]),
    )


def _with_password(info: Info, call: Callable[[], operations.OpenedAccount]) -> AccountPasswordPayload:
    def opened() -> AccountPasswordPayload:
        made = call()
        return AccountPasswordPayload(
            account=types.account(made.account), temporary_password=made.temporary_password, errors=[]
        )

    return as_payload(
        language=info.context.language,
        empty=lambda errors: AccountPasswordPayload(account=None, temporary_password=None, errors=errors),
        call=opened,
    )
