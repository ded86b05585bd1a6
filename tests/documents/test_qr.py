"""The QR code on a permit."""

from dataclasses import replace
from pathlib import Path

import pytest

from backend.receipts.qr import qr_png
from backend.receipts.rendering import render_permit
from tests.documents.peers import ask
from tests.documents.qr_reader import read_qr
from tests.documents.samples import permit
from theming import load_preset

ADDRESSES = [
    "https://x.cl/",
    "https://pagos.nunoa.example/v/2025-0000017/K7QX-2M4D-PZ3A-9HTV",
    "http://valdivia.localhost:48123/v/2025-0000001/ABCD-EFGH-JKMN-PQRS",
    "https://permisos-de-circulacion.municipalidad-de-nombre-largo.example/v/2025-0000017/K7QX-2M4D-PZ3A-9HTV",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_qr_code_says_its_address(address: str, tmp_path: Path) -> None:
    picture = tmp_path / "qr.png"
    picture.write_bytes(qr_png(address))

    assert read_qr(picture) == address


@pytest.mark.parametrize("address", ADDRESSES)
def test_the_qr_code_of_a_permit_is_its_verification_address(address: str, tmp_path: Path) -> None:
    paper = tmp_path / "permit.pdf"
    paper.write_bytes(render_permit(replace(permit(), verification_url=address), load_preset("nunoa")))

    ask("pdfimages", "-png", str(paper), str(tmp_path / "image"))
    square = max(tmp_path.glob("image-*.png"))

    assert read_qr(square) == address
