"""Production refuses to start with what only a demo may have: one test for each line of backend/config/guards.py."""

import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from backend.cli.paths import ROOT
from backend.config.guards import is_local
from tests.operations.platform import environment

ASK = "from backend.config.guards import refuse_unsafe_production; refuse_unsafe_production()"
ENTRANCES = {
    "web": ["-c", "import backend.config.wsgi"],
    "worker": ["-c", "import backend.config.worker"],
    "relay": ["-m", "backend.cli", "relay"],
    "clock": ["-m", "backend.cli", "clock"],
}
KEYS = {"AWS_ACCESS_KEY_ID": "me", "AWS_SECRET_ACCESS_KEY": "secret"}
OTHER_SETTINGS = "the settings are not backend.config.settings"
INSTITUTIONS = ("SEM_TGR_URL", "SEM_INSURANCE_URL", "SEM_INSPECTION_URL", "SEM_FINES_URL", "SEM_TSA_URL")


@pytest.fixture
def safe(tmp_path: Path) -> dict[str, str]:
    """An environment that production accepts."""
    return {
        **environment(),
        "SEM_MODE": "production",
        "SEM_SECRET_KEY": "k" * 50,
        "SEM_KEY_PASSPHRASE": "a passphrase",
        "SEM_SECRETS_DIR": str(tmp_path),
        "SEM_TRUST_DIR": str(trust_folder(tmp_path)),
        "SEM_CLOCK_SHIFT_DAYS": "0",
        "SEM_PUBLIC_ORIGIN": "https://{host}",
        "SEM_TRUSTED_PROXIES": "10.0.0.0/8,fd00::/8,203.0.113.7",
        "SEM_WEBPAY_URL": "",  # no municipality of this installation uses it
        **{name: f"https://{name.lower().replace('_', '-')}.example" for name in INSTITUTIONS},
    }


