"""Reads the process environment into typed values.

Nothing outside `backend.config` reads `os.environ` for settings.
"""

import os


class SettingMissing(RuntimeError):
    """A variable that this mode cannot do without is not set."""


def text(name: str, default: str | None = None) -> str:
    """Return the variable, or `default`; raise `SettingMissing` where there is neither."""
    value = os.environ.get(name, default)
    if value is None:
        raise SettingMissing(f"set the environment variable {name} (docs/operate/README.md lists all of them)")
    return value


def number(name: str, default: int) -> int:
    """Return the variable as a whole number."""
    value = os.environ.get(name)
    if value is None or value == "":
        return default
    try:
        return int(value)
    except ValueError as error:
        raise SettingMissing(f"{name} must be a whole number, not {value!r}") from error


def words(name: str) -> list[str]:
    """Return a comma-separated variable as a list without empty items."""
    return [word.strip() for word in os.environ.get(name, "").split(",") if word.strip()]
