"""Whoever holds a permit reads its QR code and asks the municipality whether it is authentic."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from backend.receipts.rendering import render_permit
from tests.documents import attacks, samples
from tests.documents.peers import ask
from tests.documents.qr_reader import read_qr
from tests.journeys.conftest import Look, NewPage
from tests.journeys.looking import sticking_out
from tests.journeys.visitor import pesos
from tests.live.platform import Platform
from theming import load_preset

pytestmark = pytest.mark.browser


def test_the_qr_code_of_a_permit_says_authentic_and_a_changed_code_unknown(
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
    page = new_page()

    page.goto(address)

    assert address.startswith(f"{town.origin}/v/")
    expect(page.get_by_role("heading", name="Documento auténtico")).to_be_visible()
    said = facts(page)
    assert said["Municipalidad"] == "Municipalidad de Ñuñoa"
    assert pesos(said["Monto pagado"]) == f"${total:,}".replace(",", ".")
    assert said["Fecha de pago"].startswith("20-03-2025")
    assert said["Documento"] == "Permiso de circulación 2025"
    assert said["Folio"] == address.split("/")[-2]
    for unseen in (vehicle.plate, vehicle.owner, vehicle.rut):
        expect(page.get_by_text(unseen)).to_have_count(0)
    look(page, "verification-1-authentic")
    page.set_viewport_size({"width": 320, "height": 256})
    assert sticking_out(page) == []
    look(page, "verification-2-zoomed")

    for changed in (
        f"{address[:-1]}{'A' if address[-1] != 'A' else 'B'}",
        address.replace(said["Folio"], "2025999999"),
    ):
        page.goto(changed)
        expect(page.get_by_role("heading", name="No conocemos este documento")).to_be_visible()
        expect(page.get_by_text("Monto pagado")).to_have_count(0)
    look(page, "verification-3-unknown")

    page.goto(address.replace(town.origin, platform.valdivia.origin))
    expect(page.get_by_role("heading", name="No conocemos este documento")).to_be_visible()


def test_a_file_that_is_given_to_the_page_is_authentic_altered_or_not_signed(
    platform: Platform, new_page: NewPage, look: Look, tmp_path: Path
) -> None:
    town = platform.valdivia
    citizen, vehicle = platform.citizen(town), town.new_vehicle()
    order = citizen.order(vehicle)
    citizen.pay(order)
    permit = citizen.download(citizen.wait_until_complete(order))
    unsigned = render_permit(samples.permit(), load_preset("nunoa"))
    page = new_page()

    for number, (content, heading) in enumerate(
        [
            (permit, "Documento auténtico"),
            (attacks.wrapped(permit), "Documento ALTERADO: no vale"),
            (unsigned, "El archivo no está firmado"),
            (b"a photograph", "No se puede leer el archivo"),
        ]
    ):
        file = tmp_path / f"{number}.pdf"
        file.write_bytes(content)
        page.goto(f"{town.origin}/verificar")
        page.get_by_label("arrástrelo aquí").set_input_files(file)
        page.get_by_role("button", name="Verificar el archivo").click()

        expect(page.get_by_role("heading", name=heading)).to_be_visible()
        expect(page.get_by_text(vehicle.plate)).to_have_count(0)
        look(page, f"verification-file-{number}")

    page.set_viewport_size({"width": 320, "height": 256})
    page.goto(f"{town.origin}/verificar")
    assert sticking_out(page) == []
    look(page, "verification-file-ask-zoomed")


def qr_code_on(document: Path, workdir: Path) -> str:
    ask("pdfimages", "-png", str(document), str(workdir / "image"))
    return read_qr(max(workdir.glob("image-*.png")))


def facts(page: Page) -> dict[str, str]:
    """The terms of the page and what they are."""
    terms = page.get_by_role("term").all_inner_texts()
    return dict(zip(terms, page.get_by_role("definition").all_inner_texts(), strict=True))
