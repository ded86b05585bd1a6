"""The municipality's own rates, calendars, bands and exemptions, which override the national ones."""

from datetime import date
from typing import Annotated, cast

import strawberry
from strawberry.scalars import JSON as JSON_VALUE

from backend.profile import parameters
from backend.profile.models import LocalParameter
from backend.schema.errors import UserError, as_payload
from backend.schema.nodes import Node, node_id
from backend.schema.staff import types
from backend.schema.staff.context import Info
from backend.shared.json import JSON

RATE = "LocalRate"


@strawberry.type(description="A value that this municipality has set itself, with its validity and source.")
class LocalRate(Node):
    """One row."""

    service: str = strawberry.field(description="Code of the service.")
    key: str = strawberry.field(description="Which value of its rules.")
    value: JSON_VALUE = strawberry.field(description="The value, of the kind that the rule needs.")
    valid_from: date = strawberry.field(description="First day.")
    valid_to: date | None = strawberry.field(description="Last day; open where there is none.")
    source: str = strawberry.field(description="Decree or ordinance.")


@strawberry.input(description="A value that overrides the national one.")
class RateSetInput:
    """Set or correct it; the same again changes nothing."""

    service: str = strawberry.field(description="Code of the service.")
    key: str = strawberry.field(description='Which value, e.g. "due_on.2025.q1".')
    value: JSON_VALUE = strawberry.field(description="The value.")
    valid_from: date = strawberry.field(description="First day.")
    valid_to: date | None = strawberry.field(default=None, description="Last day.")
    source: str = strawberry.field(description="Decree or ordinance.")
    idempotency_key: str = strawberry.field(description=types.IDEMPOTENCY_KEY)


@strawberry.type(description="A rate.")
class RatePayload:
    """Rate, or errors."""

    rate: LocalRate | None = strawberry.field(description="The rate.")
    errors: list[UserError] = strawberry.field(description="What went wrong.")


@strawberry.type
class Query:
    """Reading."""

    @strawberry.field(description="What the municipality has set itself, newest first within a key.")
    def rates(
        self,
        info: Info,
        service: Annotated[str | None, strawberry.argument(description="Only of this service.")] = None,
    ) -> list[LocalRate]:
        """List own rates."""
        return [_shape(row) for row in parameters.local_parameters(service)]


@strawberry.type
class Mutation:
    """Changing."""

    @strawberry.mutation(description="Set a value of the rules for this municipality.")
    def rate_set(self, info: Info, input: RateSetInput) -> RatePayload:
        """Set a rate."""
        return as_payload(
            language=info.context.language,
            empty=lambda errors: RatePayload(rate=None, errors=errors),
            call=lambda: RatePayload(
                rate=_shape(
                    parameters.set_parameter(
                        service=input.service,
                        key=input.key,
                        value=cast(JSON, input.value),  # the scalar accepts what JSON can say
                        valid_from=input.valid_from,
                        valid_to=input.valid_to,
                        source=input.source,
                        actor=info.context.actor,
                        request_key=input.idempotency_key,
                    )
                ),
                errors=[],
            ),
        )


def _shape(row: LocalParameter) -> LocalRate:
    return LocalRate(
        id=node_id(RATE, row.id),
        service=row.service,
        key=row.key,
        value=row.value,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        source=row.source,
    )
