"""A payer lost her permit: the link of the mail gives it again, and later the page sends another mail."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Look, NewPage
from tests.journeys.looking import sticking_out
from tests.live.platform import Platform
from tests.live.waiting import wait_for

pytestmark = pytest.mark.browser


def test_a_permit_is_fetched_again_by_the_mail_s_link_and_by_another_mail(
    platform: Platform, new_page: NewPage, look: Look
) -> None:
    town = platform.nunoa
    citizen, vehicle = platform.citizen(town), town.new_vehicle()
    order = citizen.order(vehicle)
    citizen.pay(order)
    permit = citizen.download(citizen.wait_until_complete(order))
    (mail,) = wait_for(lambda: platform.world.mails(citizen.email), "the mail arrives")
    page = new_page(accept_downloads=True)

    link = re.search(rf'href="({re.escape(town.origin)}/documentos/[^"]+)"', platform.world.mail_page(mail))
    assert link is not None

    page.goto(link[1])
    expect(page.get_by_role("heading", name="Sus documentos")).to_be_visible()
    for unseen in (vehicle.plate, vehicle.owner, vehicle.rut, citizen.email):
        expect(page.get_by_text(unseen)).to_have_count(0)
    look(page, "documents-1-list")
    page.set_viewport_size({"width": 320, "height": 256})
    assert sticking_out(page) == []
    look(page, "documents-2-zoomed")
    with page.expect_download() as downloading:
        page.get_by_role("link", name="Descargar (PDF)").click()
    content = downloading.value.path().read_bytes()
    assert content.startswith(b"%PDF-")
    assert len(content) >= len(permit) // 2
    assert downloading.value.suggested_filename.startswith("permiso-2025")

    page.goto(f"{town.origin}/documentos/made-up-of-22-letters")
    expect(page.get_by_role("heading", name="No conocemos este enlace")).to_be_visible()
    look(page, "documents-3-no-link")
    page.get_by_role("link", name="Pida que se los enviemos otra vez").click()
    look(page, "documents-4-ask")
    assert sticking_out(page) == []
    page.get_by_label("Número de la orden").fill(order.number)
    page.get_by_label("Correo con que pagó").fill(citizen.email)
    page.get_by_role("button", name="Enviar otra vez").click()
    expect(page.get_by_role("heading", name="Recibimos su solicitud")).to_be_visible()
    look(page, "documents-5-asked")

    mails = wait_for(
        lambda: found if len(found := platform.world.mails(citizen.email)) == 2 else None, "the copy arrives"
    )
    assert len({each["message_id"] for each in mails}) == 2
