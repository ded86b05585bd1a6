"""What rules say when a rate or date that they need is not known."""

from __future__ import annotations

from backend.shared.errors import DomainError
from backend.shared.text import Text


class RateNotAvailable(DomainError):
    """A rate, date or share has not been loaded: the amount is not available yet, never a guess."""

    code = "reference.not_available"
    message = Text(
        es="Este valor aún no está disponible. Intente más adelante o consulte en la municipalidad.",
        en="This amount is not available yet. Try later or ask the municipality.",
    )
