"""Explaining, closing, reopening; what a closed day accepts."""

from datetime import date, timedelta

import pytest

from backend.audit.models import AuditEntry
from backend.billing.reconciliation import closing, reading
from backend.billing.reconciliation.closing import (
    CollectionBeingRead,
    DayNotBegun,
    DifferenceNotFound,
    DifferencesUnexplained,
    ExplanationMissing,
)
from backend.billing.reconciliation.days import DayClosed
from backend.billing.reconciliation_models import AccountingDay, AccountingDayAct, CollectionFile, CollectionLine
from backend.shared import clock
from backend.shared.errors import DomainError
from tests.operations.debts import ANNUAL, car, in_town
from tests.operations.deliveries import run_deliveries
from tests.operations.gateway import hear
from tests.operations.orders import at_once, kinds
from tests.operations.towns import WITH_WEBPAY
from tests.reconciliation.collected import (
    TOWN,
    TREASURER,
    advice,
    collection,
    deposit,
    differences,
    load,
    new_day,
    next_day,
    payment,
    unknown_line,
    upload,
    verdicts,
)


def close(day: date) -> AccountingDay:
    with in_town(TOWN):
        return closing.close_day(day=day, actor=TREASURER)


def reopen(day: date, reason: str = "TGR corrigió el archivo") -> AccountingDay:
    with in_town(TOWN):
        return closing.reopen_day(day=day, reason=reason, actor=TREASURER)


def explain(day: date, key: str, text: str = "Consultado a TGR") -> None:
    with in_town(TOWN):
        closing.explain_difference(day=day, key=key, text=text, actor=TREASURER)


def acts(day: date) -> list[tuple[str, str]]:
    with in_town(TOWN):
        rows = AccountingDayAct.objects.filter(day__day=day).order_by("id")
        return list(rows.values_list("act", "reason"))


def test_a_day_closes_when_every_difference_is_explained() -> None:
    day = new_day()
    paid = payment(car(TOWN), day)
    hear(TOWN, paid.notice)
    load(collection(day, [paid.line.other(amount=ANNUAL + 500), "X"], count=1, total=ANNUAL + 500))
    first, second = differences(day)

    with pytest.raises(DifferencesUnexplained) as refused:
        close(day)
    assert refused.value.fields["count"] == 2
    explain(day, first.key)
    with pytest.raises(DifferencesUnexplained):
        close(day)
    explain(day, second.key, "Se pidió el archivo corregido")
    row = close(day)

    assert row.closed_at is not None
    with in_town(TOWN):
        frozen = AccountingDayAct.objects.get(day=row).figures
    assert frozen["filed"] == {"count": 1, "amount": ANNUAL + 500}
    assert (frozen["settled"], frozen["homeless"]) == (ANNUAL, 500)
    assert [(each["kind"], each["note"]) for each in frozen["differences"]] == [
        (first.kind, "Consultado a TGR"),
        (second.kind, "Se pidió el archivo corregido"),
    ]


def test_a_day_without_a_file_is_not_closed_by_oversight() -> None:
    day = new_day()

    with pytest.raises(DifferencesUnexplained):
        close(day)
    explain(day, differences(day)[0].key, "Feriado bancario; TGR confirma que no hubo recaudación")

    assert close(day).closed_at is not None


def test_acts_are_repeated_without_effect_and_logged_once() -> None:
    day = new_day()
    load(collection(day, []))

    for _ in range(2):
        close(day)
    for _ in range(2):
        reopen(day)
    close(day)

    assert acts(day) == [("CLOSED", ""), ("REOPENED", "TGR corrigió el archivo"), ("CLOSED", "")]
    with in_town(TOWN):
        logged = AuditEntry.objects.filter(object_kind="AccountingDay", object_key=str(day)).order_by("id")
        assert list(logged.values_list("act", "account_name")) == [
            ("day.closed", TREASURER.name),
            ("day.reopened", TREASURER.name),
            ("day.closed", TREASURER.name),
        ]


def test_a_note_is_of_a_difference_and_the_last_one_counts() -> None:
    day = new_day()
    load(collection(day, ["X"]))
    (found,) = differences(day)

    with pytest.raises(DifferenceNotFound):
        explain(day, "file:0:row:0")
    with pytest.raises(DifferenceNotFound):
        explain(next_day(day), found.key)
    with pytest.raises(ExplanationMissing):
        explain(day, found.key, "  ")
    for text in ("una", "otra", "otra"):
        explain(day, found.key, text)

    assert [each.note for each in differences(day)] == ["otra"]
    with in_town(TOWN):
        assert AuditEntry.objects.filter(act="difference.explained", object_key=found.key).count() == 2


