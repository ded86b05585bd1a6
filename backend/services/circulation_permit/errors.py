"""Why a permit has no amount here."""

from __future__ import annotations

from typing import ClassVar

from backend.shared.errors import DomainError


class NotQuotable(DomainError):
    """Raised by `assessment.assess`: the permit is not computed; the message says why and what to do."""

    code: ClassVar[str] = "circulation_permit.not_quotable"