def trust_folder(parent: Path) -> Path:
    """An authority of nobody's, pinned for signers (PEM) and for time stamps (DER)."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Autoridad de prueba S.A.")])
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, now, now + timedelta(days=1))
    certificate = builder.sign(key, hashes.SHA256())
    for kind, encoding in (("signers", Encoding.PEM), ("time-stamps", Encoding.DER)):
        (parent / "trust" / kind).mkdir(parents=True)
        (parent / "trust" / kind / "root.crt").write_bytes(certificate.public_bytes(encoding))
    return parent / "trust"


def run(env: Mapping[str, str], *arguments: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=env, capture_output=True, text=True, check=False, timeout=120
    )
    return done.returncode, done.stderr.strip().rpartition("\n")[2]


def refusal(env: Mapping[str, str]) -> str:
    """What the guard says, without the class of the error; empty where it lets production start."""
    code, said = run(env, "-c", ASK)
    assert (code == 0) is (said == ""), said
    return said.partition("refusing to start in production: ")[2]


def test_a_safe_environment_starts(safe: dict[str, str]) -> None:
    assert refusal(safe) == ""
    assert run(safe, *ENTRANCES["web"])[0] == 0
    for address in ("file:///srv/sem", "s3://docs/sem?endpoint=https://s3.example.com&region=sa-east-1"):
        assert refusal({**safe, "SEM_FILES_URL": address, **KEYS}) == ""


@pytest.mark.parametrize("entrance", ENTRANCES.values(), ids=ENTRANCES.keys())
def test_every_process_asks_the_guard(safe: dict[str, str], entrance: list[str]) -> None:
    code, said = run({**safe, "SEM_KEY_PASSPHRASE": ""}, *entrance)

    assert code != 0
    assert "refusing to start in production: SEM_KEY_PASSPHRASE is missing" in said


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"SEM_SECRET_KEY": "short"}, "SEM_SECRET_KEY is missing, the default or shorter than 32 characters"),
        (
            {"SEM_SECRET_KEY": "only-for-a-command-that-serves-nobody"},
            "SEM_SECRET_KEY is missing, the default or shorter than 32 characters",
        ),
        ({"SEM_KEY_PASSPHRASE": ""}, "SEM_KEY_PASSPHRASE is missing"),
        ({"SEM_CLOCK_SHIFT_DAYS": "-30"}, "SEM_CLOCK_SHIFT_DAYS shifts the clock"),
        ({"SEM_PUBLIC_ORIGIN": "http://{host}:8000"}, "SEM_PUBLIC_ORIGIN is not https"),
        ({"DJANGO_SETTINGS_MODULE": "tests.controls.settings_debug"}, f"{OTHER_SETTINGS}; DEBUG is on"),
        (
            {"DJANGO_SETTINGS_MODULE": "tests.controls.settings_free_documents"},
            f"{OTHER_SETTINGS}; free GraphQL documents are allowed",
        ),
        ({"SEM_TRUSTED_PROXIES": "0.0.0.0/0"}, "SEM_TRUSTED_PROXIES: 0.0.0.0/0 is wider than any network of proxies"),
        ({"SEM_TRUSTED_PROXIES": "10.0.0.0/8,::/1"}, "SEM_TRUSTED_PROXIES: ::/1 is wider than any network of proxies"),
        ({"SEM_TRUSTED_PROXIES": "10.1.2.3/8"}, "SEM_TRUSTED_PROXIES: 10.1.2.3/8 is no network"),
        ({"SEM_TGR_URL": "https://tgr.localhost:8100"}, "SEM_TGR_URL points to this machine: a sandbox"),
        ({"SEM_WEBPAY_URL": "http://real.example"}, "SEM_WEBPAY_URL is not an https address"),
        (
            {"SEM_FILES_URL": "s3://docs?endpoint=http://minio.example:9000", **KEYS},
            "SEM_FILES_URL: the endpoint is not https",
        ),
        (
            {"SEM_FILES_URL": "s3://docs", "AWS_ACCESS_KEY_ID": "me"},
            "AWS_ACCESS_KEY_ID or AWS_SECRET_ACCESS_KEY is missing for the bucket of SEM_FILES_URL",
        ),
        (
            {"SEM_FILES_URL": "https://docs.example"},
            "SEM_FILES_URL is not usable: s3://bucket/prefix?endpoint=https://…&region=…",
        ),
        ({"SEM_FILES_URL": "file://folder"}, "SEM_FILES_URL is no file:///folder"),
    ],
)
def test_a_demo_s_setting_is_refused(safe: dict[str, str], changes: dict[str, str], sentence: str) -> None:
    assert refusal({**safe, **changes}) == sentence


@pytest.mark.parametrize("institution", INSTITUTIONS)
def test_an_institution_without_https_is_refused(safe: dict[str, str], institution: str) -> None:
    assert refusal({**safe, institution: "http://real.example"}) == f"{institution} is not an https address"


def test_keys_of_the_development_authority_are_refused(safe: dict[str, str]) -> None:
    (Path(safe["SEM_SECRETS_DIR"]) / "DEVELOPMENT-AUTHORITY").write_text("x")

    assert refusal(safe) == "SEM_SECRETS_DIR holds keys of the development certification authority"


def test_a_missing_folder_of_trust_is_refused(safe: dict[str, str], tmp_path: Path) -> None:
    kinds = ("signers", "time-stamps")
    reasons = [f"SEM_TRUST_DIR/{kind} pins no root certificate" for kind in kinds]

    assert refusal({**safe, "SEM_TRUST_DIR": str(tmp_path / "nowhere")}) == "; ".join(reasons)


@pytest.mark.parametrize("kind", ["signers", "time-stamps"])
def test_authorities_must_be_pinned(safe: dict[str, str], kind: str) -> None:
    root = Path(safe["SEM_TRUST_DIR"]) / kind / "root.crt"
    root.write_text("no certificate")
    damaged = refusal(safe)
    root.unlink()

    assert damaged == f"SEM_TRUST_DIR/{kind} holds a file that is no certificate"
    assert refusal(safe) == f"SEM_TRUST_DIR/{kind} pins no root certificate"


@pytest.mark.parametrize("kind", ["signers", "time-stamps"])
def test_the_development_authority_is_not_pinned(safe: dict[str, str], kind: str) -> None:
    root = (Path(environment()["SANDBOX_PKI"]) / "root.pem").read_bytes()
    (Path(safe["SEM_TRUST_DIR"]) / kind / "another.pem").write_bytes(root)

    assert refusal(safe) == f"SEM_TRUST_DIR/{kind} holds the root of the development certification authority"


def test_all_reasons_are_told_at_once(safe: dict[str, str]) -> None:
    said = refusal({**safe, "SEM_KEY_PASSPHRASE": "", "SEM_CLOCK_SHIFT_DAYS": "1", "SEM_TGR_URL": ""})

    assert said == (
        "SEM_KEY_PASSPHRASE is missing; SEM_TGR_URL is not an https address; SEM_CLOCK_SHIFT_DAYS shifts the clock"
    )


def test_production_is_the_mode_that_nobody_has_to_set(safe: dict[str, str]) -> None:
    unset = {name: value for name, value in safe.items() if name != "SEM_MODE"}

    assert refusal({**unset, "SEM_KEY_PASSPHRASE": ""}) == "SEM_KEY_PASSPHRASE is missing"


@pytest.mark.parametrize(
    "host", ["localhost", "localhost.", "tgr.localhost", "127.0.0.1", "127.9.9.9", "::1", "0.0.0.0", "::"]
)
def test_this_machine_is_known_by_all_its_names(host: str) -> None:
    assert is_local(host)


@pytest.mark.parametrize("host", ["www.tgr.example", "localhost.example", "notlocalhost", "203.0.113.9", ""])
def test_other_machines_are_not_this_one(host: str) -> None:
    assert not is_local(host)
