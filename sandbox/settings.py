"""What the environment says about this run of the sandbox."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Settings:
    """`port` and `smtp_port` may be 0: the system then chooses free ones, told by the ready line."""

    port: int = 8100
    smtp_port: int = 2525
    date_shift_days: int = 0
    state: Path | None = None
    pki: Path | None = None
    user: str = "sandbox"
    password: str = "sandbox"


def settings_from(environment: Mapping[str, str] = os.environ) -> Settings:
    """Read `SANDBOX_*`. Raises ValueError for a number that is none."""

    def directory(name: str) -> Path | None:
        return Path(environment[name]) if environment.get(name) else None

    return Settings(
        port=int(environment.get("SANDBOX_PORT", Settings.port)),
        smtp_port=int(environment.get("SANDBOX_SMTP_PORT", Settings.smtp_port)),
        date_shift_days=int(environment.get("SANDBOX_DATE_SHIFT_DAYS", "0")),
        state=directory("SANDBOX_STATE"),
        pki=directory("SANDBOX_PKI"),
        user=environment.get("SANDBOX_USER", Settings.user),
        password=environment.get("SANDBOX_PASSWORD", Settings.password),
    )
