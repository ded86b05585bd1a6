"""A pytest plug-in: takes one guard away from each of some tests, which must then fail (test_guards_are_needed.py).

Loaded with `-p tests.controls.guards_away` by a pytest inside a test, on the servers of the one around it. What became
of each test is written to the file of `--outcomes`.
"""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.controls.asking_away import ASKING
from tests.controls.control import Control
from tests.controls.days_away import DAYS
from tests.controls.documents_away import DOCUMENTS
from tests.controls.homeless_away import HOMELESS
from tests.controls.locks_away import LOCKS_AWAY
from tests.controls.mails_away import MAILS
from tests.controls.refunds_away import REFUNDS
from tests.controls.requests_away import REQUESTS
from tests.controls.themes_away import THEMES
from tests.controls.verification_away import VERIFICATION


class _Everything(dict[str, object]):
    """Contains whatever is asked for."""

    def __contains__(self, key: object) -> bool:
        return True


def _claim_and_write_elsewhere(order: Any, obligation_id: int, slots: Any) -> None:
    from backend.billing.models import SlotClaim
    from backend.outbox.models import Event
    from backend.shared import clock
    from tests.operations.debts import in_town

    SlotClaim.objects.bulk_create(SlotClaim(order=order, obligation_id=obligation_id, slot=slot) for slot in slots)
    with in_town("lebu"):
        Event.objects.create(name="Test", payload={}, occurred_at=clock.now(), expanded_at=clock.now())


def _next_folio_without_a_lock(year: int) -> int:
    import time

    from backend.receipts.models import FolioCounter

    counter, _created = FolioCounter.objects.get_or_create(year=year)
    time.sleep(0.2)  # the others read meanwhile
    FolioCounter.objects.filter(year=year).update(last=counter.last + 1)
    return counter.last + 1


def _consume_whatever_has_the_id(delivery_id: int, name: str, effect: Callable[..., object]) -> None:
    from backend.outbox import operations
    from backend.outbox.models import Delivery

    effect(**Delivery.objects.get(id=delivery_id).event.payload)
    operations.close(delivery_id)


def _town(slug: str) -> object:
    from backend.tenants.queries import tenant_of_schema

    return tenant_of_schema(slug)


def _gateway_asked_inside_a_transaction(code: str) -> object:
    from django.db import transaction

    from backend.billing.gateways import get_gateway

    class Held:
        def place_order(self, order: Any, access: Any) -> object:
            with transaction.atomic():
                return get_gateway(code).place_order(order, access)

    return Held()


def _capture_whatever_comes(**known: Any) -> object:
    from backend.billing.rules import Capture

    return Capture(known["amount"])


