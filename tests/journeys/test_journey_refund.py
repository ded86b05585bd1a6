"""Money that was given back: the widget and the verification page say that the permit is annulled."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Look, NewPage
from tests.journeys.looking import sticking_out
from tests.journeys.test_journey_verification import facts, qr_code_on
from tests.live.books import assert_books_agree
from tests.live.platform import Platform

pytestmark = pytest.mark.browser


def test_a_permit_that_was_given_back_is_annulled_for_its_owner_and_for_whoever_checks_it(
    platform: Platform, new_page: NewPage, look: Look, tmp_path: Path
) -> None:
    town = platform.nunoa
    citizen, vehicle = platform.citizen(town), town.new_vehicle()
    order = citizen.order(vehicle)
    total = citizen.look_up(vehicle)["openOrder"]["total"]
    citizen.pay(order)
    permit = tmp_path / "permit.pdf"
    permit.write_bytes(citizen.download(citizen.wait_until_complete(order)))
    address = qr_code_on(permit, tmp_path)

    give_back(platform, order.number, total)
    citizen.wait_for_state(order, "REFUNDED")
    page = new_page()
    page.goto(f"{town.page}#sem={order.token}")
    expect(page.get_by_role("heading", name="El pago fue devuelto")).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("^ANULADO: Permiso de circulación 2025"))).to_be_visible()
    look(page, "refund-1-given-back")
    page.goto(address)

    expect(page.get_by_role("heading", name="Documento ANULADO: no vale")).to_be_visible()
    expect(page.get_by_text("auténtico")).to_have_count(0)
    assert facts(page)["Estado"] == "ANULADO desde el 20-03-2025"
    look(page, "refund-2-annulled")
    page.set_viewport_size({"width": 320, "height": 256})
    assert sticking_out(page) == []
    look(page, "refund-3-annulled-zoomed")
    assert citizen.look_up(vehicle)["options"]
    assert_books_agree(platform)


def give_back(platform: Platform, number: str, total: int) -> None:
    """One person requests, another approves and records the transfer, at the terminal."""
    where = f"--municipality={platform.nunoa.slug}"
    platform.command("refund", "request", number, f"--amount={total}", "--reason=Error", where, user="cajera")
    rows = platform.rows(
        platform.nunoa.slug,
        "SELECT r.id FROM billing_refund r JOIN billing_order o ON o.id = r.order_id WHERE o.number = %s",
        number,
    )
    refund = str(rows[0][0])
    platform.command("refund", "approve", refund, where, user="finanzas")
    platform.command("refund", "transfer", refund, "--decree=Decreto 12", "--reference=TEF 9", where, user="finanzas")
