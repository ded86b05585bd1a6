from __future__ import annotations

import hashlib
import resource
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from backend.shared.errors import Unavailable
from backend.shared.files import FileStore, StorageUnavailable, StoredFileDamaged, StoredFileMissing
from backend.shared.files_in_directory import Directory
from backend.shared.files_in_s3 import S3, bucket_of
from backend.shared.sigv4 import Credentials
from tests.rules.s3_server import S3Server, running_s3


@dataclass(frozen=True)
class Kept:
    """A store, and the folder in which its contents lie, one file a key."""

    store: FileStore
    folder: Path

    def files(self) -> list[Path]:
        return [path for path in self.folder.rglob("*") if path.is_file()]


@pytest.fixture(scope="module")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    with running_s3(tmp_path_factory.mktemp("s3") / "buckets") as server:
        yield server


@pytest.fixture(params=["directory", "bucket"])
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Kept:
    """Both shelves are held to the same contract."""
    if request.param == "directory":
        return Kept(FileStore(Directory(tmp_path / "files")), tmp_path / "files")
    server: S3Server = request.getfixturevalue("s3")
    prefix = f"sem/{tmp_path.name}"
    shelf = S3(bucket_of(server.address(prefix)), Credentials("who", "secret"), "nunoa")
    return Kept(FileStore(shelf), server.folder / prefix / "nunoa")


def test_what_is_stored_is_read_again(kept: Kept) -> None:
    store = kept.store

    key = store.put(b"a permit", ".pdf")

    digest = hashlib.sha256(b"a permit").hexdigest()
    assert key == f"{digest[:2]}/{digest[2:]}.pdf"
    assert store.get(key) == b"a permit"


def test_storing_twice_is_storing_once(kept: Kept) -> None:
    store = kept.store

    assert store.put(b"same", ".pdf") == store.put(b"same", ".pdf")
    assert len(kept.files()) == 1


@pytest.mark.parametrize(
    "key",
    [
        "",
        "../secret",
        "/etc/passwd",
        "ab/../../secret",
        "ab/" + "0" * 61,
        "ab/" + "0" * 62 + "/..",
        "ab/" + "0" * 62 + "\n",
    ],
)
def test_a_key_cannot_leave_the_store(tmp_path: Path, key: str) -> None:
    (tmp_path / "secret").write_bytes(b"secret")
    store = FileStore(Directory(tmp_path / "files"))

    with pytest.raises(StoredFileMissing):
        store.get(key)


@pytest.mark.parametrize("suffix", ["pdf", "./../x", ".PDF", "/x", ".a/b"])
def test_a_suffix_cannot_leave_the_store(tmp_path: Path, suffix: str) -> None:
    with pytest.raises(ValueError, match="suffix"):
        FileStore(Directory(tmp_path)).put(b"data", suffix)

    assert list(tmp_path.iterdir()) == []


def test_a_file_that_the_disk_does_not_take_is_told_and_leaves_nothing_behind(tmp_path: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, hard))
    try:
        with pytest.raises(StorageUnavailable) as refused:
            FileStore(Directory(tmp_path)).put(b"a" * 2_000, ".pdf")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert isinstance(refused.value, Unavailable)
    assert "File too large" in refused.value.message.en
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    assert FileStore(Directory(tmp_path)).put(b"a" * 2_000, ".pdf").endswith(".pdf")


def test_a_damaged_file_is_told_and_mended_by_storing_it_again(kept: Kept) -> None:
    store = kept.store
    key = store.put(b"original", ".pdf")
    (kept.folder / key).write_bytes(b"changed!")

    with pytest.raises(StoredFileDamaged):
        store.get(key)
    store.put(b"original", ".pdf")

    assert store.get(key) == b"original"


def test_nothing_half_written_stays_when_writing_fails(tmp_path: Path) -> None:
    store = FileStore(Directory(tmp_path))
    digest = hashlib.sha256(b"x").hexdigest()
    (tmp_path / digest[:2] / digest[2:]).mkdir(parents=True)

    with pytest.raises(StorageUnavailable):
        store.put(b"x")

    assert [path.name for path in (tmp_path / digest[:2]).iterdir()] == [digest[2:]]


