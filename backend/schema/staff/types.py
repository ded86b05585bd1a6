"""Types of staff that several subjects show."""

from datetime import datetime

import strawberry

from backend.people.models import StaffAccount as AccountRow
from backend.people.queries import roles_of
from backend.people.rules import Permission, Role
from backend.schema.nodes import Node, node_id

ACCOUNT = "StaffAccount"
IDEMPOTENCY_KEY = (
    "Chosen by the client, e.g. a UUID, one per request: sent again with the same data it gives the same outcome,"
    " with other data it is refused."
)
"""What a mutation that makes something says of its field `idempotency_key`."""

strawberry.enum(Role, name="StaffRole", description="What somebody is in the municipality.")
strawberry.enum(Permission, name="StaffPermission", description="Something that roles allow.")


@strawberry.type(description="The account of a person who works for the municipality.")
class StaffAccount(Node):
    """An account; never its password."""

    email: str = strawberry.field(description="Address to sign in with, in lower case.")
    full_name: str = strawberry.field(description="Name of the person.")
    roles: list[Role] = strawberry.field(description="What the person is; several may hold.")
    is_active: bool = strawberry.field(description="False: it opens nothing.")
    password_is_temporary: bool = strawberry.field(description="It must be changed before anything else.")
    last_signed_in_at: datetime | None = strawberry.field(description="Last time that it was signed in with (UTC).")
    locked_until: datetime | None = strawberry.field(description="After wrong passwords: locked until then (UTC).")


def account(row: AccountRow) -> StaffAccount:
    """Shape an account."""
    return StaffAccount(
        id=node_id(ACCOUNT, row.id),
        email=row.email,
        full_name=row.full_name,
        roles=sorted(roles_of(row)),
        is_active=row.is_active,
        password_is_temporary=row.password_is_temporary,
        last_signed_in_at=row.last_login,
        locked_until=row.locked_until,
    )
