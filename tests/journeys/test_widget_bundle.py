"""What the build hands out: one small file, its pinned copy, and the documents that it may send."""

import base64
import gzip
import hashlib
import json
import re
from pathlib import Path

from graphql import build_schema, parse, validate

from backend.cli.paths import FRONTEND, PUBLIC_DOCUMENTS, ROOT

MOST_GZIP_BYTES = 8_000
OF_OTHER_PAGES = {"DocumentsSendAgain"}
OPERATION = re.compile(r"^(?:query|mutation) (\w+)", re.MULTILINE)


def test_the_widget_is_within_its_size_with_everything_in(built: Path) -> None:
    script = (built / "widget" / "v1.js").read_bytes()

    assert len(gzip.compress(script, 9)) <= MOST_GZIP_BYTES
    assert [path.name for path in built.glob("**/*.css")] == []


def test_the_manifest_names_the_version_and_the_hash_of_the_bytes_served(built: Path) -> None:
    script = (built / "widget" / "v1.js").read_bytes()
    manifest = json.loads((built / "widget" / "manifest.json").read_text())
    version = json.loads((FRONTEND / "package.json").read_text())["version"]

    assert manifest["version"] == version
    assert manifest["integrity"] == f"sha384-{base64.b64encode(hashlib.sha384(script).digest()).decode()}"
    assert (built / manifest["pinned"]).read_bytes() == script
    assert manifest["pinned"] == f"widget/{version}.js"


def test_documents_are_listed_by_the_hash_of_their_files_and_of_all_together(built: Path) -> None:
    files = [path.read_bytes() for path in sorted(PUBLIC_DOCUMENTS.glob("*.graphql"))]
    together = b"".join(files)

    listed = json.loads((built / "documents.json").read_text())

    assert listed == {f"sha256:{hashlib.sha256(text).hexdigest()}": text.decode() for text in [*files, together]}
    assert f"sha256:{hashlib.sha256(together).hexdigest()}" in (built / "widget" / "v1.js").read_text()


def test_the_widget_names_only_operations_that_the_documents_have(built: Path) -> None:
    script = (built / "widget" / "v1.js").read_text()
    operations = {name for path in PUBLIC_DOCUMENTS.glob("*.graphql") for name in OPERATION.findall(path.read_text())}

    assert {name for name in operations if f"`{name}`" in script} == operations - OF_OTHER_PAGES


def test_documents_are_valid_by_the_printed_schema() -> None:
    schema = build_schema((ROOT / "backend/schema/public/schema.graphql").read_text())

    faults = {path.name: validate(schema, parse(path.read_text())) for path in PUBLIC_DOCUMENTS.glob("*.graphql")}

    assert faults
    assert {name: found for name, found in faults.items() if found} == {}


def test_the_widget_carries_no_document_but_only_ids(built: Path) -> None:
    script = (built / "widget" / "v1.js").read_text()

    assert "query " not in script
    assert "mutation " not in script


def test_the_widget_uses_nothing_that_a_strict_policy_forbids_or_that_stays_behind(built: Path) -> None:
    script = (built / "widget" / "v1.js").read_text()

    forbidden = r"innerHTML|outerHTML|insertAdjacentHTML|\beval\b|new Function|document\.cookie|\w+Storage\b"
    assert re.findall(forbidden, script) == []


def test_the_lock_file_names_no_registry() -> None:
    lock = (FRONTEND / "package-lock.json").read_text()
    packages = json.loads(lock)["packages"]

    assert '"resolved"' not in lock
    assert all("integrity" in package for path, package in packages.items() if path)
