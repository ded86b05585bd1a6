"""The tree of expected errors.

DomainError            something that people should be told
├── Unavailable        an outside system did not answer properly: the same call may work later
└── Refused            an outside system said no: the same call will fail again
"""

from __future__ import annotations

from typing import ClassVar

from backend.shared.text import Text


class DomainError(Exception):
    """An expected error: a dotted `code` for machines, a sentence for people, fields for both.

    Subclasses live beside the function that raises them and set `code` and a default `message`, whose `{named}`
    places are filled from the fields. `field` names the input that is wrong, where there is one.
    """

    code: ClassVar[str] = "domain.error"
    message: Text = Text(es="No fue posible completar la operación.", en="The operation could not be completed.")

    def __init__(self, message: Text | None = None, *, field: str | None = None, **fields: object) -> None:
        self.message = message if message is not None else type(self).message.format(**fields)
        self.field = field
        self.fields: dict[str, object] = fields
        super().__init__(f"{self.code}: {self.message.es}")


class Unavailable(DomainError):
    """An outside system could not be reached or did not make sense: try again later."""

    code: ClassVar[str] = "shared.unavailable"
    message: Text = Text(
        es="Un servicio externo no está disponible. Intente nuevamente en unos minutos.",
        en="An outside service is not available. Try again in a few minutes.",
    )


class Refused(DomainError):
    """An outside system understood and said no: trying again does not help."""

    code: ClassVar[str] = "shared.refused"
    message: Text = Text(es="Un servicio externo rechazó la solicitud.", en="An outside service refused the request.")
