"""Uploading: the file is kept, a worker reads it through the outbox, and everybody can see how far it is."""

from datetime import timedelta

import pytest

from backend.audit.models import AuditEntry
from backend.billing.models import RollBatch, StagedRow
from backend.billing.rolls.preview import RollNotReady, preview_roll
from backend.billing.rolls.queries import RollNotFound, get_batch, get_batches, get_issues, original_file
from backend.billing.rolls.reading import RollBeingRead, read_roll
from backend.billing.rolls.refusals import RollFileUnreadable
from backend.billing.rolls.uploading import RollNotWaiting, RollYearWrong, discard_roll, upload_roll
from backend.outbox.models import Event
from backend.services import UnknownService
from backend.shared import clock
from tests.operations.debts import as_csv, in_town
from tests.operations.orders import at_once, kinds
from tests.rolls.batches import CLERK, PERMIT, applied, apply, fresh, new_year, row, undo, upload, work_off


def test_an_uploaded_roll_is_read_by_a_worker_and_waits_for_a_person() -> None:
    year = new_year()
    data = as_csv([row(year), row(year)])

    batch = upload(data, year=year)
    before = fresh(batch)
    done = work_off(batch)
    after = fresh(batch)

    assert (before.state, before.rows_read, before.uploaded_by) == ("UPLOADED", 0, CLERK.name)
    assert done == [("read_roll", "DONE")]
    assert (after.state, after.rows_read, after.rows_total, after.row_count) == ("READY", 2, 2, 2)
    assert after.reading_cost["peak_addressed_kb"] <= 400 * 1024
    with in_town("nunoa"):
        assert original_file(batch).data == data
        assert AuditEntry.objects.filter(act="roll.uploaded", object_key=str(batch)).count() == 1


def test_reading_twice_reads_once() -> None:
    year = new_year()
    batch = upload([row(year)], year=year)

    for _ in range(2):
        with in_town("nunoa"):
            read_roll(batch_id=batch)

    assert (fresh(batch).state, fresh(batch).attempts) == ("READY", 1)
    with in_town("nunoa"):
        assert StagedRow.objects.filter(batch_id=batch).count() == 1


def test_progress_is_told_while_the_file_is_read() -> None:
    year = new_year()
    batch = upload([row(year) for _ in range(3)], year=year)
    told: list[tuple[int, int | None]] = []

    def seen_by_others(rows: int, total: int | None) -> None:
        told.append((rows, total))

    with in_town("nunoa"):
        read_roll(batch_id=batch, progress=seen_by_others)

    assert told == [(0, 3)]  # a piece is 500 rows


def test_the_same_file_again_is_the_batch_that_waits_or_is_in_force() -> None:
    year = new_year()
    data = as_csv([row(year)])

    first, waiting = upload(data, year=year), upload(data, year=year)
    work_off(first)
    ready = upload(data, year=year)
    apply(first)
    in_force = upload(data, year=year)
    undo(first)
    anew = upload(data, year=year)

    assert (waiting, ready, in_force) == (first, first, first)
    assert anew != first


def test_the_same_file_is_another_roll_when_another_was_applied_since() -> None:
    year = new_year()
    old, new = [row(year)], [row(year)]
    first = applied(old, year=year)
    applied(new, year=year)

    assert upload(old, year=year) != first


def test_a_complete_roll_is_not_the_same_as_a_part() -> None:
    year = new_year()
    rows = [row(year)]

    assert upload(rows, year=year) != upload(rows, year=year, is_complete=True)


def test_the_same_file_at_the_same_moment_is_one_batch() -> None:
    year = new_year()
    data = as_csv([row(year)])

    batches = at_once(*[lambda: upload(data, year=year)] * 3)

    assert len(set(batches)) == 1
    with in_town("nunoa"):
        assert Event.objects.filter(name="RollUploaded", payload={"batch_id": batches[0]}).count() == 1


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"service": "parking"}, UnknownService),
        ({"year": 1925}, RollYearWrong),
        ({"year": 9999}, RollYearWrong),
        ({"filename": "nomina.pdf"}, RollFileUnreadable),
        ({"filename": ""}, RollFileUnreadable),
        ({"data": b""}, RollFileUnreadable),
    ],
)
def test_what_cannot_be_a_roll_is_refused_at_the_door(changes: dict[str, object], error: type[Exception]) -> None:
    given = {"service": PERMIT, "year": 2025, "filename": "nomina.csv", "data": b"x", **changes}
    with in_town("nunoa"):
        before = RollBatch.objects.count()

        with pytest.raises(error):
            upload_roll(**given, is_complete=False, actor=CLERK)  # type: ignore[arg-type]  # one of them is wrong

        assert RollBatch.objects.count() == before


