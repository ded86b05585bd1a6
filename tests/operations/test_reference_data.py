"""National tables in the database, what loads correct, and what a municipality sets itself."""

from __future__ import annotations

import csv
import shutil
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from django_tenants.utils import schema_context

from backend.audit.models import AuditEntry
from backend.billing.rates import rate_book
from backend.profile.models import LocalParameter
from backend.profile.parameters import ParameterInvalid, UnknownParameter, local_parameters, set_parameter
from backend.reference.files import DATA, FileRates
from backend.reference.models import Utm, VehicleValuation
from backend.reference.operations import load_reference_data, load_valuations
from backend.reference.valuation_list import Valuation
from backend.services.circulation_permit import SERVICE
from backend.shared.json import JSON
from backend.shared.money import Money
from backend.shared.rates import RateNotAvailable
from tests.operations.debts import in_town

PERMIT = "circulation_permit"
DAY = date(2025, 3, 20)


def acts(act: str) -> list[AuditEntry]:
    with schema_context("public"):
        return list(AuditEntry.objects.filter(act=act).order_by("id"))


def test_the_tables_give_what_the_files_say() -> None:
    files = FileRates()
    with in_town("nunoa"):
        tables = rate_book()

        assert tables.commune == "13120"
        assert tables.utm(2025, 1) == files.utm(2025, 1)
        assert tables.ipc(2025, 6) == files.ipc(2025, 6) == Fraction(-4, 10)
        assert tables.penal_rate(2025, 1) == files.penal_rate(2025, 1) == Fraction("8.12")
        assert tables.due_on(PERMIT, "2025", "may.single") == files.due_on(PERMIT, "2025", "may.single")
        assert tables.parameter(PERMIT, "fixed.truck", DAY) == files.parameter(PERMIT, "fixed.truck", DAY)


@pytest.mark.parametrize("typed", [{"valuation": 9_876_543}, {"class": "truck", "load": 7_000}, {"class": "taxi"}])
@pytest.mark.parametrize("today", [DAY, date(2025, 8, 20), date(2025, 11, 5)])
def test_a_quote_is_the_same_from_tables_and_from_files(typed: dict[str, object], today: date) -> None:
    subject = SERVICE.subject_from(typed, period="2025")
    with in_town("nunoa"):
        from_tables = SERVICE.options(subject, period="2025", rates=rate_book(), today=today, paid=frozenset({1}))

    assert from_tables == SERVICE.options(subject, period="2025", rates=FileRates(), today=today, paid=frozenset({1}))


def test_what_is_missing_is_not_available() -> None:
    with in_town("nunoa"):
        book = rate_book()
        for ask in (
            lambda: book.utm(2031, 1),
            lambda: book.ipc(2031, 1),
            lambda: book.penal_rate(2003, 1),
            lambda: book.due_on(PERMIT, "2031", "march.single"),
            lambda: book.parameter(PERMIT, "no_such", DAY),
            lambda: book.parameter(PERMIT, "fixed.truck", date(1999, 1, 1)),
        ):
            with pytest.raises(RateNotAvailable) as missing:
                ask()
            assert missing.value.fields["what"]


def test_a_load_again_changes_nothing() -> None:
    before = len(acts("reference.corrected")) + len(acts("reference.loaded"))

    loaded = load_reference_data()

    assert {name: (each.new, each.corrected) for name, each in loaded.items()} == dict.fromkeys(loaded, (0, 0))
    assert len(acts("reference.corrected")) + len(acts("reference.loaded")) == before


