"""The lock on every root field: no resolver runs before the table of access was asked."""

from collections.abc import Callable, Mapping
from typing import Any

from graphql import GraphQLError, GraphQLResolveInfo, GraphQLSchema

from backend.schema.staff.access import Access
from backend.schema.staff.context import StaffContext
from backend.shared.errors import DomainError

Resolve = Callable[..., Any]


class AccessIncomplete(RuntimeError):
    """A root field has no line in the table of access, or a line has no field."""


def guard_root_fields(schema: GraphQLSchema, access: Mapping[str, Access]) -> None:
    """Put each query and mutation behind its line of the table. Raises `AccessIncomplete`."""
    fields = root_fields(schema)
    if fields.keys() != access.keys():
        raise AccessIncomplete(f"without a counterpart: {sorted(fields.keys() ^ access.keys())}")
    for name, field in fields.items():
        field.resolve = _guarded(name, access[name], field.resolve)


def root_fields(schema: GraphQLSchema) -> dict[str, Any]:
    """Return queries and mutations by name."""
    types = [schema.query_type, schema.mutation_type]
    return {name: field for each in types if each is not None for name, field in each.fields.items()}


def _guarded(name: str, access: Access, resolve: Resolve | None) -> Resolve:
    if resolve is None:
        raise AccessIncomplete(f"{name} has no resolver to guard")

    def resolver(source: object, info: GraphQLResolveInfo[StaffContext], **arguments: object) -> object:
        context = info.context
        try:
            context.require(access, wanted=name)
            return resolve(source, info, **arguments)
        except DomainError as error:
            raise _told(error, context.language) from error

    return resolver


def _told(error: DomainError, language: str) -> GraphQLError:
    extensions = {"code": error.code} | ({"field": error.field} if error.field else {})
    return GraphQLError(error.message.in_language(language), extensions=extensions)
