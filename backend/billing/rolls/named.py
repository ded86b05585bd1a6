"""A file that is handed out."""

from dataclasses import dataclass


@dataclass(frozen=True)
class NamedFile:
    """Its content and the name that it is saved under."""

    filename: str
    data: bytes
