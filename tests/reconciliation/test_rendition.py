"""The rendition by budget account, as table, CSV and workbook."""

import csv
import io
from datetime import date, timedelta

import pytest
from django.db import transaction
from openpyxl import load_workbook

from backend.billing import ledger
from backend.billing.models import Order
from backend.billing.reconciliation.rendition import (
    Beneficiary,
    RangeWrong,
    Rendition,
    RenditionRow,
    rendition_of,
)
from backend.billing.reconciliation.rendition_files import rendition_file
from backend.billing.rolls.kinds import Kind
from backend.shared import clock
from backend.shared.money import Money
from tests.operations.debts import ANNUAL, car, in_town
from tests.operations.gateway import hear
from tests.reconciliation.collected import (
    TOWN,
    advice,
    collection,
    deposit,
    load,
    new_day,
    next_day,
    payment,
    unknown_line,
)

OWN, FUND = 22_329, 37_214
"""37.5 % and 62.5 % of a permit of 59.543, the fund's part half up."""

Row = tuple[str, str, int, int, int]


def rendition(begins: date, ends: date | None = None) -> Rendition:
    with in_town(TOWN):
        return rendition_of(begins=begins, ends=ends or begins)


def rows(made: Rendition) -> list[Row]:
    return [
        (row.account, row.beneficiary.value, row.count, row.collected.pesos, row.returned.pesos) for row in made.rows
    ]


def test_a_day_is_rendered_by_account_with_the_part_of_the_common_fund() -> None:
    day = new_day()
    first, second, unknown = payment(car(TOWN), day), payment(car(TOWN), day), unknown_line(day)
    hear(TOWN, first.notice)
    load(collection(day, [first.line.other(amount=ANNUAL - 43), second.line, unknown]))
    deposit(advice(day, [unknown]))

    made = rendition(day)

    assert rows(made) == [
        ("115.03.02.001.001", "MUNICIPALITY", 2, 2 * OWN, 0),
        ("115.03.02.001.002", "COMMON_FUND", 2, 2 * FUND, 0),
        ("gateway.tgr.disputed", "PENDING", 0, 0, -43),
        ("homeless", "PENDING", 1, 10_000, 0),
    ]
    assert made.rows[1].name == "Permisos de circulación de beneficio Fondo Común Municipal"
    assert made.total().pesos == 2 * ANNUAL - 43 + 10_000
    assert made.total(Beneficiary.COMMON_FUND).pesos == 2 * FUND


def test_what_is_not_filed_yet_is_not_rendered() -> None:
    day = new_day()
    paid = payment(car(TOWN), day)
    hear(TOWN, paid.notice)
    load(collection(day, []))

    assert rows(rendition(day)) == []


def test_a_range_adds_its_days_up_and_names_those_that_are_open() -> None:
    day = new_day()
    load(collection(day, [unknown_line(day)]))
    load(collection(next_day(day), [unknown_line(next_day(day), 500)]))

    made = rendition(day, next_day(day))

    assert rows(made) == [("homeless", "PENDING", 2, 10_500, 0)]
    assert made.open_days == (day, next_day(day))


def test_what_goes_back_is_negative_on_the_day_that_it_goes() -> None:
    day, today = new_day(), clock.today()
    paid = payment(car(TOWN), day)
    load(collection(day, [paid.line]))
    before = {row[0]: row for row in rows(rendition(today))}
    with in_town(TOWN), transaction.atomic():
        order = Order.objects.get(number=paid.line.order)
        assert order.paid_at is not None
        item = order.items.get()
        ledger.post_refund_of_item(item, cause=f"refund:test-{item.id}", method="TRANSFER")

    after = {row[0]: row for row in rows(rendition(today))}

    for account, part in (("115.03.02.001.001", OWN), ("115.03.02.001.002", FUND)):
        old = before.get(account, (account, "", 0, 0, 0))
        assert after[account][2:] == (old[2], old[3], old[4] - part)
    assert not [account for account in after if account.startswith("refunded")]
    assert rows(rendition(day))[0] == ("115.03.02.001.001", "MUNICIPALITY", 1, OWN, 0)


@pytest.mark.parametrize(
    ("begins", "ends"), [(date(2025, 3, 2), date(2025, 3, 1)), (date(2024, 1, 1), date(2025, 1, 1))]
)
def test_a_range_is_of_a_year_at_most_and_forwards(begins: date, ends: date) -> None:
    with pytest.raises(RangeWrong):
        rendition(begins, ends)


MADE = Rendition(
    begins=date(2025, 3, 20),
    ends=date(2025, 3, 21),
    rows=(
        RenditionRow("115.03", "=cmd|'/c calc'!A1", Beneficiary.MUNICIPALITY, 3, Money(1_000), Money(-400)),
        RenditionRow("-115", "\tMultas", Beneficiary.THIRD_PARTY, 0, Money(0), Money(-700)),
    ),
    open_days=(date(2025, 3, 21),),
)


def test_the_csv_has_numbers_as_numbers_and_formulas_as_text() -> None:
    file = rendition_file(MADE, Kind.CSV)

    table = list(csv.reader(io.StringIO(file.data.decode("utf-8-sig")), delimiter=";"))
    assert file.filename == "Rendición 2025-03-20 a 2025-03-21.csv"
    assert table == [
        ["Cuenta", "Nombre", "Beneficio", "Operaciones", "Recaudado", "Rebajado", "Neto"],
        ["115.03", "'=cmd|'/c calc'!A1", "Municipal", "3", "1000", "-400", "600"],
        ["'-115", "'\tMultas", "Terceros", "0", "0", "-700", "-700"],
        ["", "Total", "Municipal", "", "", "", "600"],
        ["", "Total", "Terceros", "", "", "", "-700"],
        ["", "Total del 2025-03-20 al 2025-03-21", "", "", "", "", "-100"],
        ["", "Días sin cerrar: 2025-03-21"],
    ]


def test_the_workbook_says_the_same_and_runs_nothing() -> None:
    file = rendition_file(MADE, Kind.XLSX)

    sheet = load_workbook(io.BytesIO(file.data)).active
    table = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert table[1] == ["115.03", "=cmd|'/c calc'!A1", "Municipal", 3, 1_000, -400, 600]
    assert sheet["B2"].data_type != "f" or b"<f" not in file.data
    assert sheet["B2"].quotePrefix
    assert sheet["F2"].data_type == "n"
    assert table[2][5:] == [-700, -700]
    assert len(table) == 7


def test_a_year_is_not_more_than_a_year() -> None:
    assert rendition(date(2001, 1, 1), date(2001, 1, 1) + timedelta(days=365)).rows == ()
