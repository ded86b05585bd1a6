"""AWS Signature Version 4, as far as S3 asks for it: one request, its body hashed, in headers.

Source: Amazon S3 API Reference, "Authenticating Requests: Using the Authorization Header".
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import quote, urlsplit

_ALGORITHM, _SERVICE = "AWS4-HMAC-SHA256", "s3"


@dataclass(frozen=True)
class Credentials:
    """Who asks; `token` comes with credentials that end (STS)."""

    access_key: str
    secret_key: str = field(repr=False)
    token: str = field(default="", repr=False)


def signed_headers(
    method: str,
    url: str,
    body: bytes,
    *,
    credentials: Credentials,
    region: str,
    at: datetime,
    more: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """Return the headers to send: `more` and those of the signature, Host among them. `url` has no query; `at` is UTC.

    The path must be quoted as `quoted` does.
    """
    address, moment = urlsplit(url), f"{at:%Y%m%dT%H%M%SZ}"
    hashed = hashlib.sha256(body).hexdigest()
    sent = {"host": address.netloc, "x-amz-content-sha256": hashed, "x-amz-date": moment}
    sent |= {name.lower(): value for name, value in (more or {}).items()}
    if credentials.token:
        sent["x-amz-security-token"] = credentials.token
    names = ";".join(sorted(sent))
    lines = [f"{name}:{value.strip()}" for name, value in sorted(sent.items())]
    request = "\n".join([method, address.path, "", *lines, "", names, hashed])
    scope = f"{moment[:8]}/{region}/{_SERVICE}/aws4_request"
    text = "\n".join([_ALGORITHM, moment, scope, hashlib.sha256(request.encode()).hexdigest()])
    key = f"AWS4{credentials.secret_key}".encode()
    for part in scope.split("/"):
        key = _hmac(key, part)
    said = f"{_ALGORITHM} Credential={credentials.access_key}/{scope}, SignedHeaders={names}"
    return {**sent, "authorization": f"{said}, Signature={_hmac(key, text).hex()}"}


def quoted(path: str) -> str:
    """Return a path as S3 signs it: everything encoded once but letters, digits, `-._~` and the slashes."""
    return quote(path, safe="/-._~")


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()
