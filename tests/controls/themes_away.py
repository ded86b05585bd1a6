"""Guards of the look, to be taken away one by one."""

import time
from typing import Any

from tests.controls.control import Control


def _readable_whatever_it_is(theme: Any) -> Any:
    from theming.gate import ContrastVerdict

    return ContrastVerdict()


def _as_it_was_at_first() -> None:
    """No lock, and what is in force is read as of this moment: what another has not committed is not seen."""
    from django.db import connection

    from backend.profile.models import ThemeVersion

    with connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
    ThemeVersion.objects.exists()
    time.sleep(0.3)


def _as_it_came(data: bytes) -> bytes:
    return data


THEMES = (
    Control(
        "a look under 4.5 is not saved",
        "backend.profile.themes.judge_contrast",
        _readable_whatever_it_is,
        "staff/test_themes.py::test_a_look_that_cannot_be_read_is_not_saved_and_what_would_do_is_told",
        "not enough values to unpack",
    ),
    Control(
        "two looks saved at the same moment are two versions",
        "backend.profile.themes._lock_themes",
        _as_it_was_at_first,
        "staff/test_themes.py::test_two_looks_saved_at_the_same_moment_are_two_versions",
        "duplicate key",
    ),
    Control(
        "a logo is drawn anew",
        "backend.profile.themes.rasterise_logo",
        _as_it_came,
        "staff/test_theme_logos.py::test_what_a_picture_says_about_itself_is_not_kept",
        "Calle de prueba 17",
    ),
)