CONTROLS = (
    Control(
        "a slot is claimed once",
        "backend.billing.slots.claim",
        lambda order, obligation_id, slots: None,
        "operations/test_slots.py::test_of_two_orders_for_one_slot_at_the_same_moment_one_is_made[nunoa]",
        "two orders hold one slot",
    ),
    Control(
        "single and first instalment share a slot",
        "backend.billing.slots.claim",
        lambda order, obligation_id, slots: None,
        "operations/test_slots.py::test_a_single_payment_and_a_first_instalment_are_never_both_open",
        "two orders hold one slot",
    ),
    Control(
        "only money opens the second instalment",
        "backend.billing.queries.paid_slots",
        lambda obligation_id: frozenset({1}),
        "operations/test_second_instalments.py::test_where_the_first_is_not_paid_the_second_is_refused[nunoa]",
        "DID NOT RAISE",
    ),
    Control(
        "evidence is fresh and OK",
        "backend.billing.queries.fresh_evidence",
        lambda obligation_id, *, today: _Everything(),
        "operations/test_debts_and_quotes.py::test_checks_cannot_be_skipped",
        "DID NOT RAISE",
    ),
    Control(
        "a quote ends",
        "backend.billing.payments._require_open",
        lambda order, now: None,
        "operations/test_debts_and_quotes.py::test_a_quote_holds_for_half_an_hour_and_no_longer",
        "DID NOT RAISE",
    ),
    Control(
        "a key belongs to one request",
        "backend.billing.operations.fingerprint_of",
        lambda wanted, email, return_url: "the same",
        "operations/test_orders_again.py::test_another_request_under_the_same_key_is_a_conflict",
        "DID NOT RAISE",
    ),
    Control(
        "the page to return to is registered",
        "backend.billing.order_input.is_registered_origin",
        lambda origin: True,
        "operations/test_orders_again.py::test_a_foreign_page_to_return_to_is_refused[https://estafa.example/permisos]",
        "DID NOT RAISE",
    ),
    Control(
        "a notice is signed",
        "backend.billing.gateways.tgr.Tgr.is_authentic",
        lambda self, raw, headers, key: True,
        "operations/test_notices.py::test_a_forged_notice_before_the_genuine_one_spoils_nothing",
        "a forged notice was believed",
    ),
    Control(
        "the amount paid is the order's",
        "backend.billing.rules.next_step",
        _capture_whatever_comes,
        "operations/test_payments.py::test_another_amount_than_the_order_s_settles_nothing[1]",
        "other_amount",
    ),
    Control(
        "an order is settled once",
        "backend.billing.rules.next_step",
        _capture_whatever_comes,
        "operations/test_payments.py::test_one_order_paid_twice_is_settled_once",
        "IllegalStep",
    ),
    Control(
        "a folio is taken under a lock",
        "backend.receipts.documents._next_folio",
        _next_folio_without_a_lock,
        "operations/test_receipts.py::test_folios_have_no_gaps_and_no_twins_under_concurrency",
        "a folio was taken twice",
    ),
    Control(
        "a revoked certificate signs nothing",
        "backend.signing.signers.revocation._unless_revoked",
        lambda said: said,
        "operations/test_receipts.py::test_a_revoked_certificate_signs_nothing_and_the_document_waits_for_another",
        "DID NOT RAISE",
    ),
    Control(
        "a debt's id is of its municipality",
        "backend.billing.queries.current_schema",
        lambda: "any",
        "isolation/test_capabilities.py::test_a_debt_id_opens_nothing_elsewhere[checkRun]",
        "assert real == made_up",
    ),
    Control(
        "files are apart",
        "backend.tenants.files.current_schema",
        lambda: "any",
        "isolation/test_contexts.py::test_a_stored_file_is_there_for_its_municipality_only",
        "DID NOT RAISE",
    ),
    Control(
        "a delivery is run by its own reaction",
        "backend.outbox.consumer.consume",
        _consume_whatever_has_the_id,
        "operations/test_outbox.py::test_deliveries_are_not_run_by_another_reaction",
        "DONE",
    ),
    Control(
        "look-ups are limited",
        "backend.tenants.limits._count",
        lambda counters: False,
        "api/test_rate_limits.py::test_guessing_the_rut_of_one_plate_ends_after_ten",
        "a plate can be looked up without end",
    ),
    Control(
        "a document costs so much and no more",
        "backend.schema.limits.CostRule.enter_operation_definition",
        lambda self, node, *_: None,
        "api/test_documents.py::test_a_document_beyond_a_limit_is_refused[roots]",
        "a document beyond a limit was answered",
    ),
    Control(
        "a host is somebody's or nobody's",
        "backend.tenants.middleware.tenant_of_host",
        lambda host: _town("nunoa"),
        "isolation/test_hosts.py::test_any_other_host_is_nobody_s[estafa.example]",
        "200",
    ),
    Control(
        "only configured proxies are believed",
        "backend.tenants.networks._is_trusted",
        lambda address: True,
        "api/test_rate_limits.py::test_a_client_cannot_write_itself_a_new_network",
        "429",
    ),
    Control(
        "only registered pages read the answers",
        "backend.profile.cors.is_registered_origin",
        lambda origin: True,
        "api/test_cors.py::test_a_foreign_page_may_not[https://estafa.example]",
        "'Access-Control-Allow-Origin' not in",
    ),
    Control(
        "one transaction writes one schema",
        "backend.billing.slots.claim",
        _claim_and_write_elsewhere,
        "operations/test_debts_and_quotes.py::test_the_first_instalment_is_half_and_takes_one_slot",
        "one transaction wrote",
    ),
    Control(
        "no lock is held around a call",
        "backend.billing.payments.get_gateway",
        _gateway_asked_inside_a_transaction,
        "operations/test_payments.py::test_an_order_left_at_tgr_is_continued_at_the_same_place",
        "tgr was called inside a transaction",
    ),
    Control(
        "who does not answer is left alone",
        "backend.shared.breaker.Breaker._admit",
        lambda self: 0,
        "operations/test_outside_calls.py::test_an_institution_that_drops_five_calls_gets_no_more_for_a_while[mail]",
        "was called again and again",
    ),
    *LOCKS_AWAY,
    *ASKING,
    *REFUNDS,
    *DAYS,
    *REQUESTS,
    *DOCUMENTS,
    *VERIFICATION,
    *THEMES,
    *HOMELESS,
    *MAILS,
)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--outcomes", help="file for what became of each test")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Take the guard away for as long as its test runs."""
    control = _control_of(item)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(control.place, control.instead)
        yield


def _control_of(item: pytest.Item) -> Control:
    return next(control for control in CONTROLS if f"tests/{control.test}" == item.nodeid)


class Outcomes:
    """Notes each failure's words by the test's name."""

    def __init__(self) -> None:
        self.failures: dict[str, str] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.failures[report.nodeid] = f"{report.when}: {report.longreprtext}"


def pytest_configure(config: pytest.Config) -> None:
    outcomes = Outcomes()

    def write() -> None:
        Path(str(config.getoption("--outcomes"))).write_text(json.dumps(outcomes.failures))

    config.pluginmanager.register(outcomes)
    config.add_cleanup(write)
