"""The staff schema: its subjects, each with its queries and mutations. A new subject is one line here."""

from typing import Any

import strawberry
from django.conf import settings
from graphql import NoSchemaIntrospectionCustomRule
from strawberry.extensions import SchemaExtension
from strawberry.schema.config import StrawberryConfig
from strawberry.tools import merge_types

from backend.schema.errors import OurSchema
from backend.schema.limits import STAFF, bounded_extensions, rules_within
from backend.schema.scalars import CLP, CLP_SCALAR
from backend.schema.staff import (
    accounts,
    audit,
    days,
    debts,
    homeless,
    institutions,
    mails,
    manifests,
    rates,
    refunds,
    rolls,
    session,
    signatures,
    themes,
)
from backend.schema.staff.access import ACCESS
from backend.schema.staff.guarding import guard_root_fields
from backend.schema.staff.uploads import UPLOAD_SCALAR, Upload

SUBJECTS = (
    session,
    accounts,
    audit,
    debts,
    institutions,
    mails,
    rates,
    days,
    homeless,
    refunds,
    rolls,
    signatures,
    manifests,
    themes,
)

SCALARS: dict[object, Any] = {CLP: CLP_SCALAR, Upload: UPLOAD_SCALAR}
_RULES = tuple(rules_within(STAFF))


class StaffRules(SchemaExtension):
    """The limits; introspection only for somebody who is signed in, in demo and tests."""

    def on_operation(self) -> Any:
        """Add the rules for this request: two sets in all, so that validation can be remembered."""
        context = self.execution_context.context
        is_open = settings.SEM_EXPLORER and context.account is not None
        self.execution_context.validation_rules += _RULES + (() if is_open else (NoSchemaIntrospectionCustomRule,))
        yield


def make_staff_schema(query: type, mutation: type | None, access: Any = ACCESS) -> strawberry.Schema:
    """Make a schema with staff's limits, scalars and locks; raises `AccessIncomplete`."""
    schema = OurSchema(
        query,
        mutation,
        config=StrawberryConfig(disable_field_suggestions=True, scalar_map=SCALARS),
        extensions=bounded_extensions(STAFF, StaffRules),
    )
    guard_root_fields(schema._schema, access)
    return schema


staff_schema = make_staff_schema(
    merge_types("Query", tuple(subject.Query for subject in SUBJECTS)),
    merge_types("Mutation", tuple(subject.Mutation for subject in SUBJECTS if hasattr(subject, "Mutation"))),
)


def printed_schema() -> str:
    """Return the SDL, as committed in `schema.graphql`."""
    return staff_schema.as_str() + "\n"