def test_files_with_one_base_are_stored_with_it_once(kept: Kept) -> None:
    store, base = kept.store, bytes(range(256)) * 100

    keys = [store.put_parted([base], base + tail, ".pdf") for tail in (b"one", b"two")]

    assert [store.get(key) for key in keys] == [base + b"one", base + b"two"]
    assert sum(path.stat().st_size for path in kept.files()) < len(base) + 400


def test_parts_are_shared_each_for_itself(kept: Kept) -> None:
    store, bases, blocks = (
        kept.store,
        (b"base one", b"base two"),
        (b"block of ten", b"block of eleven"),
    )
    wholes = {(base, block): base + block + b"tail" for base in bases for block in blocks}

    keys = {parts: store.put_parted(parts, whole, ".pdf") for parts, whole in wholes.items()}

    assert {parts: store.get(key) for parts, key in keys.items()} == wholes
    assert len(list(kept.folder.rglob("*.base"))) == len(bases) + len(blocks)
    assert store.put_parted([], b"whole", ".pdf").endswith(".pdf")


def test_a_file_that_was_stored_in_two_parts_is_still_read(kept: Kept) -> None:
    store = kept.store
    base = store.put(b"the base", ".base")

    tail = base.encode() + b"\n" + zlib.compress(b" and the tail")
    digest = hashlib.sha256(tail).hexdigest()
    (kept.folder / digest[:2]).mkdir(exist_ok=True)
    (kept.folder / digest[:2] / f"{digest[2:]}.tail").write_bytes(tail)

    assert store.get(f"{digest[:2]}/{digest[2:]}.tail") == b"the base and the tail"


def test_a_file_beside_another_shares_its_base_where_it_has_it(kept: Kept) -> None:
    store, base = kept.store, b"base " * 100
    parted, whole = store.put_parted([base], base + b"one", ".pdf"), store.put(base + b"whole", ".pdf")

    keys = [store.put_beside(parted, base + b"two", ".pdf"), store.put_beside(parted, b"other", ".pdf")]
    keys.append(store.put_beside(whole, base + b"three", ".pdf"))

    assert [key[65:] for key in keys] == [".tail", ".pdf", ".pdf"]
    assert [store.get(key) for key in keys] == [base + b"two", b"other", base + b"three"]


@pytest.mark.parametrize("part", [b"base", b"block", b"tail"])
def test_a_file_in_parts_is_damaged_with_any(kept: Kept, part: bytes) -> None:
    store = kept.store
    key = store.put_parted([b"base", b"block"], b"baseblocktail", ".pdf")

    next((path for path in kept.files() if path.read_bytes() == part), kept.folder / key).write_bytes(b"altered")

    with pytest.raises(StoredFileDamaged):
        store.get(key)


def test_nobody_stores_a_tail_without_its_base(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="suffix"):
        FileStore(Directory(tmp_path)).put(b"key\n", ".tail")


def test_a_process_has_a_file_at_hand_for_as_long_as_it_reads(kept: Kept) -> None:
    key = kept.store.put(b"a roll", ".xlsx")

    with kept.store.at_hand(key) as path:
        content, name = path.read_bytes(), path.name

    assert (content, Path(name).suffix) == (b"a roll", ".xlsx")
    assert kept.store.get(key) == b"a roll"


@pytest.mark.parametrize("key", ["ab/" + "0" * 62 + ".xlsx", "../secret", "ab/" + "0" * 62 + ".tail"])
def test_what_is_not_there_is_not_at_hand_either(kept: Kept, key: str) -> None:
    with pytest.raises(StoredFileMissing), kept.store.at_hand(key):
        pass


def test_many_store_the_same_at_once(kept: Kept) -> None:
    with ThreadPoolExecutor(8) as threads:
        keys = set(threads.map(lambda _: kept.store.put(b"a permit" * 1000, ".pdf"), range(16)))

    assert len(keys) == 1
    assert kept.store.get(keys.pop()) == b"a permit" * 1000
    assert len(kept.files()) == 1
