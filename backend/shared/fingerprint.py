"""The fingerprint of what was asked for: equal for equal arguments, whatever their order and their kind of sequence."""

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum

from backend.shared.json import JSON


def fingerprint_of(value: object) -> str:
    """Return the SHA-256 of the canonical JSON of a value, bytes by their own hash.

    Raises `TypeError` for what has no canonical form: a model, a file, a function.
    """
    text = json.dumps(canonical(value), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def canonical(value: object) -> JSON:
    """Return a value as JSON that tells it from every other one of its place. Raises `TypeError`."""
    match value:
        case Enum():
            return canonical(value.value)
        case None | bool() | int() | float() | str():
            return value
        case bytes():
            return {"sha256": hashlib.sha256(value).hexdigest()}
        case date():  # a datetime is one too
            return value.isoformat()
        case Mapping():
            return {str(name): canonical(each) for name, each in value.items()}
        case AbstractSet():
            return _sorted(value)
        case Sequence():
            return [canonical(each) for each in value]
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: canonical(getattr(value, field.name)) for field in fields(value)}
    raise TypeError(f"{type(value).__name__} has no fingerprint")


def _sorted(values: Collection[object]) -> list[JSON]:
    return sorted((canonical(each) for each in values), key=lambda each: json.dumps(each, sort_keys=True))
