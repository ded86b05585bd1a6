"""Whoever holds a permit reads its QR code and asks the municipality whether it is authentic."""

import hashlib
import re
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from backend.cli.paths import ROOT
from backend.receipts.rendering import render_permit
from backend.signing.signers.local_key import LocalKey, open_local_key
from sandbox.authority import Authority
from tests.documents import attacks, samples
from tests.documents.conftest import signed
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
            (signed(unsigned, somebody_else(platform, tmp_path)), "Está firmado, pero no es nuestro"),
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


def test_the_page_names_the_manifest_of_the_day_and_gives_it(
    platform: Platform, new_page: NewPage, look: Look, tmp_path: Path
) -> None:
    town = platform.valdivia
    citizen = platform.citizen(town)
    order = citizen.order(town.new_vehicle())
    citizen.pay(order)
    permit = citizen.download(citizen.wait_until_complete(order))
    (tmp_path / "permit.pdf").write_bytes(permit)
    address, page = qr_code_on(tmp_path / "permit.pdf", tmp_path), new_page()
    page.goto(address)
    expect(page.get_by_text("Figura en el manifiesto")).to_have_count(0)  # its day has not ended

    make_manifests(platform, town.slug)
    page.goto(address)

    look(page, "verification-4-manifest")
    links = [page.get_by_role("link", name=name) for name in (re.compile(r"^\d{4}-\d\d-\d\d\.txt$"), "firma")]
    contents = []
    for link in links:
        with page.expect_download() as download:
            link.click()
        contents.append(Path(download.value.path()).read_bytes())
    assert hashlib.sha256(permit).hexdigest() in contents[0].decode()
    assert contents[1].startswith(b"\x30")
    page.set_viewport_size({"width": 320, "height": 256})
    assert sticking_out(page) == []


def make_manifests(platform: Platform, town: str) -> None:
    """Let two days pass for the making of manifests."""
    code = (
        "import django; django.setup()\n"
        "from datetime import timedelta\n"
        "from django_tenants.utils import schema_context\n"
        "from backend.receipts import manifests\n"
        "from backend.shared import clock\n"
        f"with schema_context({town!r}):\n"
        "    while manifests.make_next_manifest(now=clock.now() + timedelta(days=2)): pass\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=dict(platform.env), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def somebody_else(platform: Platform, folder: Path) -> LocalKey:
    """A holder of the same authority who signs for no municipality."""
    path = folder / "other.p12"
    Authority(Path(platform.env["SANDBOX_PKI"])).issue_official(
        common_name="Contribuyente de prueba 17", rut="44000017-7", organisation="Nadie", path=path, passphrase="x"
    )
    return open_local_key(path, "x")


def qr_code_on(document: Path, workdir: Path) -> str:
    ask("pdfimages", "-png", str(document), str(workdir / "image"))
    return read_qr(max(workdir.glob("image-*.png")))


def facts(page: Page) -> dict[str, str]:
    """The terms of the page and what they are."""
    terms = page.get_by_role("term").all_inner_texts()
    return dict(zip(terms, page.get_by_role("definition").all_inner_texts(), strict=True))
