"""The certificates of the authority, each as one function."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID, ObjectIdentifier

ORGANISATION = "Certificadora de Desarrollo SEM (sin valor legal)"

#: RUT of the holder in subjectAltName, RUT of the issuer in issuerAltName. Source: DS 181 of 2002.
HOLDER_RUT = ObjectIdentifier("1.3.6.1.4.1.8321.1")
ISSUER_RUT = ObjectIdentifier("1.3.6.1.4.1.8321.2")

#: Policy of ours. 99999 is not a registered enterprise: nobody else's policy can be meant.
POLICY = ObjectIdentifier("1.3.6.1.4.1.99999.5")

_ISSUER_RUT_TEXT = "44000001-0"
_AUTHORITY_STARTS_BEFORE = timedelta(days=5 * 365)
"""The authority is older than any official whose certificate has run out."""

_AUTHORITY_TERM = timedelta(days=15 * 365)


@dataclass(frozen=True)
class Addresses:
    """Where the authority answers."""

    base_url: str

    @property
    def ocsp(self) -> str:
        return f"{self.base_url}/pki/ocsp"

    def crl(self, issuer: str) -> str:
        return f"{self.base_url}/pki/{issuer}.crl"

    def certificate(self, issuer: str) -> str:
        return f"{self.base_url}/pki/{issuer}.crt"


def new_key(bits: int) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, bits)


def make_root(key: rsa.RSAPrivateKey) -> x509.Certificate:
    name = _name("Raíz de desarrollo SEM")
    builder = _authority_term(_begin(name, name, key.public_key()))
    builder = _as_authority(builder, path_length=None)
    builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    return builder.sign(key, hashes.SHA256())


def make_issuing_authority(
    key: rsa.RSAPrivateKey, root: x509.Certificate, root_key: rsa.RSAPrivateKey, addresses: Addresses
) -> x509.Certificate:
    builder = _authority_term(_begin(_name("Firma electrónica de desarrollo SEM 01"), root.subject, key.public_key()))
    builder = _as_authority(builder, path_length=0)
    builder = _identified(builder, key.public_key(), root)
    builder = builder.add_extension(_crl_at(addresses.crl("root")), critical=False)
    builder = builder.add_extension(_access(issuer=addresses.certificate("root")), critical=False)
    return builder.sign(root_key, hashes.SHA256())


def make_ocsp_responder(
    key: rsa.RSAPrivateKey, authority: x509.Certificate, authority_key: rsa.RSAPrivateKey
) -> x509.Certificate:
    """A delegated responder. Source: RFC 6960, 4.2.2.2."""
    builder = _begin(_name("OCSP de desarrollo SEM"), authority.subject, key.public_key())
    builder = builder.not_valid_before(authority.not_valid_before_utc)
    builder = builder.not_valid_after(authority.not_valid_after_utc)
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(_key_usage(digital_signature=True), critical=True)
    builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.OCSP_SIGNING]), critical=False)
    builder = builder.add_extension(x509.OCSPNoCheck(), critical=False)
    return _identified(builder, key.public_key(), authority).sign(authority_key, hashes.SHA256())


def make_time_stamper(
    public_key: rsa.RSAPublicKey,
    authority: x509.Certificate,
    authority_key: rsa.RSAPrivateKey,
    addresses: Addresses,
    *,
    starts_at: datetime,
    ends_at: datetime,
) -> x509.Certificate:
    """A time-stamp authority: nothing else may be done with its key. Source: RFC 3161, 2.3."""
    builder = _begin(_name("Sello de tiempo de desarrollo SEM"), authority.subject, public_key)
    builder = builder.not_valid_before(starts_at).not_valid_after(ends_at)
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(_key_usage(digital_signature=True), critical=True)
    builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    builder = builder.add_extension(_crl_at(addresses.crl("ca")), critical=False)
    builder = builder.add_extension(_access(issuer=addresses.certificate("ca"), ocsp=addresses.ocsp), critical=False)
    return _identified(builder, public_key, authority).sign(authority_key, hashes.SHA256())


def make_official(
    public_key: rsa.RSAPublicKey,
    authority: x509.Certificate,
    authority_key: rsa.RSAPrivateKey,
    addresses: Addresses,
    *,
    common_name: str,
    rut: str,
    organisation: str,
    starts_at: datetime,
    ends_at: datetime,
) -> x509.Certificate:
    """Certificate of an advanced electronic signature, with what was seen in those of Chilean authorities.

    `rut` as 44000001-K: no dots, capital K. Key usage is not critical, as in Chilean certificates.
    """
    subject = _name(
        common_name,
        organisation=organisation,
        more=[x509.NameAttribute(NameOID.SERIAL_NUMBER, rut)],
    )
    notice = x509.UserNotice(None, "Certificado de desarrollo, sin valor legal")
    policy = x509.PolicyInformation(POLICY, [f"{addresses.base_url}/pki/", notice])
    builder = _begin(subject, authority.subject, public_key).not_valid_before(starts_at).not_valid_after(ends_at)
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(_key_usage(digital_signature=True, content_commitment=True), critical=False)
    usages = [ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.EMAIL_PROTECTION]
    builder = builder.add_extension(x509.ExtendedKeyUsage(usages), critical=False)
    builder = builder.add_extension(x509.CertificatePolicies([policy]), critical=False)
    builder = builder.add_extension(x509.SubjectAlternativeName([_rut(HOLDER_RUT, rut)]), critical=False)
    builder = builder.add_extension(x509.IssuerAlternativeName([_rut(ISSUER_RUT, _ISSUER_RUT_TEXT)]), critical=False)
    builder = builder.add_extension(_crl_at(addresses.crl("ca")), critical=False)
    builder = builder.add_extension(_access(issuer=addresses.certificate("ca"), ocsp=addresses.ocsp), critical=False)
    return _identified(builder, public_key, authority).sign(authority_key, hashes.SHA256())


def _name(
    common_name: str, *, organisation: str = ORGANISATION, more: Iterable[x509.NameAttribute[str]] = ()
) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CL"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
            *more,
        ]
    )


def _begin(subject: x509.Name, issuer: x509.Name, public_key: rsa.RSAPublicKey) -> x509.CertificateBuilder:
    return x509.CertificateBuilder(
        subject_name=subject, issuer_name=issuer, public_key=public_key, serial_number=x509.random_serial_number()
    )


def _authority_term(builder: x509.CertificateBuilder) -> x509.CertificateBuilder:
    starts_at = datetime.now(UTC).replace(microsecond=0) - _AUTHORITY_STARTS_BEFORE
    return builder.not_valid_before(starts_at).not_valid_after(starts_at + _AUTHORITY_TERM)


def _as_authority(builder: x509.CertificateBuilder, *, path_length: int | None) -> x509.CertificateBuilder:
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=path_length), critical=True)
    return builder.add_extension(_key_usage(key_cert_sign=True, crl_sign=True), critical=True)


def _identified(
    builder: x509.CertificateBuilder, public_key: rsa.RSAPublicKey, issuer: x509.Certificate
) -> x509.CertificateBuilder:
    builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
    return builder.add_extension(authority_key_identifier(issuer), critical=False)


def authority_key_identifier(issuer: x509.Certificate) -> x509.AuthorityKeyIdentifier:
    identifier = issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    return x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier)


def _key_usage(
    *,
    digital_signature: bool = False,
    content_commitment: bool = False,
    key_cert_sign: bool = False,
    crl_sign: bool = False,
) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=digital_signature,
        content_commitment=content_commitment,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=key_cert_sign,
        crl_sign=crl_sign,
        encipher_only=False,
        decipher_only=False,
    )


def _crl_at(address: str) -> x509.CRLDistributionPoints:
    return x509.CRLDistributionPoints(
        [x509.DistributionPoint([x509.UniformResourceIdentifier(address)], None, None, None)]
    )


def _access(*, issuer: str, ocsp: str | None = None) -> x509.AuthorityInformationAccess:
    ways = [(AuthorityInformationAccessOID.OCSP, ocsp), (AuthorityInformationAccessOID.CA_ISSUERS, issuer)]
    return x509.AuthorityInformationAccess(
        [x509.AccessDescription(way, x509.UniformResourceIdentifier(address)) for way, address in ways if address]
    )


def _rut(kind: ObjectIdentifier, text: str) -> x509.OtherName:
    """An IA5String, as DS 181 asks."""
    return x509.OtherName(kind, bytes([0x16, len(text)]) + text.encode("ascii"))
