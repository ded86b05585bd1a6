"""Ids of nodes: a type and a row, opaque to the client. Who may read what is behind one is decided at its door."""

import base64
import binascii
import re

import strawberry

from backend.shared.errors import DomainError
from backend.shared.text import Text

_FORM = re.compile(r"([A-Za-z]{1,40}):(\d{1,18})")


class NodeIdInvalid(DomainError):
    """The id is not one that we gave, or is of something else."""

    code = "schema.node_id"
    message = Text(es="El identificador no es válido.", en="The id is not valid.")


@strawberry.interface(description="Something with an id of its own.")
class Node:
    """What Relay's clients cache by."""

    id: strawberry.ID = strawberry.field(description="Unique in this municipality.")


def node_id(kind: str, row_id: int) -> strawberry.ID:
    """Return the id of a row of a type."""
    return strawberry.ID(base64.urlsafe_b64encode(f"{kind}:{row_id}".encode()).decode().rstrip("="))


def row_id(kind: str, node: str, *, field: str = "id") -> int:
    """Return the row behind an id of this type. Raises `NodeIdInvalid`."""
    try:
        text = base64.b64decode(node + "=" * (-len(node) % 4), altchars=b"-_", validate=True).decode("ascii")
    except (ValueError, binascii.Error) as error:
        raise NodeIdInvalid(field=field) from error
    found = _FORM.fullmatch(text)
    if found is None or found[1] != kind:
        raise NodeIdInvalid(field=field)
    return int(found[2])
