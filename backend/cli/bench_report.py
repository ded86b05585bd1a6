"""What a bench says: a table for people, one object for machines."""

import json
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

Row = tuple[str, str]


@dataclass(frozen=True)
class Report:
    """A figure that is good when it is not above its goal, the rows that explain it, and the values behind them."""

    name: str
    figure: float
    unit: str
    goal: float
    rows: Sequence[Row]
    details: Mapping[str, Any]

    @property
    def ok(self) -> bool:
        return self.figure <= self.goal

    def as_json(self) -> dict[str, Any]:
        """Give what `--json` writes."""
        return {
            "name": self.name,
            "figure": round(self.figure, 3),
            "unit": self.unit,
            "goal": self.goal,
            "ok": self.ok,
            "details": {**self.details, "machine": machine()},
        }

    def tell(self, json_file: Path | None) -> None:
        """Print the table, and write the object where a file is named."""
        table = Table("", self.name, title=f"./sem bench {self.name}", title_justify="left")
        for label, value in self.rows:
            table.add_row(label, value)
        table.add_section()
        table.add_row(f"[bold]{self.unit}[/]", f"[bold]{self.figure:.2f}[/]")
        table.add_row("goal", f"≤ {self.goal:g}  {'[green]met[/]' if self.ok else '[yellow]not met[/]'}")
        Console(highlight=False).print(table)
        if json_file:
            json_file.write_text(json.dumps(self.as_json(), indent=1, ensure_ascii=False) + "\n")


def machine() -> dict[str, Any]:
    """Tell what the figures were taken on, and how busy it was: absolute ones hold for it alone."""
    return {
        "cpus": os.cpu_count(),
        "load": [round(each, 2) for each in os.getloadavg()],
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
    }
