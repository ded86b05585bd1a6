"""The document security store of a PDF (DSS): what validates its signature, inside the file.

Source: ETSI EN 319 142-1, 5.4.2; ISO 32000-2, 12.8.4.3. Each certificate, answer and list is a stream of its own.
"""

import io
import zlib
from collections.abc import Sequence
from itertools import chain

from asn1crypto import crl, ocsp
from asn1crypto import x509 as asn1_x509
from pypdf import PdfReader

from backend.signing.validation_data import ValidationData

EMPTY = b"<< /Type /DSS >>"


def store_objects(data: ValidationData, numbers: Sequence[int]) -> list[tuple[int, bytes]]:
    """Write the store and its streams as objects with these numbers, the store's first.

    Raises ValueError where there are fewer numbers than objects.
    """
    kinds = {b"Certs": data.certificates, b"OCSPs": data.answers, b"CRLs": data.lists}
    contents = list(chain(*kinds.values()))
    if len(contents) >= len(numbers):
        raise ValueError(f"{len(contents)} streams and {len(numbers)} numbers")
    named = iter(numbers[1:])
    entries = b" ".join(
        b"/%s [ %s ]" % (kind, b" ".join(b"%d 0 R" % next(named) for _ in kept)) for kind, kept in kinds.items() if kept
    )
    streams = zip(numbers[1:], map(_stream, contents), strict=False)
    return [(numbers[0], b"<< /Type /DSS %s >>" % entries), *streams]


def _stream(content: bytes) -> bytes:
    packed = zlib.compress(content, 9)
    return b"<< /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream" % (len(packed), packed)


def covers_stamper(pdf: bytes, stamper: bytes) -> bool:
    """Tell whether the store of a file of ours has the data of a time-stamp authority, by its certificate (DER).

    A store that has the certificate has what its authority says of it: see `ValidationData`.
    """
    store = PdfReader(io.BytesIO(pdf)).root_object.get("/DSS")
    found = store.get_object().get("/Certs", ()) if store is not None else ()
    return any(each.get_object().get_data() == stamper for each in found)


def with_later_store(pdf: bytes, data: ValidationData) -> bytes:
    """Add what validates a signed file in a revision of its own (ISO 32000-1, 7.5.6).

    That is the one change that a certified document allows (ISO 32000-2, 12.8.2.2.2), though not every reader knows it.
    """
    from pyhanko.sign.validation.dss import DocumentSecurityStore  # rarely needed, and half a second to load

    file = io.BytesIO(pdf)
    DocumentSecurityStore.add_dss(
        file,
        None,
        certs=[asn1_x509.Certificate.load(each) for each in data.certificates],
        ocsps=[ocsp.OCSPResponse.load(each) for each in data.answers],
        crls=[crl.CertificateList.load(each) for each in data.lists],
    )
    return file.getvalue()
