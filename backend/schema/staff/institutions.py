"""The outside institutions, and how each answers."""

from datetime import datetime

import strawberry

from backend.billing import institutions
from backend.billing.institutions import Institution as Row
from backend.billing.institutions import InstitutionState
from backend.schema.staff.context import Info

strawberry.enum(
    InstitutionState,
    name="InstitutionState",
    description=(
        "ANSWERING: nothing is wrong. NOT_ANSWERING: calls failed in a row, so that none is made for some seconds. "
        "TRIED_AGAIN: one call is trying. UNKNOWN: the processes cannot tell each other at the moment."
    ),
)


@strawberry.type(description="Somebody outside whom the platform calls: Treasury, registers, mail server.")
class Institution:
    """One institution, as all processes of the platform see it together."""

    code: str = strawberry.field(description="Its code.")
    name: str = strawberry.field(description="Its name.")
    service: str = strawberry.field(description="What it is called for.")
    state: InstitutionState = strawberry.field(description="How it answers.")
    processes: int = strawberry.field(description="How many processes of the platform do not get through to it.")
    since: datetime | None = strawberry.field(description="The oldest of their last reports (UTC).")


@strawberry.type
class Query:
    """Reading."""

    @strawberry.field(description="The institutions that the platform calls, and how each answers at this moment.")
    def institutions(self, info: Info) -> list[Institution]:
        """List institutions."""
        return [_shape(row, info.context.language) for row in institutions.institutions()]


def _shape(row: Row, language: str) -> Institution:
    return Institution(
        code=row.code,
        name=row.name.in_language(language),
        service=row.service.in_language(language),
        state=row.state,
        processes=row.processes,
        since=row.since,
    )
