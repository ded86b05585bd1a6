"""Several debts of several services, each looked up on its own, in one payment."""

import httpx
import pytest
from playwright.sync_api import expect

from backend.cli.loopback import LoopbackTransport
from tests.journeys.conftest import Look, NewPage
from tests.journeys.dues import DuesTown
from tests.journeys.keyboard import Keyboard
from tests.journeys.looking import sticking_out
from tests.journeys.payer import LICENCE, PERMIT, PROPERTY_ROLE, WASTE, Payer, named
from tests.journeys.words import ENGLISH
from tests.live.platform import Platform
from tests.live.waiting import wait_for

pytestmark = pytest.mark.browser


def test_two_plates_a_licence_and_a_waste_fee_are_one_payment_with_four_documents_and_one_mail(
    platform: Platform, dues: DuesTown, new_page: NewPage, look: Look
) -> None:
    town = dues.town
    first, second, licence, place = (
        town.new_vehicle(),
        town.new_vehicle(),
        dues.licences.popleft(),
        dues.properties.popleft(),
    )
    payer = Payer(new_page(), town)
    page = payer.page

    payer.open()
    assert payer.service.locator("option").all_inner_texts() == [PERMIT, LICENCE, WASTE]
    expect(payer.service).to_have_value("circulation_permit")
    look(page, "services-1-form")
    payer.look_up(first)
    payer.see_all_met()
    alone = payer.total()
    payer.add_another()
    expect(payer.button(payer.cart.back)).to_be_visible()
    payer.look_up(second)
    payer.see_all_met()
    payer.add_another()
    payer.look_up_licence(licence)
    expect(page.get_by_role("definition").filter(has_text=licence.trade)).to_be_visible()
    look(page, "services-2-licence")
    payer.add_another()
    payer.look_up_property(place)
    payer.option("Cuota 1 de 4").check()
    debts = [
        f"{PERMIT} 2025 · {named(first)}",
        f"{PERMIT} 2025 · {named(second)}",
        f"{LICENCE} 2025 · {licence.role}",
        f"{WASTE} 2025 · {place.role}",
    ]
    payer.see_in_payment(*debts)
    payer.see_all_met()
    total = payer.total()
    assert total > alone
    look(page, "services-3-payment")
    payer.order()
    for what in (first.plate, second.plate, licence.role, "Derechos de aseo 2025"):
        expect(page.get_by_role("row").filter(has_text=what)).to_have_count(1)
    look(page, "services-4-tgr")
    payer.pay_at_tgr()
    names = payer.see_documents(4)
    look(page, "services-5-paid")

    assert [name.partition(", folio ")[0] for name in names] == [f"{PERMIT} 2025"] * 2 + [
        f"{LICENCE} 2025",
        f"{WASTE} 2025",
    ]
    assert len(set(names)) == 4
    with httpx.Client(transport=LoopbackTransport()) as client:
        files = [client.get(str(link.get_attribute("href"))).content for link in payer.documents.all()]
    assert len({file for file in files if file.startswith(b"%PDF-")}) == 4
    (mail,) = wait_for(lambda: platform.world.mails(payer.email), "the mail arrives")
    sent = [attachment["filename"].partition("-")[0] for attachment in mail["attachments"]]
    assert sent == ["permiso", "permiso", "comprobante", "comprobante"]
    query = "SELECT total FROM billing_order WHERE email = %s AND state = 'PAID'"
    assert platform.rows(town.slug, query, payer.email) == [(total,)]
    assert payer.complaints == []


