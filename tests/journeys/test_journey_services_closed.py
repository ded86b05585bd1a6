"""What cannot be paid here, or not yet, says why; older periods are paid first, or together."""

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Look, NewPage
from tests.journeys.dues import DuesTown
from tests.journeys.payer import PERMIT, Payer, named
from tests.live.platform import Platform

pytestmark = pytest.mark.browser


def test_what_is_not_paid_here_says_why_and_offers_nothing_to_pay(
    dues: DuesTown, new_page: NewPage, look: Look
) -> None:
    payer = Payer(new_page(), dues.town)
    payer.open()

    payer.look_up_licence(dues.alcohol)
    see_nothing_to_pay(payer, "alcohol")
    look(payer.page, "closed-1-alcohol")
    payer.button(payer.cart.again).click()
    payer.look_up_property(dues.others["treasury"])
    see_nothing_to_pay(payer, "Tesorería")
    payer.button(payer.cart.again).click()
    payer.look_up_property(dues.others["low valuation"])
    see_nothing_to_pay(payer, "Exento")
    look(payer.page, "closed-2-exempt")

    assert payer.complaints == []


def see_nothing_to_pay(payer: Payer, why: str) -> None:
    options = payer.page.get_by_role("radio")
    expect(options.first).to_be_disabled()
    assert all(option.is_disabled() for option in options.all())
    description = options.first.evaluate(
        "radio => radio.getRootNode().getElementById(radio.getAttribute('aria-describedby')).textContent"
    )
    assert why in description
    expect(payer.pay_button).to_have_count(0)


def test_later_instalments_show_what_they_wait_for(dues: DuesTown, new_page: NewPage) -> None:
    payer = Payer(new_page(), dues.town)
    payer.open()

    payer.look_up(dues.town.new_vehicle())
    expect(payer.option("Segunda cuota")).to_be_disabled()
    expect(payer.page.get_by_text("reajustada según el IPC")).to_be_visible()
    payer.add_another()
    payer.look_up_property(dues.properties[-1])
    expect(payer.option("Todo el año")).to_be_checked()
    expect(payer.option("Cuota 1 de 4")).to_be_enabled()
    expect(payer.option("Cuota 4 de 4")).to_be_disabled()
    expect(payer.page.get_by_text("Pague antes la cuota 1").first).to_be_visible()

    assert payer.complaints == []


def test_the_oldest_period_is_chosen_first_and_goes_with_a_newer_one_or_the_payment_is_refused(
    platform: Platform, dues: DuesTown, new_page: NewPage, look: Look
) -> None:
    vehicle = dues.owing.popleft()
    older, newer = f"{PERMIT} 2024 · {named(vehicle)}", f"{PERMIT} 2025 · {named(vehicle)}"
    payer = Payer(new_page(), dues.town)
    page = payer.page
    payer.open()

    payer.look_up(vehicle)
    payer.see_in_payment(older)
    this_year = page.get_by_role("group", name=newer)
    this_year.get_by_role("radio", name="Pago total").check()
    payer.see_in_payment(older, newer)
    payer.see_all_met()
    both = payer.total()
    page.get_by_role("group", name=older).get_by_text("Cómo se calcula").first.click()
    expect(page.get_by_text("Reajuste").first).to_be_visible()
    expect(page.get_by_text("Interés").first).to_be_visible()
    look(page, "older-1-both")

    payer.removal(older).click()
    payer.see_in_payment(newer)
    page.get_by_label(payer.words.email).fill(payer.email)
    payer.pay_button.click()
    expect(payer.alert).to_contain_text("Primero debe pagar lo pendiente de 2024, o incluirlo en este mismo pago.")
    look(page, "older-2-refused")
    payer.alert.get_by_role("button", name="Consultar de nuevo").click()

    payer.see_in_payment(older, newer)
    payer.see_all_met()
    assert payer.total() == both
    payer.order()
    payer.pay_at_tgr()
    assert sorted(name.partition(",")[0] for name in payer.see_documents(2)) == [f"{PERMIT} 2024", f"{PERMIT} 2025"]
    assert payer.complaints == []