def test_a_correction_is_in_the_log_with_what_it_was(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    shutil.copytree(DATA, folder)
    with (folder / "utm.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    rows[0]["pesos"] = "44956"
    with (folder / "utm.csv").open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)

    corrected = load_reference_data(folder)["utm"]
    (entry,) = acts("reference.corrected")[-1:]
    load_reference_data()

    assert (corrected.new, corrected.corrected) == (0, 1)
    assert (entry.object_kind, entry.object_key, entry.changes) == ("Utm", "2016 1", {"pesos": [44_955, 44_956]})
    assert entry.account_name.startswith("terminal")
    with schema_context("public"):
        assert Utm.objects.get(year=2016, month=1).pesos == 44_955


def test_the_list_of_the_sii_is_loaded_corrected_and_wins_over_the_roll() -> None:
    light, heavy = Valuation("ZZ0000001", 2018, 9_990_000), Valuation("ZZ0000002", 2019, 50_000_000)

    first = load_valuations([light], year=2025, source="liv2025.xlsx")
    second = load_valuations([heavy], year=2025, source="pes2025.xlsx")
    third = load_valuations([Valuation("ZZ0000001", 2018, 56_600_000), heavy], year=2025, source="liv2025.xlsx")

    assert [(each.rows, each.new, each.corrected) for each in (first, second, third)] == [
        (1, 1, 0),
        (1, 1, 0),
        (2, 0, 1),
    ]
    assert acts("reference.valuations_loaded")[-1].changes["source"] == [None, "liv2025.xlsx"]
    subject = SERVICE.subject_from({"valuation": 9_990_000, "sii_code": "ZZ0000001", "model_year": 2018}, period="2025")
    with in_town("nunoa"):
        book = rate_book()
        ahead = book.with_valuations(2025)
        single = SERVICE.options(subject, period="2025", rates=book, today=DAY)[0]
        assert book.valuation("ZZ0000001", 2018, 2025) == ahead.valuation("ZZ0000001", 2018, 2025) == Money(56_600_000)
        assert book.valuation("ZZ0000001", 2017, 2025) is ahead.valuation("ZZ0000001", 2018, 2026) is None
        told_and_listed = (Money(9_990_000), Money(56_600_000))
        assert [SERVICE.differs(subject, rates, "2025") for rates in (book, ahead)] == [told_and_listed] * 2
    assert single.total == Money(2_122_197)
    with schema_context("public"):
        assert VehicleValuation.objects.filter(sii_code="ZZ0000001").count() == 1


def test_what_a_municipality_sets_holds_there_and_from_its_day() -> None:
    value: JSON = {"utm": "4"}
    with in_town("nunoa"):
        for _ in range(2):
            set_parameter(
                service=PERMIT,
                key="fixed.moped",
                value=value,
                valid_from=date(2026, 1, 1),
                source="Decreto de prueba 1",
            )
        book = rate_book()
        assert book.parameter(PERMIT, "fixed.moped", date(2026, 1, 1)) == value
        assert book.parameter(PERMIT, "fixed.moped", date(2025, 12, 31)) == {"utm": "0.2"}
        assert [row.source for row in local_parameters(PERMIT)] == ["Decreto de prueba 1"]
    with in_town("valdivia"):
        assert rate_book().parameter(PERMIT, "fixed.moped", date(2026, 1, 1)) == {"utm": "0.2"}
        assert local_parameters() == []


def test_a_municipality_moves_a_due_date_of_its_own() -> None:
    key = "due_on.2024.september.single"
    with in_town("nunoa"):
        set_parameter(
            service=PERMIT, key=key, value="2024-10-15", valid_from=date(2024, 9, 1), source="Decreto de prueba 2"
        )
        assert rate_book().due_on(PERMIT, "2024", "september.single") == date(2024, 10, 15)
    with in_town("valdivia"):
        assert rate_book().due_on(PERMIT, "2024", "september.single") == date(2024, 9, 30)


@pytest.mark.parametrize(
    ("key", "value", "refusal"),
    [
        ("no_such", "1", UnknownParameter),
        ("due_on.x", "2025-01-01", UnknownParameter),
        ("due_on.2025.march.single", "31-03-2025", ParameterInvalid),
        ("fixed.truck", {"utm": 1}, ParameterInvalid),
        ("fixed.truck", {"bands": []}, ParameterInvalid),
        ("fixed.truck", {"utm": "1", "more": 1}, ParameterInvalid),
        ("fixed.truck", None, ParameterInvalid),
        ("utm_month", {"march": 13, "may": 1, "september": 1}, ParameterInvalid),
    ],
)
def test_a_value_that_no_rule_understands_is_refused(key: str, value: JSON, refusal: type[Exception]) -> None:
    with in_town("nunoa"):
        before = LocalParameter.objects.count()
        with pytest.raises(refusal):
            set_parameter(service=PERMIT, key=key, value=value, valid_from=DAY, source="Decreto de prueba 3")

        assert LocalParameter.objects.count() == before


def test_a_value_needs_a_source_and_an_end_after_its_beginning() -> None:
    with in_town("nunoa"):
        with pytest.raises(ParameterInvalid) as no_source:
            set_parameter(service=PERMIT, key="fixed.taxi", value={"utm": "1"}, valid_from=DAY, source=" ")
        with pytest.raises(ParameterInvalid) as backwards:
            set_parameter(
                service=PERMIT,
                key="fixed.taxi",
                value={"utm": "1"},
                valid_from=DAY,
                valid_to=date(2025, 3, 19),
                source="Decreto de prueba 4",
            )

    assert (no_source.value.field, backwards.value.field) == ("source", "validTo")
