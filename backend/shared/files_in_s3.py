"""A shelf that is a bucket of S3, or of what speaks like it (MinIO, Ceph, Garage).

Over the one HTTP client, with time-outs and a breaker. What lies there is never changed: `write` asks for a condition
(`If-None-Match: *`) where the server knows it, and a key holds the hash of its content, which the server compares too.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx

from backend.shared import http
from backend.shared.files import StorageUnavailable, StoredFileMissing
from backend.shared.sigv4 import Credentials, quoted, signed_headers

INSTITUTION = "file_storage"
CONNECT_SECONDS, READ_SECONDS = 3.0, 30.0
LARGEST_FILE = 128 * 1024 * 1024
_CODE = re.compile(rb"<Code>([A-Za-z0-9]{1,60})</Code>")
_MOST_KNOWN = 10_000
_ONLY_NEW = {"If-None-Match": "*"}

_known: set[str] = set()
"""Addresses of what this process knows to be there: parts that many files share are not sent with each of them."""


class AddressNotUsable(ValueError):
    """An address of a bucket that cannot be."""


@dataclass(frozen=True)
class Bucket:
    """Where a bucket is; `prefix` begins every key in it, with a slash at its end or empty."""

    endpoint: str
    name: str
    prefix: str
    region: str


def bucket_of(address: str) -> Bucket:
    """Read `s3://bucket/prefix?endpoint=https://…&region=…`; without endpoint it is Amazon's, in us-east-1 unless said.

    Raises `AddressNotUsable`.
    """
    parts = urlsplit(address)
    given = parse_qs(parts.query, strict_parsing=bool(parts.query))
    if parts.scheme != "s3" or not parts.netloc or set(given) - {"endpoint", "region"}:
        raise AddressNotUsable("s3://bucket/prefix?endpoint=https://…&region=…")
    region = given.get("region", ["us-east-1"])[0]
    endpoint = given.get("endpoint", [f"https://s3.{region}.amazonaws.com"])[0].rstrip("/")
    if urlsplit(endpoint).scheme not in ("http", "https") or urlsplit(endpoint).path:
        raise AddressNotUsable("endpoint is https://host or https://host:port")
    prefix = parts.path.strip("/")
    return Bucket(endpoint, parts.netloc, f"{prefix}/" if prefix else "", region)


class S3:
    """Objects of one bucket under `folder`."""

    def __init__(self, bucket: Bucket, credentials: Credentials, folder: str) -> None:
        self._bucket, self._credentials = bucket, credentials
        self._root = f"{bucket.endpoint}/{bucket.name}/{quoted(f'{bucket.prefix}{folder}')}"

    def read(self, key: str) -> bytes:
        """Read an object."""
        answer = self._ask("GET", key)
        if answer.status_code == 200:
            return answer.content
        if answer.status_code == 404 and _code_of(answer) in ("NoSuchKey", ""):
            raise StoredFileMissing()
        raise _refusal(answer)

    def write(self, key: str, data: bytes) -> None:
        """Write an object, unless it is there with this very content."""
        address = f"{self._root}/{key}"
        if address in _known:
            return
        answer = self._ask("PUT", key, data, _ONLY_NEW)
        is_there = answer.status_code == 412 and self._holds(key, data)
        if answer.status_code in (409, 412, 501) and not is_there:
            answer = self._ask("PUT", key, data)  # damaged, being written by somebody else, or conditions not known
        if answer.status_code != 200 and not is_there:
            raise _refusal(answer)
        if len(_known) >= _MOST_KNOWN:
            _known.clear()
        _known.add(address)

    def doubt(self, key: str) -> None:
        """Forget that the object is there."""
        _known.discard(f"{self._root}/{key}")

    @contextmanager
    def at_hand(self, key: str) -> Iterator[Path]:
        """Give a temporary file."""
        data = self.read(key)
        with tempfile.NamedTemporaryFile(prefix="sem-", suffix=Path(key).suffix) as file:
            file.write(data)
            file.flush()
            yield Path(file.name)

    def _holds(self, key: str, data: bytes) -> bool:
        try:
            return self.read(key) == data
        except StoredFileMissing:
            return False

    def _ask(self, method: str, key: str, body: bytes = b"", more: dict[str, str] | None = None) -> httpx.Response:
        url = f"{self._root}/{key}"
        headers = signed_headers(
            method,
            url,
            body,
            credentials=self._credentials,
            region=self._bucket.region,
            at=datetime.now(UTC),
            more=more,
        )
        try:
            return http.request(
                method,
                url,
                institution=INSTITUTION,
                connect=CONNECT_SECONDS,
                read=READ_SECONDS,
                headers=headers,
                content=body if method == "PUT" else None,
                max_bytes=LARGEST_FILE,
            )
        except http.TransportFailed as failed:
            raise StorageUnavailable(why=str(failed.fields.get("reason", "no answer"))) from failed


def _code_of(answer: httpx.Response) -> str:
    found = _CODE.search(answer.content[:10_000])
    return found[1].decode() if found else ""


def _refusal(answer: httpx.Response) -> StorageUnavailable:
    return StorageUnavailable(why=f"{answer.status_code} {_code_of(answer)}".strip())
