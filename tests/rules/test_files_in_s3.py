"""A bucket as a shelf: what is asked, how it is signed, and what becomes of each refusal."""

from __future__ import annotations

import hashlib
import http.server
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

from backend.shared import breaker
from backend.shared.files import FileStore, StorageUnavailable, StoredFileMissing
from backend.shared.files_in_s3 import S3, AddressNotUsable, bucket_of
from backend.shared.sigv4 import Credentials, quoted, signed_headers
from tests.rules.small_server import Received, SmallServer, says, serving

# Of Amazon's documentation ("Signature Calculations for the Authorization Header: Transferring Payload in a Single
# Chunk"), which published them as an example.
EXAMPLE = Credentials("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
THEN = datetime(2013, 5, 24, tzinfo=UTC)
NO_SUCH_KEY = b"<Error><Code>NoSuchKey</Code></Error>"


@pytest.fixture(autouse=True)
def _afresh() -> Iterator[None]:
    breaker.start_afresh()
    yield
    breaker.start_afresh()


def store(server: SmallServer) -> FileStore:
    return FileStore(S3(bucket_of(f"s3://documents/sem ñ?endpoint={server.url}"), EXAMPLE, "nunoa"))


@pytest.mark.parametrize(
    ("method", "path", "body", "more", "signature"),
    [
        (
            "GET",
            "/test.txt",
            b"",
            {"Range": "bytes=0-9"},
            "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
        ),
        (
            "PUT",
            "/test$file.text",
            b"Welcome to Amazon S3.",
            {"Date": "Fri, 24 May 2013 00:00:00 GMT", "x-amz-storage-class": "REDUCED_REDUNDANCY"},
            "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
        ),
    ],
    ids=["GET", "PUT"],
)
def test_requests_are_signed_as_amazon_s_examples(
    method: str, path: str, body: bytes, more: dict[str, str], signature: str
) -> None:
    url = f"https://examplebucket.s3.amazonaws.com{quoted(path)}"

    headers = signed_headers(method, url, body, credentials=EXAMPLE, region="us-east-1", at=THEN, more=more)

    assert headers["authorization"].rpartition("Signature=")[2] == signature
    assert "/20130524/us-east-1/s3/aws4_request" in headers["authorization"]


def is_signed(received: Received, url: str, method: str) -> bool:
    """Sign what arrived again, from the headers that arrived."""
    names = {name.lower(): value for name, value in received.headers.items()}
    named = names["authorization"].partition("SignedHeaders=")[2].partition(",")[0].split(";")
    at = datetime.strptime(names["x-amz-date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    more = {name: names[name] for name in named if name not in ("host", "x-amz-date", "x-amz-content-sha256")}
    again = signed_headers(
        method, f"{url}{received.path}", received.body, credentials=EXAMPLE, region="us-east-1", at=at, more=more
    )
    return again["authorization"] == names["authorization"] and again["host"] == names["host"]


def test_what_arrives_is_what_was_signed() -> None:
    with serving(says(b"")) as server:
        key = store(server).put(b"a permit", ".pdf")

    (received,) = server.received
    assert received.path == f"/documents/sem%20%C3%B1/nunoa/{key}"
    assert received.body == b"a permit"
    assert received.headers["x-amz-content-sha256"] == hashlib.sha256(b"a permit").hexdigest()
    assert received.headers["If-None-Match".lower()] == "*"
    assert is_signed(received, server.url, "PUT")


def test_a_part_that_files_share_is_sent_once() -> None:
    with serving(says(b"")) as server:
        for tail in (b"one", b"two", b"three"):
            store(server).put_parted([b"the base"], b"the base" + tail, ".pdf")

    assert len(server.received) == 1 + 3


def answering(*answers: tuple[int, bytes]) -> Callable[[http.server.BaseHTTPRequestHandler], None]:
    """Give these answers one after the other, the last one again and again."""
    waiting = list(answers)

    def answer(handler: http.server.BaseHTTPRequestHandler) -> None:
        status, body = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        says(body, status)(handler)

    return answer


@pytest.mark.parametrize(
    ("answers", "asked"),
    [
        ([(412, b""), (200, b"a permit")], ["*", None]),
        ([(412, b""), (200, b"damaged"), (200, b"")], ["*", None, None]),
        ([(412, b""), (404, NO_SUCH_KEY), (200, b"")], ["*", None, None]),
        ([(409, b""), (200, b"")], ["*", None]),
        ([(501, b""), (200, b"")], ["*", None]),
    ],
    ids=["it is there", "damaged there", "gone again", "somebody is writing it", "conditions not known"],
)
def test_what_is_there_is_left_and_what_is_not_is_written(
    answers: list[tuple[int, bytes]], asked: list[str | None]
) -> None:
    with serving(answering(*answers)) as server:
        store(server).put(b"a permit", ".pdf")

    assert [received.headers.get("if-none-match") for received in server.received] == asked


@pytest.mark.parametrize(
    ("status", "body", "why"),
    [
        (403, b"<Error><Code>SignatureDoesNotMatch</Code></Error>", "403 SignatureDoesNotMatch"),
        (404, b"<Error><Code>NoSuchBucket</Code></Error>", "404 NoSuchBucket"),
        (500, b"", "500"),
        (503, b"<Error><Code>SlowDown</Code></Error>", "503 SlowDown"),
        (301, b"<Error><Code>PermanentRedirect</Code></Error>", "301 PermanentRedirect"),
    ],
)
def test_a_refusal_is_told_and_nothing_is_taken_for_stored_or_missing(status: int, body: bytes, why: str) -> None:
    with serving(says(body, status)) as server:
        for act in (lambda: store(server).put(b"a permit"), lambda: store(server).get("ab/" + "0" * 62)):
            with pytest.raises(StorageUnavailable) as refused:
                act()
            assert why in refused.value.message.es

    assert len(server.received) == 2


def test_a_key_that_is_not_there_is_missing() -> None:
    with serving(says(NO_SUCH_KEY, 404)) as server, pytest.raises(StoredFileMissing):
        store(server).get("ab/" + "0" * 62)


def test_who_does_not_answer_is_left_alone() -> None:
    with serving(says(b"", 503)) as server:
        for _ in range(9):
            with pytest.raises(StorageUnavailable):
                store(server).put(b"a permit")

    assert len(server.received) == 5


@pytest.mark.parametrize(
    "address",
    [
        "s3://",
        "http://bucket",
        "s3://bucket?endpoint=minio:9000",
        "s3://bucket?endpoint=https://host/path",
        "s3://bucket?secret=x",
        "s3://bucket?endpoint",
    ],
)
def test_an_address_that_cannot_be_is_refused(address: str) -> None:
    with pytest.raises((AddressNotUsable, ValueError)):
        bucket_of(address)


def test_without_an_endpoint_it_is_amazon_s() -> None:
    bucket = bucket_of("s3://bucket/a/b/?region=sa-east-1")

    assert (bucket.endpoint, bucket.prefix) == ("https://s3.sa-east-1.amazonaws.com", "a/b/")


def test_the_secret_is_not_shown() -> None:
    assert EXAMPLE.secret_key not in repr(EXAMPLE)