def test_a_day_is_reopened_for_a_reason_only() -> None:
    day = new_day()
    load(collection(day, []))
    close(day)

    with pytest.raises(ExplanationMissing):
        reopen(day, " ")

    assert acts(day) == [("CLOSED", "")]


def test_a_day_to_come_is_not_closed() -> None:
    with pytest.raises(DayNotBegun):
        close(clock.today() + timedelta(days=1))


def test_a_closed_day_accepts_no_file_no_deposit_and_no_note() -> None:
    day = new_day()
    line = unknown_line(day)
    load(collection(day, [line]))
    close(day)

    with pytest.raises(DayClosed):
        upload(collection(day, [line, unknown_line(day)]))
    with pytest.raises(DayClosed):
        deposit(advice(day, [line]))
    with pytest.raises(DayClosed):
        explain(day, "x")

    assert upload(collection(day, [line])).read_at is not None  # the same file again is here


def test_a_late_line_waits_until_its_day_is_reopened() -> None:
    """A closed day accepts no further line: a line of it in the next day's file holds that file up."""
    day = new_day()
    late, lines = unknown_line(day), [unknown_line(next_day(day)) for _ in range(2)]
    load(collection(day, []))
    close(day)

    file = load(collection(next_day(day), [*lines, late]))

    assert (file.stopped_on, file.read_at) == (day, None), "a closed day accepted a line"
    assert verdicts(file) == []
    with pytest.raises(CollectionBeingRead):
        close(next_day(day))
    reopen(day)
    run_deliveries(TOWN, file_id=file.id)
    with in_town(TOWN):
        file = CollectionFile.objects.get(id=file.id)
    assert (file.stopped_on, file.read_at is None) == (None, False)
    assert verdicts(file) == ["FOUND"] * 3
    assert close(day).closed_at is not None
    assert close(next_day(day)).closed_at is not None


def test_a_line_that_is_known_does_not_hold_up_a_file() -> None:
    day = new_day()
    line = unknown_line(day)
    load(collection(day, [line]))
    close(day)

    file = load(collection(next_day(day), [line, unknown_line(next_day(day))]))

    assert (file.stopped_on, verdicts(file)) == (None, ["FOUND"])


def test_a_file_that_is_not_read_holds_the_day_open() -> None:
    day = new_day()
    file = upload(collection(day, []))

    with pytest.raises(CollectionBeingRead) as refused:
        close(day)
    assert "recaudacion.txt" in refused.value.message.es

    with in_town(TOWN):
        reading.read_collection(file_id=file.id)
    assert close(day).closed_at is not None


def test_closing_and_a_file_at_the_same_moment_do_not_miss_each_other() -> None:
    for _ in range(4):
        day = new_day()
        load(collection(day, []))
        data = collection(day, [unknown_line(day)])

        def send(data: bytes = data) -> object:
            return upload(data)

        def shut(day: date = day) -> object:
            return close(day)

        done: list[object | Exception] = at_once(send, shut)

        failed = [each for each in done if isinstance(each, Exception)]
        assert len(failed) == 1, f"a closed day took a file in: {kinds(done)}"
        assert isinstance(failed[0], DayClosed | CollectionBeingRead)
        with in_town(TOWN):
            for file in CollectionFile.objects.filter(read_at=None):
                reading.read_collection(file_id=file.id)


def test_a_day_of_one_municipality_is_not_another_s() -> None:
    day = new_day()
    load(collection(day, []))
    close(day)

    with in_town("nunoa"):
        assert not AccountingDay.objects.filter(day=day).exists()
        assert not CollectionLine.objects.filter(accounting_on=day).exists()


def test_a_municipality_whose_gateway_files_nothing_closes_its_days_without_files() -> None:
    day, town = new_day(), WITH_WEBPAY.slug

    assert differences(day, town=town) == []
    with in_town(town):
        assert closing.close_day(day=day, actor=TREASURER).closed_at is not None


def test_errors_speak_to_people() -> None:
    for error in (DayClosed(date(2025, 3, 20)), DayNotBegun(day=date(2025, 3, 20))):
        assert isinstance(error, DomainError)
        assert "2025-03-20" in error.message.es
