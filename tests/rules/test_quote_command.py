"""The figures that a treasurer checks by hand: `./sem quote`, `rut`, `plate`, without a server or Django."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from backend.cli.paths import ROOT
from backend.services import services
from tests.rules.vectors import vectors

PERMIT = ("quote", "circulation-permit")


def sem(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command as on a machine where nothing of the platform is set up."""
    return subprocess.run(
        [sys.executable, "-P", "-m", "backend.cli", *arguments],
        cwd="/",
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "COLUMNS": "200", "DATABASE_URL": "nowhere"},
        capture_output=True,
        text=True,
        check=False,
    )


def quoted(*arguments: str) -> dict[str, Any]:
    done = sem(*PERMIT, *arguments, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    answer: dict[str, Any] = json.loads(done.stdout)
    assert set(answer) == {"total_clp", "lines"}
    assert sum(line["amount_clp"] for line in answer["lines"]) == answer["total_clp"]
    return answer


def test_a_light_vehicle_is_quoted_as_paid_on_the_due_date() -> None:
    answer = quoted("--valuation", "8000000", "--year", "2026")

    assert answer["total_clp"] == 118_149
    assert answer["lines"][0] == {
        "code": "slice_1",
        "what": "Tasación hasta 60 UTM ($4.185.060)",
        "base_clp": 4_185_060,
        "rate": "1 %",
        "law": "DL 3.063 art. 12 a)",
        "amount_clp": 41_851,
    }


@pytest.mark.parametrize(
    ("arguments", "total"),
    [
        (("--valuation", "56600000", "--electric"), 530_549),
        (("--class", "truck", "--load", "7000"), 134_858),
        (("--class", "taxi", "--parameter", 'utm_month={"march": 1, "may": 2, "september": 1}'), 67_294),
        (("--valuation", "9876543", "--paid-on", "2025-06-20"), 180_079),
        (("--valuation", "9876543", "--paid-on", "2025-06-20", "--due-on", "2025-06-30"), 174_924),
        (("--valuation", "9876543", "--instalment", "second"), 87_899),
        (("--valuation", "9876543", "--instalment", "second", "--paid-on", "2025-09-20"), 89_084),
        (("--valuation", "9876543", "--commune", "12101"), 58_308),
        (("--valuation", "9876543", "--franchise", "extreme_zone"), 58_308),
        (("--invoice-net", "10000000", "--invoice-on", "2025-04-05"), 133_971),
        (("--invoice-net", "10000000", "--invoice-on", "2024-10-05"), 217_778),
    ],
)
def test_what_is_typed_decides(arguments: tuple[str, ...], total: int) -> None:
    assert quoted("--year", "2025", *arguments)["total_clp"] == total


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--class", "spaceship", "--year", "2025"), "No existe la clase"),
        (("--class", "truck", "--year", "2025"), "Falta la capacidad de carga"),
        (("--valuation", "1000000", "--year", "2027"), "UTM 2027-01"),
        (("--valuation", "1000000", "--year", "2024", "--paid-on", "2025-05-02"), "falta interés penal 2024-S1"),
        (("--valuation", "1000000", "--year", "2025", "--instalment", "third"), "No hay una forma de pago 'third'"),
        (
            ("--valuation", "1000000", "--year", "2025", "--instalment", "second", "--paid-on", "2025-04-02"),
            "Se paga del",
        ),
        (("--valuation", "1000000", "--year", "2025", "--paid-on", "mañana"), "no es una fecha"),
        (("--valuation", "1000000", "--year", "2025", "--parameter", "no_such=1"), "no existe ese parámetro"),
        (("--exempt", "--year", "2025"), "exento"),
    ],
)
def test_what_cannot_be_computed_is_a_sentence_and_no_amount(arguments: tuple[str, ...], said: str) -> None:
    done = sem(*PERMIT, *arguments, "--json")

    assert (done.returncode, done.stdout) == (1, "")
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_the_table_for_people_ends_with_the_total() -> None:
    done = sem(*PERMIT, "--valuation", "8000000", "--year", "2026")

    assert done.stdout.splitlines()[-1] == "Permiso de circulación, pago total (vence el 31-03-2026): $118.149"


def test_every_service_that_can_be_quoted_has_a_command_with_its_own_options() -> None:
    overview = sem("quote", "--help").stdout

    for code, service in services().items():
        fields = getattr(service, "QUOTE_FIELDS", ())
        name = code.replace("_", "-")
        assert (name in overview) is bool(fields)
        if fields:
            told = sem("quote", name, "--help").stdout
            assert [field.name for field in fields if f"--{field.name.replace('_', '-')}" not in told] == []


@pytest.mark.parametrize("vector", vectors("rut_dv"), ids=lambda vector: vector["input"])
def test_the_check_digit_of_a_rut_and_nothing_else(vector: dict[str, Any]) -> None:
    done = sem("rut", vector["input"])

    assert (done.returncode, done.stdout) == (0, f"{vector['expected']}\n")


@pytest.mark.parametrize("vector", vectors("ppu_dv"), ids=lambda vector: vector["input"])
def test_the_check_digit_of_a_plate_and_nothing_else(vector: dict[str, Any]) -> None:
    done = sem("plate", vector["input"])

    assert (done.returncode, done.stdout) == (0, f"{vector['expected']}\n")


def test_json_tells_more() -> None:
    assert json.loads(sem("rut", "12.678.579", "--json").stdout) == {
        "number": 12_678_579,
        "check_digit": "8",
        "rut": "12678579-8",
        "dotted": "12.678.579-8",
    }
    assert json.loads(sem("plate", "bb-bb-10", "--json").stdout) == {
        "plate": "BBBB10",
        "check_digit": "8",
        "written": "BBBB10-8",
    }


@pytest.mark.parametrize(
    "arguments",
    [
        ("rut", "12678579-9"),
        ("rut", "abc"),
        ("rut", "123456789"),
        ("rut", "0"),
        ("plate", "AEIO10"),
        ("plate", "BBBB10-9"),
    ],
)
def test_what_is_none_is_refused(arguments: tuple[str, str]) -> None:
    done = sem(*arguments)

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"sem: {arguments[1]}")


def test_the_command_needs_no_django() -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys, backend.cli.quote, backend.cli.rut, backend.cli.plate; sys.exit('django' in sys.modules)",
        ],
        cwd=ROOT,
        check=False,
    )

    assert done.returncode == 0
