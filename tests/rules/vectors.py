"""Published amounts and computed ones, each with its source."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def vectors(kind: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads((Path(__file__).parent / "vectors.json").read_text(encoding="utf-8"))
    return [row for row in rows if row["kind"] == kind]
