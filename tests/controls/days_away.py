"""Guards of closed days and collection files taken away (see guards_away.py)."""

from typing import Any

from tests.controls.control import Control


def _days_without_a_lock(days: Any) -> list[Any]:
    import time

    from backend.billing.reconciliation_models import AccountingDay

    rows = list(AccountingDay.objects.filter(day__in=days))
    time.sleep(0.3)  # somebody closes the day meanwhile
    return rows


def _whatever_was_filed(**known: Any) -> object:
    from backend.billing.reconciliation.rules import Verdict

    return Verdict.MATCHED


DAYS = (
    Control(
        "a closed day accepts no line",
        "backend.billing.reconciliation.reading.require_open",
        lambda rows, days: None,
        "reconciliation/test_closing.py::test_a_late_line_waits_until_its_day_is_reopened",
        "a closed day accepted a line",
    ),
    Control(
        "who adds to a day holds it",
        "backend.billing.reconciliation.intake.lock_days",
        _days_without_a_lock,
        "reconciliation/test_closing.py::test_closing_and_a_file_at_the_same_moment_do_not_miss_each_other",
        "a closed day took a file in",
    ),
    Control(
        "a day is closed when its differences are explained",
        "backend.billing.reconciliation.closing._require_explained",
        lambda found: None,
        "reconciliation/test_closing.py::test_a_day_closes_when_every_difference_is_explained",
        "DID NOT RAISE",
    ),
    Control(
        "an operation is filed once",
        "backend.billing.reconciliation.reading._filed_before",
        lambda file, lines: [],
        "reconciliation/test_matching.py::test_a_corrected_file_adds_what_is_new_and_names_what_differs",
        "an_operation_is_filed_once",
    ),
    Control(
        "what is filed is held against what was notified",
        "backend.billing.reconciliation.judging.verdict_of",
        _whatever_was_filed,
        "reconciliation/test_matching.py::test_less_than_was_notified_is_disputed",
        "LESS",
    ),
    Control(
        "a gateway's file is of our agreement",
        "backend.billing.reconciliation.deposits.require_ours",
        lambda gateway, found: None,
        "reconciliation/test_deposits.py::test_a_file_of_another_agreement_is_refused",
        "DID NOT RAISE",
    ),
)
