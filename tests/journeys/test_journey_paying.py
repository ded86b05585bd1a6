"""From the municipality's own page to the signed permit, in a real browser and under the page's strict policy."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import expect

from backend.cli.once_verify import signed_part
from sandbox.authority import Authority
from tests.documents.judges import judge_pdf
from tests.journeys.conftest import Look, NewPage
from tests.journeys.visitor import DEBIT_CARD, Visitor, pesos
from tests.journeys.words import ENGLISH
from tests.live.platform import Platform
from tests.live.waiting import wait_for

pytestmark = pytest.mark.browser


def test_a_permit_is_paid_by_card_and_its_signed_document_downloaded(
    platform: Platform, new_page: NewPage, look: Look, tmp_path: Path
) -> None:
    town = platform.nunoa
    vehicle = town.new_vehicle()
    visitor = Visitor(new_page(), town)

    visitor.open()
    look(visitor.page, "paying-1-form")
    visitor.look_up(vehicle)
    traits = visitor.page.get_by_role("definition").all_inner_texts()
    assert traits == [vehicle.make, vehicle.model, str(vehicle.year), vehicle.colour]
    expect(visitor.page.get_by_text(vehicle.owner)).to_have_count(0)
    expect(visitor.option(visitor.words.single)).to_be_checked()
    visitor.see_all_requirements_met()
    visitor.page.get_by_text(visitor.words.how_calculated).first.click()
    look(visitor.page, "paying-2-debt")
    total = pesos(visitor.pay_button.inner_text())
    visitor.order()
    expect(visitor.page.get_by_role("cell", name=total)).to_have_count(2)  # the line and the total
    look(visitor.page, "paying-3-tgr")
    visitor.pay_at_tgr()
    visitor.see_document()
    assert visitor.page.url == town.page
    look(visitor.page, "paying-4-paid")
    document = visitor.download(tmp_path)

    assert visitor.page.url == town.page
    assert document.suffix == ".pdf"
    assert signed_part(document.read_bytes()) == signed_part(mailed_to(visitor.email, platform))
    judge(document, platform, tmp_path)
    assert visitor.complaints == []
    assert visitor.page.context.cookies() == []


def test_the_platforms_own_page_does_the_same(
    platform: Platform, new_page: NewPage, look: Look, tmp_path: Path
) -> None:
    town = platform.valdivia
    visitor = Visitor(new_page(), town)

    visitor.open(f"{town.origin}/pagar")
    look(visitor.page, "pagar-1-form")
    visitor.look_up(town.new_vehicle())
    visitor.see_all_requirements_met()
    look(visitor.page, "pagar-2-debt")
    visitor.order()
    visitor.pay_at_tgr(DEBIT_CARD)
    visitor.see_document()
    look(visitor.page, "pagar-3-paid")

    assert visitor.page.url == f"{town.origin}/pagar"
    assert visitor.download(tmp_path).read_bytes().startswith(b"%PDF-")
    assert visitor.complaints == []


def test_a_page_in_english_is_served_in_english(platform: Platform, new_page: NewPage, look: Look) -> None:
    town = platform.nunoa
    page = new_page(locale="en-GB")
    visitor = Visitor(page, town, ENGLISH)

    visitor.open(f"{town.page}en/")
    look(page, "english-1-form")
    visitor.look_up(town.new_vehicle())
    expect(page.get_by_text("Due on March 31, 2025.").first).to_be_visible()
    visitor.see_all_requirements_met()
    page.get_by_text(visitor.words.how_calculated).first.click()
    look(page, "english-2-debt")
    visitor.order()
    visitor.pay_at_tgr()
    visitor.see_document()
    look(page, "english-3-paid")

    assert visitor.complaints == []


def mailed_to(address: str, platform: Platform) -> bytes:
    """The one attachment of the one mail to an address."""
    (mail,) = wait_for(lambda: platform.world.mails(address), "the mail arrives")
    (attached,) = mail["attachments"]
    sink = f"http://127.0.0.1:{platform.env['SANDBOX_PORT']}/mail"
    return httpx.get(f"{sink}/{mail['id']}/{attached['n']}/{attached['filename']}").raise_for_status().content


def judge(document: Path, platform: Platform, workdir: Path) -> None:
    """In a thread of its own: pyHanko wants an event loop, and the browser's occupies this one."""
    authority = Authority(Path(platform.env["SANDBOX_PKI"]))
    with ThreadPoolExecutor(max_workers=1) as judges:
        judges.submit(judge_pdf, document, authority.root_pem, authority.ca_pem, workdir).result()
