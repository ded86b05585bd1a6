"""What production refuses to start with (HOUSE "Modes"); each line has a test."""

from ipaddress import ip_address, ip_network
from urllib.parse import urlsplit

from django.conf import settings

from backend.shared.files_in_s3 import bucket_of
from backend.signing.trust import TrustFolder
from backend.signing.trust_checks import unsafe_anchors

OUR_SETTINGS = "backend.config.settings"
_WIDEST = {4: 8, 6: 7}
"""Bits that a network of proxies has at least: those of the largest private ones (RFC 1918 §3, RFC 4193 §3.1)."""
INSTITUTIONS = ("SEM_TGR_URL", "SEM_INSURANCE_URL", "SEM_INSPECTION_URL", "SEM_FINES_URL", "SEM_TSA_URL")
CHOSEN_INSTITUTIONS = ("SEM_WEBPAY_URL",)
"""Not every installation has a municipality that works with them."""


class UnsafeProduction(RuntimeError):
    """The mode is `production` and something is set that only a demo may have."""


def refuse_unsafe_production() -> None:
    """Raise `UnsafeProduction` with every reason at once; does nothing in demo and test."""
    if settings.SEM_MODE != "production":
        return
    reasons = [
        *_secrets(),
        *_institutions(),
        *_clock_and_debugging(),
        *_development_authority(),
        *_pinned_authorities(),
        *_files(),
        *_proxies(),
    ]
    if reasons:
        raise UnsafeProduction("refusing to start in production: " + "; ".join(reasons))


def _secrets() -> list[str]:
    reasons = []
    if settings.SECRET_KEY == settings.DEMO_SECRET_KEY or len(settings.SECRET_KEY) < 32:
        reasons.append("SEM_SECRET_KEY is missing, the default or shorter than 32 characters")
    if not settings.SEM_KEY_PASSPHRASE:
        reasons.append("SEM_KEY_PASSPHRASE is missing")
    return reasons


def _institutions() -> list[str]:
    reasons = []
    for name in INSTITUTIONS + tuple(name for name in CHOSEN_INSTITUTIONS if getattr(settings, name)):
        url = urlsplit(getattr(settings, name))
        if url.scheme != "https":
            reasons.append(f"{name} is not an https address")
        elif is_local(url.hostname or ""):
            reasons.append(f"{name} points to this machine: a sandbox")
    if urlsplit(settings.SEM_PUBLIC_ORIGIN).scheme != "https":
        reasons.append("SEM_PUBLIC_ORIGIN is not https")
    return reasons


def is_local(host: str) -> bool:
    """Tell whether a host name is the machine itself (RFC 6761 §6.3, RFC 1122 §3.2.1.3)."""
    host = host.rstrip(".")
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        address = ip_address(host)
        return address.is_loopback or address.is_unspecified
    except ValueError:
        return False


def _clock_and_debugging() -> list[str]:
    reasons = []
    if settings.SETTINGS_MODULE != OUR_SETTINGS:
        reasons.append(f"the settings are not {OUR_SETTINGS}")
    if settings.SEM_CLOCK_SHIFT_DAYS:
        reasons.append("SEM_CLOCK_SHIFT_DAYS shifts the clock")
    if settings.DEBUG:
        reasons.append("DEBUG is on")
    if settings.SEM_FREE_DOCUMENTS:
        reasons.append("free GraphQL documents are allowed")
    if settings.SEM_EXPLORER:
        reasons.append("the explorer is served")
    return reasons


def _development_authority() -> list[str]:
    marker = settings.SEM_SECRETS_DIR / "DEVELOPMENT-AUTHORITY"
    return ["SEM_SECRETS_DIR holds keys of the development certification authority"] if marker.exists() else []


def _pinned_authorities() -> list[str]:
    """Without them no time stamp is believed, and no document can bring what validates it."""
    return unsafe_anchors(TrustFolder(settings.SEM_TRUST_DIR))


def _files() -> list[str]:
    """Documents go to a bucket over https only, under somebody's name; a folder is an absolute one."""
    address = urlsplit(settings.SEM_FILES_URL)
    if address.scheme in ("", "file"):
        is_folder = address.path.startswith("/") and not address.netloc
        return [] if is_folder or not settings.SEM_FILES_URL else ["SEM_FILES_URL is no file:///folder"]
    try:
        bucket = bucket_of(settings.SEM_FILES_URL)
    except ValueError as wrong:
        return [f"SEM_FILES_URL is not usable: {wrong}"]
    reasons = [] if bucket.endpoint.startswith("https://") else ["SEM_FILES_URL: the endpoint is not https"]
    if not (settings.AWS_ACCESS_KEY_ID and settings.AWS_SECRET_ACCESS_KEY):
        reasons.append("AWS_ACCESS_KEY_ID or AWS_SECRET_ACCESS_KEY is missing for the bucket of SEM_FILES_URL")
    return reasons


def _proxies() -> list[str]:
    """A proxy that is everybody lets every client write the network under which its requests are counted."""
    reasons = []
    for proxy in settings.SEM_TRUSTED_PROXIES:
        try:
            network = ip_network(proxy)
        except ValueError:
            reasons.append(f"SEM_TRUSTED_PROXIES: {proxy} is no network")
            continue
        if network.prefixlen < _WIDEST[network.version]:
            reasons.append(f"SEM_TRUSTED_PROXIES: {proxy} is wider than any network of proxies")
    return reasons
