"""The lines of a collection file against what we heard."""

from backend.billing.books import read_books
from backend.billing.models import HomelessMoney, LedgerEntry, Notice, NoticeReading
from backend.billing.reconciliation.reading import MOST_NAMED, PIECE
from backend.billing.unrouted.models import UnroutedNotice
from tests.operations.debts import ANNUAL, car, in_town
from tests.operations.gateway import hear, notice_of
from tests.operations.orders import an_instant, state
from tests.reconciliation.collected import (
    TOWN,
    Line,
    collection,
    differences,
    figures,
    kinds,
    load,
    new_day,
    next_day,
    payment,
    unknown_line,
    verdicts,
)


def postings(line: Line) -> list[tuple[str, str, str, int]]:
    """Cause, debit, credit and amount of what the operation posted."""
    with in_town(TOWN):
        rows = LedgerEntry.objects.filter(cause__startswith=f"tgr:{line.operation}").order_by("cause", "line")
        return [(row.cause.removeprefix(f"tgr:{line.operation}"), row.debit, row.credit, row.amount) for row in rows]


def homeless(line: Line) -> list[tuple[int, str, str]]:
    with in_town(TOWN):
        rows = HomelessMoney.objects.filter(reading__operation_id=line.operation)
        return list(rows.values_list("amount", "reason", "payer_rut"))


def test_a_payment_that_we_heard_of_matches_its_line() -> None:
    day = new_day()
    paid = payment(car(TOWN), day)
    hear(TOWN, paid.notice)
    before = postings(paid.line)

    file = load(collection(day, [paid.line]))

    assert verdicts(file) == ["MATCHED"]
    assert differences(day) == []
    assert postings(paid.line) == before
    seen = figures(day)
    assert (seen.filed.count, seen.filed.amount.pesos, seen.settled.pesos) == (1, ANNUAL, ANNUAL)
    assert seen.in_the_books == seen.filed.amount
    with in_town(TOWN):
        assert not Notice.objects.filter(source="FILE", noticereading__operation_id=paid.line.operation).exists()


def test_a_payment_that_nobody_told_us_of_is_found_in_the_file_and_pays_its_order() -> None:
    day = new_day()
    paid = payment(car(TOWN), day)

    file = load(collection(day, [paid.line]))

    assert (verdicts(file), state(paid.car, paid.order)) == (["FOUND"], "PAID")
    assert differences(day) == []
    assert figures(day).found.count == 1
    with in_town(TOWN):
        reading = NoticeReading.objects.select_related("notice").get(operation_id=paid.line.operation)
        assert (reading.notice.source, bytes(reading.notice.raw), reading.outcome) == (
            "FILE",
            str(paid.line).encode(),
            "APPLIED",
        )


def test_a_notice_that_comes_after_the_file_is_a_repeat() -> None:
    day = new_day()
    paid = payment(car(TOWN), day)
    load(collection(day, [paid.line]))
    before = postings(paid.line)

    assert hear(TOWN, paid.notice) == "REPEATED"
    assert postings(paid.line) == before


def test_a_payment_that_was_notified_as_failed_and_is_filed_is_paid() -> None:
    day = new_day()
    paid = payment(car(TOWN), day)
    hear(TOWN, notice_of(paid.car, paid.order, operation=paid.line.operation, status="NOK"))
    assert state(paid.car, paid.order) == "REJECTED"

    assert verdicts(load(collection(day, [paid.line]))) == ["FOUND"]
    assert state(paid.car, paid.order) == "PAID"


def test_money_of_an_unknown_order_has_no_home() -> None:
    day = new_day()
    line = unknown_line(day)

    file = load(collection(day, [line]))

    assert verdicts(file) == ["FOUND"]
    assert homeless(line) == [(10_000, "unknown_order", "44000001-0")]
    assert figures(day).homeless.pesos == 10_000
    assert kinds(day) == []


def test_more_than_was_notified_is_kept_as_contradictory() -> None:
    day = new_day()
    paid = payment(car(TOWN), day)
    hear(TOWN, paid.notice)

    file = load(collection(day, [paid.line.other(amount=ANNUAL + 500)]))

    assert verdicts(file) == ["MORE"]
    assert homeless(paid.line) == [(500, "contradictory", paid.car.rut)]
    assert postings(paid.line)[-1] == (":file", "gateway.tgr.receivable", "homeless", 500)
    seen = figures(day)
    assert (seen.settled.pesos, seen.homeless.pesos, seen.in_the_books) == (ANNUAL, 500, seen.filed.amount)
    (found,) = differences(day)
    assert (found.kind, found.expected, found.found) == ("MORE", ANNUAL, ANNUAL + 500)
    assert found.message.es == (
        f"TGR avisó $59.543 por la operación {paid.line.operation} e informa $60.043: la diferencia quedó sin destino."
    )


def test_less_than_was_notified_is_disputed() -> None:
    day = new_day()
    paid = payment(car(TOWN), day)
    hear(TOWN, paid.notice)

    file = load(collection(day, [paid.line.other(amount=ANNUAL - 500)]))

    assert (verdicts(file), kinds(day)) == (["LESS"], ["LESS"])
    assert postings(paid.line)[-1] == (":file", "gateway.tgr.disputed", "gateway.tgr.receivable", 500)
    seen = figures(day)
    assert (seen.settled.pesos, seen.disputed.pesos, seen.in_the_books) == (ANNUAL, 500, seen.filed.amount)
    assert state(paid.car, paid.order) == "PAID"


