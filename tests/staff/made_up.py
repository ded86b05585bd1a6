"""A document for any root field of the schema, with made-up arguments: so that tests can walk all of them."""

import json
from typing import Any
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLScalarType,
    is_composite_type,
)

from backend.schema.staff.guarding import root_fields
from backend.schema.staff.schema import staff_schema
from tests.staff.people import Json, Person

SCHEMA = staff_schema._schema
FIELDS = root_fields(SCHEMA)
_SCALARS = {"Int": "1", "Float": "1", "Boolean": "false", "CLP": "1", "Date": '"2025-03-20"', "JSON": "{}"}
_FILE = "$file"


def ask_for(person: Person, name: str) -> Json:
    """Have somebody ask for a root field, and return the whole answer."""
    person.move()
    document = _document(name)
    if _FILE not in document:
        return person.ask(document)
    form = {
        "operations": json.dumps({"query": document, "variables": {"file": None}}),
        "map": '{"f": ["variables.file"]}',
        "f": SimpleUploadedFile("nomina.csv", b"x"),
    }
    answer = person.client.post("/graphql/staff", form, headers={"X-CSRFToken": person.token})
    body: Json = answer.json()
    return body


def _document(name: str) -> str:
    field = FIELDS[name]
    mutations = SCHEMA.mutation_type.fields if SCHEMA.mutation_type else {}
    required = [(argument, each.type) for argument, each in field.args.items() if isinstance(each.type, GraphQLNonNull)]
    arguments = ", ".join(f"{argument}: {_value(kind)}" for argument, kind in required)
    operation = "mutation" if name in mutations else "query"
    variable = "($file: Upload!)" if _FILE in arguments else ""
    inner = field.type.of_type if isinstance(field.type, GraphQLNonNull) else field.type
    selection = "{ __typename }" if is_composite_type(_unwrapped(inner)) else ""
    return f"{operation} {variable} {{ {name}{f'({arguments})' if arguments else ''} {selection} }}"


def _unwrapped(kind: Any) -> Any:
    return _unwrapped(kind.of_type) if isinstance(kind, GraphQLList | GraphQLNonNull) else kind


def _value(kind: Any) -> str:
    match kind:
        case GraphQLNonNull():
            return _value(kind.of_type)
        case GraphQLList():
            return f"[{_value(kind.of_type)}]"
        case GraphQLEnumType():
            return str(next(iter(kind.values)))
        case GraphQLInputObjectType():
            required = {name: each for name, each in kind.fields.items() if isinstance(each.type, GraphQLNonNull)}
            made_up = {name: _value(each.type) for name, each in required.items()}
            if "idempotencyKey" in made_up:
                made_up["idempotencyKey"] = f'"{uuid4().hex}"'
            return "{" + ", ".join(f"{name}: {text}" for name, text in made_up.items()) + "}"
        case GraphQLScalarType(name="Upload"):
            return _FILE
        case _:
            return _SCALARS.get(kind.name, '"x"')
