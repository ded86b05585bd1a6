"""What the authority remembers: its address, the certificates that it issued and those that it revoked."""

import json
import os
import tempfile
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path


@dataclass(frozen=True)
class Register:
    """Serial numbers are kept as text: JSON has no integers of 20 bytes."""

    base_url: str
    issued: frozenset[int] = frozenset()
    revoked: dict[int, datetime] = field(default_factory=dict)

    def with_issued(self, serial: int) -> "Register":
        return replace(self, issued=self.issued | {serial})

    def with_revoked(self, serial: int, at: datetime) -> "Register":
        return replace(self, revoked={**self.revoked, serial: self.revoked.get(serial, at)})


def read_register(directory: Path) -> Register | None:
    """Give the register of the directory, or nothing where there is no authority yet."""
    try:
        values = json.loads((directory / "register.json").read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    return Register(
        base_url=values["base_url"],
        issued=frozenset(map(int, values["issued"])),
        revoked={int(serial): datetime.fromisoformat(at) for serial, at in values["revoked"].items()},
    )


def write_register(directory: Path, register: Register) -> None:
    values = {
        "base_url": register.base_url,
        "issued": [str(serial) for serial in sorted(register.issued)],
        "revoked": {str(serial): at.isoformat() for serial, at in sorted(register.revoked.items())},
    }
    write_private(directory / "register.json", json.dumps(values, indent=1).encode())


def write_private(path: Path, content: bytes) -> None:
    """Write a file that only its owner reads, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