def test_an_operation_that_is_filed_for_another_order_is_named() -> None:
    day = new_day()
    paid = payment(car(TOWN), day)
    hear(TOWN, paid.notice)

    file = load(collection(day, [paid.line.other(order="04105-OTRA")]))

    assert (verdicts(file), kinds(day)) == (["MATCHED"], ["OTHER_ORDER"])
    assert figures(day).in_the_books.pesos == ANNUAL


def test_a_line_of_another_municipality_is_named_and_passed_on() -> None:
    day = new_day()
    line = unknown_line(day, code="13120")

    file = load(collection(day, [line]))

    assert (verdicts(file), kinds(day), postings(line)) == (["FOREIGN"], ["FOREIGN"], [])
    seen = figures(day)
    assert (seen.unplaced.amount.pesos, seen.in_the_books) == (10_000, seen.filed.amount)
    from tests.operations.deliveries import run_deliveries

    with in_town(TOWN):
        notice_id = Notice.objects.get(noticereading__operation_id=line.operation).id
    run_deliveries(TOWN, notice_id=notice_id)
    assert UnroutedNotice.objects.filter(from_schema=TOWN, from_notice=notice_id).count() == 1


def test_an_operation_twice_in_a_file_is_counted_once() -> None:
    day = new_day()
    line = unknown_line(day)

    file = load(collection(day, [line, line], count=1, total=10_000))

    assert verdicts(file) == ["FOUND"]
    assert homeless(line) == [(10_000, "unknown_order", "44000001-0")]
    assert kinds(day) == ["REPEATED", "DIRTY_ROW"]
    assert [found.row for found in differences(day)] == [3, 4]


def test_a_corrected_file_adds_what_is_new_and_names_what_differs() -> None:
    day = new_day()
    line, wrong, late = unknown_line(day), unknown_line(day, 5_000), unknown_line(day, 7_000)
    load(collection(day, [line, wrong]))

    file = load(collection(day, [line, wrong.other(amount=4_000), late]))

    assert verdicts(file) == ["FOUND"]
    (found,) = differences(day)
    assert (found.kind, found.expected, found.found) == ("FILED_TWICE", 5_000, 4_000)
    assert figures(day).filed.amount.pesos == 22_000


def test_dirty_rows_are_named_and_the_others_are_read() -> None:
    day = new_day()
    line, dirty = unknown_line(day), str(unknown_line(day)).replace(";10000;", ";10.000;")

    file = load(collection(day, [dirty, line], count=2, total=20_000))

    assert verdicts(file) == ["FOUND"]
    assert [(found.kind, found.row, found.column) for found in differences(day)] == [
        ("DIRTY_ROW", 2, "TOTALPAGO"),
        ("DIRTY_ROW", 4, "TOTAL"),
    ]
    assert differences(day)[0].message.es == "Fila 2, TOTALPAGO: «10.000» no es un número entero sin puntos."


def test_what_no_file_has_is_named_until_one_has_it() -> None:
    day = new_day()
    paid, unknown = payment(car(TOWN), day), unknown_line(day)
    hear(TOWN, paid.notice)
    assert kinds(day) == ["NO_FILE"]
    load(collection(day, [unknown]))

    (found,) = differences(day)
    assert (found.kind, found.operation_id, found.expected) == ("NOT_FILED", str(paid.line.operation), ANNUAL)
    assert figures(day).not_filed.amount.pesos == ANNUAL

    load(collection(next_day(day), [paid.line]))

    assert (kinds(day), figures(day).filed.amount.pesos) == ([], ANNUAL + 10_000)


def test_a_payment_of_before_midnight_is_the_day_that_the_gateway_says() -> None:
    day = new_day()
    paid = payment(car(TOWN), day)
    late = paid.line.other(paid_at=an_instant(day, hour=23, minute=59), day=next_day(day))

    load(collection(day, []))
    load(collection(next_day(day), [late]))

    assert (kinds(day), kinds(next_day(day))) == ([], [])
    assert figures(next_day(day)).settled.pesos == ANNUAL


def test_the_books_of_the_municipality_are_what_its_gateway_files() -> None:
    day = new_day()
    first, second = payment(car(TOWN), day), payment(car(TOWN), day)
    hear(TOWN, first.notice)
    lines = [first.line.other(amount=ANNUAL - 100), second.line, unknown_line(day)]
    with in_town(TOWN):
        before = read_books().captured

    load(collection(day, lines))

    with in_town(TOWN):
        assert (read_books().captured - before).pesos + ANNUAL == sum(line.amount for line in lines)


def test_books_that_do_not_agree_with_the_file_are_named() -> None:
    """Positive control of the sum: a line whose money is in no book."""
    day = new_day()
    line = unknown_line(day)
    file = load(collection(day, [line]))
    with in_town(TOWN):
        from backend.billing.reconciliation_models import CollectionLine

        CollectionLine.objects.filter(file_id=file.id).update(operation_id=f"{line.operation}9")

    assert kinds(day)[-1:] == ["BOOKS"]


def test_an_empty_file_is_a_file() -> None:
    day = new_day()

    file = load(collection(day, []))

    assert file.read_at is not None
    assert (file.stated_count, verdicts(file), kinds(day)) == (0, [], [])


def test_a_file_of_many_rows_is_read_piece_by_piece_and_what_is_wrong_named_within_reason() -> None:
    day = new_day()
    lines = [unknown_line(day, 1 + place) for place in range(3)]
    dirt = ["X"] * (PIECE - 1)

    file = load(collection(day, [lines[0], *dirt, lines[1], *dirt, lines[2], *dirt]))

    assert verdicts(file) == ["FOUND"] * 3
    found = differences(day)
    assert len(found) == MOST_NAMED + 1
    assert found[-1].message.es == "Fila 1005, …: desde aquí hay más filas que no se pueden leer."
