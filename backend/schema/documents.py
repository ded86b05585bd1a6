"""Documents that the widget may ask for, by the SHA-256 of their text: parsed and validated once, at start.

All of them together are one more document: who uses several carries one hash, and names the operation.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from graphql import DocumentNode, GraphQLSchema, parse, validate
from strawberry.extensions import SchemaExtension


class DocumentInvalid(RuntimeError):
    """A committed document does not fit the schema."""


class AllowedDocuments:
    """Text and parsed form of each allowed document, by id (``sha256:<hex>``)."""

    def __init__(self, folder: Path) -> None:
        files = [file.read_text(encoding="utf-8") for file in sorted(folder.glob("*.graphql"))]
        self.texts = {document_id(text.encode()): text for text in (*files, "".join(files))}
        self.parsed: dict[str, DocumentNode] = {text: parse(text) for text in self.texts.values()}

    def require_valid(self, schema: GraphQLSchema) -> None:
        """Raise `DocumentInvalid` for the first document that the schema does not accept."""
        for text, document in self.parsed.items():
            errors = validate(schema, document)
            if errors:
                raise DocumentInvalid(f"{text.splitlines()[0]}: {errors[0].message}")


def document_id(raw: bytes) -> str:
    """Return the id of a document."""
    return f"sha256:{hashlib.sha256(raw).hexdigest()}"


def allow_list_extension(allowed: AllowedDocuments) -> type[SchemaExtension]:
    """Return the extension that takes parsed documents from the list and skips their validation."""

    class AllowList(SchemaExtension):
        """The text is one of the list: the view saw to it."""

        def on_parse(self) -> Iterator[None]:
            """Take the parsed document."""
            self.execution_context.graphql_document = allowed.parsed[self.execution_context.query or ""]
            yield

        def on_validate(self) -> Iterator[None]:
            """Say that there is nothing to complain of."""
            self.execution_context.pre_execution_errors = []
            yield

    return AllowList
