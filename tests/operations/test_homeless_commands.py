"""./sem homeless and its table: the same decisions from the command line; texts of a spreadsheet stay texts."""

import csv
import io
import json
import subprocess
from pathlib import Path

import pytest
from openpyxl import load_workbook

from backend.billing.homeless_export import COLUMNS, homeless_file
from backend.billing.homeless_queries import Wanted, count_homeless
from backend.billing.rolls.kinds import Kind
from backend.shared import clock
from tests.operations.debts import ANNUAL, FIRST, car, in_town
from tests.operations.homeless import Kept, paid_twice, paid_twice_with_another_debt, refund
from tests.operations.platform import run_python


def sem(*arguments: str) -> subprocess.CompletedProcess[str]:
    return run_python("-m", "backend.cli", "homeless", *arguments, "--municipality=nunoa")


def table(kept: Kept, wanted: Wanted) -> list[list[str]]:
    with in_town(kept.town):
        data = homeless_file(Kind.CSV, wanted, today=clock.today()).data
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))


def test_a_clerk_lists_looks_applies_and_gives_back(tmp_path: Path) -> None:
    kept, other = paid_twice_with_another_debt("nunoa")
    number, file = str(kept.homeless_id), tmp_path / "list.json"

    listed = sem("list", f"--json={file}")
    shown = sem("show", number)
    wrong = sem("apply", number, "--open=1", f"--debt={other.obligation_id}", "--option=first")
    applied = sem("apply", number, f"--open={ANNUAL}", f"--debt={other.obligation_id}", "--option=first")
    claimed = sem("claim", number, f"--open={ANNUAL - FIRST}", "--note=Oficio 3")
    given_back = sem("refund", number, f"--open={ANNUAL - FIRST}", f"--amount={ANNUAL - FIRST}", "--reason=Pago doble")

    assert listed.returncode == 0, listed.stderr
    (row,) = [row for row in json.loads(file.read_text()) if row["id"] == kept.homeless_id]
    assert (row["state"], row["open_amount"], row["proposed_action"]) == ("OPEN", ANNUAL, "apply")
    assert (shown.returncode, str(other.obligation_id) in shown.stderr) == (0, True)
    assert (wrong.returncode, "$59.543" in wrong.stderr, "Traceback" in wrong.stderr) == (1, True, False)
    assert [each.returncode for each in (applied, claimed, given_back)] == [0, 0, 0], given_back.stderr
    assert (kept.row.state, kept.decisions) == (
        "CLOSED",
        [("APPLY", FIRST), ("CLAIM", 0), ("REFUND", ANNUAL - FIRST)],
    )


def test_registers_are_asked_from_the_command_line() -> None:
    kept, other = paid_twice_with_another_debt("nunoa")

    done = sem("check", str(kept.homeless_id), f"--debt={other.obligation_id}")

    assert done.returncode == 0, done.stderr
    assert "insurance: OK" in done.stderr


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_table_is_written_to_a_file(kind: str, tmp_path: Path) -> None:
    kept = paid_twice(car("nunoa"))
    file = tmp_path / f"tabla.{kind}"

    done = sem("export", str(file), "--undecided")

    assert done.returncode == 0, done.stderr
    if kind == "xlsx":
        rows = [list(row) for row in load_workbook(file).active.iter_rows(values_only=True)]
    else:
        rows = list(csv.reader(io.StringIO(file.read_text(encoding="utf-8-sig")), delimiter=";"))
    assert rows[0] == list(COLUMNS)
    assert str(kept.homeless_id) in {str(row[0]) for row in rows[1:]}


def test_another_ending_is_refused(tmp_path: Path) -> None:
    done = sem("export", str(tmp_path / "tabla.pdf"))

    assert (done.returncode, list(tmp_path.iterdir())) == (1, [])


def test_a_row_tells_what_came_what_is_open_and_who_decided_what() -> None:
    kept = paid_twice(car("valdivia"))
    refund(kept, 20_000, reason='=HYPERLINK("http://estafa.example")')

    row = dict(zip(COLUMNS, _row_of(kept, table(kept, Wanted())), strict=True))

    assert (row["Estado"], row["Monto recibido"], row["Monto por resolver"]) == ("Por resolver", "59543", "39543")
    assert (row["RUT de quien pagó"], row["Operación"]) == (kept.car.rut, kept.sent.operation_id)
    assert row["Antigüedad (días)"] == "0"
    assert 'Se pidió devolver $20.000, Funcionaria de prueba 2: =HYPERLINK("http' in row["Decisiones"]
    assert row["Acción propuesta"] == "Devolver"


def test_what_a_spreadsheet_would_run_is_a_text() -> None:
    from backend.billing.models import HomelessMoney

    kept = paid_twice(car("nunoa"))
    with in_town("nunoa"):
        HomelessMoney.objects.filter(id=kept.homeless_id).update(owner="=1+1")
        xlsx = homeless_file(Kind.XLSX, Wanted(payer_rut=kept.car.rut), today=clock.today()).data

    row = _row_of(kept, table(kept, Wanted(payer_rut=kept.car.rut)))

    assert row[COLUMNS.index("Responsable")] == "'=1+1"
    cell = load_workbook(io.BytesIO(xlsx)).active.cell(row=2, column=COLUMNS.index("Responsable") + 1)
    assert (cell.value, cell.data_type) == ("=1+1", "s")


def test_progress_is_told_until_the_end() -> None:
    paid_twice(car("valdivia"))
    told: list[tuple[int, int]] = []

    with in_town("valdivia"):
        homeless_file(Kind.CSV, Wanted(), today=clock.today(), progress=lambda rows, total: told.append((rows, total)))
        total = count_homeless(Wanted())

    assert told[-1] == (total, total)


def _row_of(kept: Kept, rows: list[list[str]]) -> list[str]:
    return next(row for row in rows[1:] if row[0] == str(kept.homeless_id))
