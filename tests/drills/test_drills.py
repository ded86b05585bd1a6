"""The three quickest drills on the platform of tests/live, each also without its guard; `./sem drill all` runs all.

A control leaves broken books behind: it happens in the town that counts for nothing.
"""

import os
import subprocess
import sys

import pytest

from backend.cli.paths import ROOT
from tests.drills.drill import run_drill
from tests.drills.registry import DRILLS
from tests.live.books import assert_books_agree
from tests.live.platform import Platform

QUICKEST = {
    "tgr-duplicating": "captured",
    "tgr-lying": "captured",
    "mail-dying": "arrived",
}
"""Name → a word of what differs without the guard."""
_PAYMENTS = 6


@pytest.mark.parametrize("name", QUICKEST)
def test_nothing_is_lost(platform: Platform, name: str) -> None:
    result = run_drill(DRILLS[name], platform, platform.towns[:2], payments=_PAYMENTS)

    assert result.table.differences == []
    assert result.ok
    table = result.table
    assert table.payments == _PAYMENTS
    assert table.captured == table.settled + table.homeless
    assert (table.refunded, table.not_yet_heard) == (0, 0)
    assert table.documents == table.message_rows == table.mails - table.repeats
    assert (table.homeless > 0) is (name == "tgr-lying")
    assert (table.repeats > 0) is (name == "mail-dying")
    assert_books_agree(platform)


@pytest.mark.parametrize("name", QUICKEST)
def test_without_its_guard_a_drill_finds_differences(platform: Platform, name: str) -> None:
    result = run_drill(DRILLS[name], platform, [platform.control_town], is_control=True, payments=4)

    assert result.ok
    assert any(QUICKEST[name] in text for text in result.table.differences), result.table.differences


def sem_drill(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "backend.cli", "drill", *arguments],
        cwd=ROOT,
        env={**os.environ, "COLUMNS": "300"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_the_command_lists_the_drills_and_refuses_what_is_none() -> None:
    listed, refused = sem_drill("list"), sem_drill("made-up")

    assert listed.returncode == 0, listed.stderr
    assert [line.split()[0] for line in listed.stdout.splitlines()[1:]] == list(DRILLS)
    assert refused.returncode == 1
    assert "There is no drill 'made-up'" in refused.stderr


def test_every_drill_has_a_guard_and_a_module_that_takes_it_away() -> None:
    for drill in DRILLS.values():
        assert drill.guard, drill.name
        assert drill.control, drill.name
        assert all(module.startswith("tests.controls.") for module in drill.control.values()), drill.name
