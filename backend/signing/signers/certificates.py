"""What a Chilean official's certificate says about its holder."""

from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import NameOID

from backend.shared.errors import DomainError
from backend.shared.rut import Rut, parse_rut

#: RUT of the holder, an otherName of subjectAltName. Source: DS 181 of 2002, regulation of Ley 19.799.
HOLDER_RUT = x509.ObjectIdentifier("1.3.6.1.4.1.8321.1")

_IA5_STRING = 0x16


def fingerprint_of(certificate: x509.Certificate) -> str:
    """SHA-256 of the certificate in DER, in hexadecimal."""
    return certificate.fingerprint(hashes.SHA256()).hex()


def holder_name(certificate: x509.Certificate) -> str:
    """Common name of the holder, or an empty text."""
    return _first_of_subject(certificate, NameOID.COMMON_NAME)


def holder_rut(certificate: x509.Certificate) -> Rut | None:
    """RUT of the holder: from the otherName that the regulation asks for, else from the subject's serial number."""
    for text in (_other_name(certificate), _first_of_subject(certificate, NameOID.SERIAL_NUMBER)):
        try:
            return parse_rut(text)
        except DomainError:
            continue
    return None


def is_valid_at(certificate: x509.Certificate, instant: datetime) -> bool:
    """Tell whether the instant lies in the term of the certificate; says nothing of revocation."""
    return certificate.not_valid_before_utc <= instant <= certificate.not_valid_after_utc


def _other_name(certificate: x509.Certificate) -> str:
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ""
    for name in names.get_values_for_type(x509.OtherName):
        if name.type_id == HOLDER_RUT and _is_short_ia5_string(name.value):
            return name.value[2:].decode("ascii", errors="replace")
    return ""


def _is_short_ia5_string(der: bytes) -> bool:
    return len(der) > 2 and der[0] == _IA5_STRING and der[1] == len(der) - 2


def _first_of_subject(certificate: x509.Certificate, kind: x509.ObjectIdentifier) -> str:
    values = [attribute.value for attribute in certificate.subject.get_attributes_for_oid(kind)]
    return str(values[0]) if values else ""
