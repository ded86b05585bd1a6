"""What is asked about a vehicle before its permit is sold.

Here because services word the question, registers answer it, and neither may import the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from backend.shared.plate import Plate


@dataclass(frozen=True)
class CheckQuestion:
    """One vehicle, the day of the question, and the day to which its insurance must run."""

    plate: Plate
    must_cover_until: date
    today: date
    model_year: int
