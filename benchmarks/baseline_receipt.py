"""The plain way to a signed document, which `./sem bench receipts` tells beside ours. Prints CPU milliseconds as JSON.

Fixed: it changes only by a decision in docs/adr, and uses no code of the platform. For each document: a template with
the content of a permit, xhtml2pdf (two passes, since the template counts its pages), the QR code by segno, and a
signature by endesive.pdf.cms with its defaults, RSA-2048. Nothing is kept from one document to the next but the key and
the template's text.
"""

import argparse
import datetime
import io
import json
import re
import sys
import time
from pathlib import Path
from typing import Any

import segno
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from xhtml2pdf.config.resources import ResourceAccessPolicy
from xhtml2pdf.document import pisaDocument

THEMING = Path(__file__).parent.parent / "theming"
FONTS = THEMING / "fonts" / "public-sans"
TEMPLATE = Path(__file__).with_suffix(".html")
WARM_UP = 2


def load_endesive() -> Any:
    """Import endesive.pdf.cms, though oscrypto 1.3.0 does not understand OpenSSL 3.0.19 (wbond/oscrypto#75)."""
    search = re.search

    def wider(pattern: Any, *rest: Any, **named: Any) -> Any:
        if pattern == r"\b(\d\.\d\.\d[a-z]*)\b":
            pattern = r"\b(\d+\.\d+\.\d+[a-z]*)\b"
        return search(pattern, *rest, **named)

    setattr(re, "search", wider)  # noqa: B010 - a plain assignment is no type that mypy knows
    try:
        from endesive.pdf import cms
    finally:
        setattr(re, "search", search)  # noqa: B010
    return cms


def make_key() -> tuple[rsa.RSAPrivateKey, x509.Certificate]:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Tesorería Municipal")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + datetime.timedelta(days=30))
        .sign(key, hashes.SHA256())
    )
    return key, certificate


def document(template: str, number: int) -> bytes:
    """Fill the template and have it drawn."""
    folio = f"2026{number:06d}"
    address = f"https://pagos.nunoa.example/v/{folio}/K7QX-2M4D-PZ3A-9HTV"
    values = {
        "folio": folio,
        "plate": f"ZZBB{number % 100:02d}-3",
        "owner_name": f"Contribuyente de prueba {number}",
        "operation_id": f"72{number:08d}",
        "order_number": f"13120-2026-{number:06d}",
        "verification_url": address,
        "regular": str(FONTS / "Regular.ttf"),
        "bold": str(FONTS / "Bold.ttf"),
        "logo": str(THEMING / "presets" / "nunoa" / "logo.png"),
        "qr": segno.make(address, error="m", micro=False).png_data_uri(scale=8, border=4),
    }
    html = re.sub(r"\{\{ (\w+) \}\}", lambda found: values[found[1]], template)
    paper = io.BytesIO()
    policy = ResourceAccessPolicy.server(THEMING, allow_remote=False)
    if pisaDocument(html, paper, encoding="utf-8", resource_policy=policy).err:
        raise SystemExit("xhtml2pdf could not draw the page")
    return paper.getvalue()


def main() -> None:
    parser = argparse.ArgumentParser(description="CPU of a document drawn and signed in the plain way.")
    parser.add_argument("--documents", type=int, default=10)
    documents = parser.parse_args().documents
    cms = load_endesive()
    key, certificate = make_key()
    template = TEMPLATE.read_text(encoding="utf-8")
    size, drawing, signing = 0, [], []
    for number in range(documents + WARM_UP):
        began = time.process_time()
        pdf = document(template, number)
        drawn = time.process_time()
        said = {
            "sigflags": 3,
            "contact": "https://pagos.nunoa.example",
            "location": "Ñuñoa",
            "signingdate": datetime.datetime.now(datetime.UTC).strftime("D:%Y%m%d%H%M%S+00'00'"),
            "reason": "Permiso de circulación",
        }
        file = pdf + cms.sign(pdf, said, key, certificate, [], "sha256")
        if number >= WARM_UP:
            drawing.append(drawn - began)
            signing.append(time.process_time() - drawn)
            size = len(file)
    draw_ms, sign_ms = (1000 * sorted(each)[len(each) // 2] for each in (drawing, signing))
    json.dump({"draw_ms": draw_ms, "sign_ms": sign_ms, "bytes": size}, sys.stdout)


if __name__ == "__main__":
    main()
