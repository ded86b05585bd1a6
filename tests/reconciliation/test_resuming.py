"""A process that is killed while it reads a file; two that read the same one."""

import pytest

from backend.billing.models import HomelessMoney
from backend.billing.reconciliation import reading
from backend.billing.reconciliation_models import CollectionFile
from tests.operations.debts import in_town
from tests.operations.deliveries import run_deliveries
from tests.operations.orders import at_once
from tests.operations.platform import run_python
from tests.reconciliation.collected import TOWN, collection, figures, kinds, new_day, unknown_line, upload, verdicts


@pytest.mark.parametrize(
    ("place", "times"), [("_take", 1), ("_take", 3), ("judge_lines", 0), ("_judge", 3), ("_finish", 0)]
)
def test_a_file_whose_reader_was_killed_is_read_on(place: str, times: int) -> None:
    day = new_day()
    lines = [unknown_line(day, 100 + number) for number in range(5)]
    file = upload(collection(day, [*lines, "X"]))

    killed = run_python("-m", "tests.controls.crash_while_reading", TOWN, str(file.id), place, str(times))
    with in_town(TOWN):
        stood = CollectionFile.objects.get(id=file.id)

    assert killed.returncode == 9, killed.stderr
    assert stood.read_at is None
    run_deliveries(TOWN, file_id=file.id)
    assert verdicts(file) == ["FOUND"] * 5
    with in_town(TOWN):
        operations = [line.operation for line in lines]
        kept = HomelessMoney.objects.filter(reading__operation_id__in=operations).order_by("amount")
        assert list(kept.values_list("amount", flat=True)) == [100, 101, 102, 103, 104]
        assert CollectionFile.objects.get(id=file.id).read_at is not None
    assert (kinds(day), figures(day).filed.amount.pesos) == (["DIRTY_ROW"], 510)


def test_two_workers_that_read_one_file_read_it_once() -> None:
    day = new_day()
    lines = [unknown_line(day, 100 + number) for number in range(6)]
    file = upload(collection(day, [*lines, "X", lines[0]], count=7, total=715))

    def read() -> object:
        with in_town(TOWN):
            return reading.read_collection(file_id=file.id)

    done: list[object | Exception] = at_once(read, read, read)

    assert [each for each in done if isinstance(each, Exception)] == []
    assert verdicts(file) == ["FOUND"] * 6
    assert sorted(kinds(day)) == ["DIRTY_ROW", "REPEATED"]
    assert figures(day).homeless.pesos == 615
