"""Expected errors become `errors` of a payload; unexpected ones rise, are logged whole and masked for the client."""

from collections.abc import Callable
from typing import Protocol, TypeVar

import strawberry
from graphql import GraphQLError
from strawberry.types import ExecutionContext

from backend.shared.errors import DomainError


@strawberry.type(description="Something that the person can read and act upon.")
class UserError:
    """An expected error."""

    code: str = strawberry.field(description="Dotted and stable, for machines.")
    message: str = strawberry.field(description="A sentence in the language asked for.")
    field: str | None = strawberry.field(description="The input that is wrong, where there is one.")


class Payload(Protocol):
    """What a door returns: results that may be null, and errors."""

    errors: list[UserError]


P = TypeVar("P", bound=Payload)


def as_payload(*, language: str, empty: Callable[[list[UserError]], P], call: Callable[[], P]) -> P:
    """Return what `call` gives, or an empty payload that carries its `DomainError`."""
    try:
        return call()
    except DomainError as error:
        return empty([UserError(code=error.code, message=error.message.in_language(language), field=error.field)])


def is_unexpected(error: GraphQLError) -> bool:
    """Tell whether an error came from our code rather than from the request."""
    return error.original_error is not None and not isinstance(error.original_error, GraphQLError)


class OurSchema(strawberry.Schema):
    """Logs what is our fault; what is wrong with a document is told to who wrote it."""

    def process_errors(self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None) -> None:
        """Log unexpected errors whole."""
        super().process_errors([error for error in errors if is_unexpected(error)], execution_context)
