"""The document security store of a PDF (DSS): what validates its signature, inside the file.

Source: ETSI EN 319 142-1, 5.4.2; ISO 32000-2, 12.8.4.3. Each certificate, answer and list is a stream of its own.
"""

import io
import zlib
from collections.abc import Sequence
from datetime import datetime
from itertools import chain

from asn1crypto import crl as asn1_crl
from asn1crypto import ocsp as asn1_ocsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.x509 import ocsp
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


def covers_stamp(pdf: bytes, stamper: bytes, *, at: datetime) -> bool:
    """Tell whether the store of a file of ours validates a stamp, by its authority's certificate (DER) and instant.

    A store that has the certificate has what its authority says of it (see `ValidationData`); all that it has must
    still have held when the stamp came.
    """
    store = PdfReader(io.BytesIO(pdf)).root_object.get("/DSS")
    if store is None:
        return False
    certificates, answers, lists = (
        [each.get_object().get_data() for each in store.get_object().get(kind, ())]
        for kind in ("/Certs", "/OCSPs", "/CRLs")
    )
    ends = [single.next_update_utc for each in answers for single in ocsp.load_der_ocsp_response(each).responses]
    ends += [x509.load_der_x509_crl(each).next_update_utc for each in lists]
    return stamper in certificates and all(end is not None and at < end for end in ends)


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
        ocsps=[asn1_ocsp.OCSPResponse.load(each) for each in data.answers],
        crls=[asn1_crl.CertificateList.load(each) for each in data.lists],
    )
    return file.getvalue()