def test_what_is_taken_out_is_not_paid_and_what_is_looked_up_twice_is_there_once(
    dues: DuesTown, new_page: NewPage
) -> None:
    town = dues.town
    kept, dropped = town.new_vehicle(), town.new_vehicle()
    payer = Payer(new_page(), town)
    keyboard = Keyboard(payer.page)
    payer.open()

    payer.look_up(kept)
    payer.option(payer.words.first).check()
    payer.see_all_met()
    half = payer.total()
    payer.add_another()
    payer.look_up(dropped)
    payer.see_all_met()
    payer.add_another()
    payer.ask(kept.plate, kept.rut)  # without its check digit this time
    expect(payer.option(payer.words.first)).to_be_checked()
    payer.see_in_payment(f"{PERMIT} 2025 · {named(dropped)}", f"{PERMIT} 2025 · {kept.plate}")
    keyboard.tab_to(payer.removal(f"{PERMIT} 2025 · {named(dropped)}"))
    keyboard.press("Enter")

    expect(payer.heading(payer.cart.payment)).to_be_focused()
    payer.see_in_payment(f"{PERMIT} 2025 · {kept.plate}")
    assert payer.total() == half
    keyboard.tab_to(payer.removals)
    keyboard.press("Space")
    expect(payer.heading(payer.words.owed)).to_be_focused()
    expect(payer.option(payer.words.first)).not_to_be_checked()
    expect(payer.pay_button).to_have_count(0)
    payer.button(payer.cart.again).click()
    expect(payer.button(payer.cart.back)).to_have_count(0)
    payer.look_up(dropped)
    payer.see_in_payment(f"{PERMIT} 2025 · {named(dropped)}")
    assert keyboard.unseen == []
    assert payer.complaints == []


def test_from_the_look_up_a_way_leads_back_to_the_payment(dues: DuesTown, new_page: NewPage) -> None:
    payer = Payer(new_page(), dues.town)
    vehicle = dues.town.new_vehicle()
    payer.open()
    payer.look_up(vehicle)
    payer.see_all_met()
    total = payer.total()

    payer.add_another()
    payer.search(WASTE, {PROPERTY_ROLE: "1-1"})  # the owner's RUT is still there
    expect(payer.alert).to_contain_text("No encontramos una deuda")
    payer.button(payer.cart.back).click()

    expect(payer.heading(payer.words.owed)).to_be_focused()
    expect(payer.alert).to_have_count(0)
    assert payer.total() == total
    assert payer.complaints == []


def test_the_pages_attribute_chooses_and_without_it_all_are_offered(dues: DuesTown, new_page: NewPage) -> None:
    payer = Payer(new_page(), dues.town)
    payer.open(f"{dues.town.origin}/pagar")

    expect(payer.service).to_have_value("circulation_permit")
    payer.page.locator("sem-pago").evaluate(
        "element => { element.setAttribute('service', 'waste_fee'); element.replaceWith(element.cloneNode(true)); }"
    )
    expect(payer.page.get_by_label(PROPERTY_ROLE)).to_be_visible()
    expect(payer.service).to_have_value("waste_fee")
    expect(payer.service.locator("option")).to_have_count(3)
    assert payer.complaints == []


def test_a_payment_of_several_debts_fits_at_400_percent_in_forced_colours_and_in_english(
    dues: DuesTown, new_page: NewPage, look: Look
) -> None:
    town = dues.town
    payer = Payer(
        new_page(locale="en-GB", viewport={"width": 320, "height": 256}, forced_colors="active"), town, ENGLISH
    )
    payer.open(f"{town.page}en/")
    payer.look_up(town.new_vehicle())
    payer.see_all_met()
    payer.add_another()
    assert sticking_out(payer.page) == []
    look(payer.page, "services-english-1-form")
    place = dues.properties.popleft()
    payer.find("Waste fee", {"Property role": place.role, "Owner's RUT": place.rut})
    for details in payer.page.get_by_text(payer.words.how_calculated).all():
        details.click()

    expect(payer.removals).to_have_count(2)
    assert sticking_out(payer.page) == []
    look(payer.page, "services-english-2-payment")
    payer.button(f"{payer.cart.remove}: Waste fee").click()
    expect(payer.removals).to_have_count(1)
    assert payer.complaints == []