def test_the_name_of_a_file_is_only_a_name() -> None:
    year = new_year()

    batch = upload([row(year)], year=year, filename="C:\\nominas\\..\\mía\x00\n2025.csv")

    assert fresh(batch).filename == "mía2025.csv"


def test_a_batch_that_somebody_reads_is_left_to_him_and_taken_over_when_he_is_gone() -> None:
    year = new_year()
    batch = upload([row(year)], year=year)
    with in_town("nunoa"):
        RollBatch.objects.filter(id=batch).update(
            state="READING", attempts=1, reading_until=clock.now() + timedelta(seconds=60)
        )
        with pytest.raises(RollBeingRead):
            read_roll(batch_id=batch)
        RollBatch.objects.filter(id=batch).update(reading_until=clock.now() - timedelta(seconds=1))

        assert read_roll(batch_id=batch).state == "READY"
        assert get_batch(batch).attempts == 2


def test_a_file_that_no_reader_survives_is_given_up() -> None:
    year = new_year()
    batch = upload([row(year)], year=year)
    with in_town("nunoa"):
        RollBatch.objects.filter(id=batch).update(state="READING", attempts=3, reading_until=clock.now())

        given_up = read_roll(batch_id=batch)

    assert given_up.state == "REJECTED"
    assert "no pudo terminar" in given_up.refusal_es


def test_a_discarded_batch_is_forgotten_and_cannot_be_applied() -> None:
    year = new_year()
    rows = [row(year)]
    batch = upload(rows, year=year)
    work_off(batch)

    with in_town("nunoa"):
        for _ in range(2):
            assert discard_roll(batch_id=batch, actor=CLERK).state == "DISCARDED"
        with pytest.raises(RollNotReady):
            preview_roll(batch_id=batch)
        assert not StagedRow.objects.filter(batch_id=batch).exists()
    with pytest.raises(RollNotReady):
        apply(batch)
    assert upload(rows, year=year) != batch


def test_a_batch_that_is_discarded_while_it_is_read_stays_so() -> None:
    year = new_year()
    batch = upload([row(year)], year=year)

    def discard(rows: int, total: int | None) -> None:
        discard_roll(batch_id=batch, actor=CLERK)

    with in_town("nunoa"):
        read_roll(batch_id=batch, progress=discard)

        assert get_batch(batch).state == "DISCARDED"
        assert not StagedRow.objects.filter(batch_id=batch).exists()


def test_an_applied_batch_cannot_be_discarded() -> None:
    year = new_year()
    batch = applied([row(year)], year=year)

    with in_town("nunoa"), pytest.raises(RollNotWaiting):
        discard_roll(batch_id=batch, actor=CLERK)


def test_a_batch_of_one_municipality_is_unknown_in_another() -> None:
    year = new_year()
    batch = upload([row(year)], year=year)
    work_off(batch)

    with in_town("valdivia"):
        for ask in (get_batch, original_file):
            with pytest.raises(RollNotFound):
                ask(batch + 1_000_000)
        with pytest.raises(RollNotFound):
            get_issues(batch_id=batch + 1_000_000, first=10)
        assert batch not in [each.id for each in get_batches(first=100, year=year).rows]


def test_batches_are_listed_newest_first_and_in_pages() -> None:
    year = new_year()
    batches = [upload([row(year)], year=year) for _ in range(3)]

    with in_town("nunoa"):
        page = get_batches(first=2, year=year)
        rest = get_batches(first=2, year=year, after=page.cursors[-1])
        others = get_batches(first=2, year=year, service="waste_fee")

    assert [each.id for each in (*page.rows, *rest.rows)] == batches[::-1]
    assert (page.has_next, rest.has_next, others.rows) == (True, False, ())


def test_two_workers_at_the_same_moment_read_it_once() -> None:
    year = new_year()
    batch = upload([row(year)], year=year)

    def read() -> str:
        with in_town("nunoa"):
            return str(read_roll(batch_id=batch).state)

    results = at_once(read, read)

    assert fresh(batch).attempts == 1
    assert kinds(results) in (["RollBeingRead", "str"], ["str", "str"])
