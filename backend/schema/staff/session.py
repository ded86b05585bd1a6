"""Staff's own session and password."""

import strawberry
from django.middleware.csrf import get_token

from backend.people import operations, sessions, sign_in
from backend.people.models import StaffAccount as AccountRow
from backend.people.queries import roles_of
from backend.people.rules import Permission, permissions_of
from backend.schema.errors import UserError, as_payload
from backend.schema.staff import types
from backend.schema.staff.context import Info, StaffContext
from backend.shared import clock
from backend.tenants import limits


@strawberry.type(description="Who is signed in.")
class Me:
    """The account, where it works, what it may do."""

    account: types.StaffAccount = strawberry.field(description="The account.")
    municipality: str = strawberry.field(description="Name of the commune.")
    permissions: list[Permission] = strawberry.field(description="What its roles allow.")


@strawberry.input(description="Address and password.")
class SessionCreateInput:
    """What opens a session."""

    email: str = strawberry.field(description="Address of the account.")
    password: str = strawberry.field(description="Its password.")


@strawberry.input(description="The old password and the new one.")
class PasswordChangeInput:
    """What changes a password."""

    current: str = strawberry.field(description="The password as it is.")
    new: str = strawberry.field(description="The password as it shall be: 12 characters or more, not a common one.")


@strawberry.type(description="A new session: the cookie comes with the answer.")
class SessionCreatePayload:
    """Who is signed in, or errors."""

    me: Me | None = strawberry.field(description="Who is signed in.")
    csrf_token: str | None = strawberry.field(description="To be sent as X-CSRFToken from now on; the old one ended.")
    errors: list[UserError] = strawberry.field(description="What went wrong.")


@strawberry.type(description="The end of a session.")
class SessionEndPayload:
    """Errors, if there are."""

    errors: list[UserError] = strawberry.field(description="What went wrong.")


@strawberry.type(description="A changed password; every other session of the account has ended.")
class PasswordChangePayload:
    """Who is signed in, or errors."""

    me: Me | None = strawberry.field(description="Who is signed in.")
    errors: list[UserError] = strawberry.field(description="What went wrong.")


@strawberry.type
class Query:
    """Reading."""

    @strawberry.field(description="Who is signed in.")
    def me(self, info: Info) -> Me:
        """Show the session's account."""
        return _me(info.context, info.context.require_account())


@strawberry.type
class Mutation:
    """Changing."""

    @strawberry.mutation(description="Sign in. Whatever is wrong, the answer is the same.")
    def session_create(self, info: Info, input: SessionCreateInput) -> SessionCreatePayload:
        """Open a session."""
        return as_payload(
            language=info.context.language,
            empty=lambda errors: SessionCreatePayload(me=None, csrf_token=None, errors=errors),
            call=lambda: _open(info.context, input),
        )

    @strawberry.mutation(description="Sign out.")
    def session_end(self, info: Info) -> SessionEndPayload:
        """End the session."""
        return as_payload(
            language=info.context.language,
            empty=lambda errors: SessionEndPayload(errors=errors),
            call=lambda: _close(info.context),
        )

    @strawberry.mutation(description="Change one's own password.")
    def password_change(self, info: Info, input: PasswordChangeInput) -> PasswordChangePayload:
        """Change the password."""
        return as_payload(
            language=info.context.language,
            empty=lambda errors: PasswordChangePayload(me=None, errors=errors),
            call=lambda: _change(info.context, input),
        )


def _me(context: StaffContext, row: AccountRow) -> Me:
    return Me(account=types.account(row), municipality=context.tenant.name, permissions=permissions_of(roles_of(row)))


def _open(context: StaffContext, input: SessionCreateInput) -> SessionCreatePayload:
    now = clock.now()
    context.require_under(
        (limits.SIGN_INS_PER_NETWORK, context.network),
        (limits.SIGN_INS_PER_ACCOUNT, input.email.strip().lower()),
    )
    row = sign_in.sign_in(email=input.email, password=input.password, network=context.network, now=now)
    sessions.open_session(context.request, row, now=now)
    return SessionCreatePayload(me=_me(context, row), csrf_token=get_token(context.request), errors=[])


def _close(context: StaffContext) -> SessionEndPayload:
    sign_in.sign_out(actor=context.actor)
    sessions.close_session(context.request)
    return SessionEndPayload(errors=[])


def _change(context: StaffContext, input: PasswordChangeInput) -> PasswordChangePayload:
    account = context.require_account()
    context.require_under((limits.SIGN_INS_PER_ACCOUNT, account.email))
    row = operations.change_password(account=account, current=input.current, new=input.new, actor=context.actor)
    sessions.renew_session(context.request, row)
    return PasswordChangePayload(me=_me(context, row), errors=[])
