"""What others say of our signed documents: poppler with NSS, pyHanko, qpdf. None of them shares code with endesive."""

from pathlib import Path

from pyhanko.keys import load_cert_from_pemder
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import SignatureCoverageLevel, validate_pdf_signature
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.fetchers.requests_fetchers import RequestsFetcherBackend

from tests.documents.peers import ask

#: pdfsig ends with 0 whatever it finds: only its lines count.
PDFSIG_LINES = ("Total document signed", "Signature is Valid.", "Certificate is Trusted.")


def judge_pdf(path: Path, root_pem: Path, ca_pem: Path, workdir: Path) -> None:
    """Have every judge accept a signed document, trusting only that root. Raises `AssertionError` when one does not.

    The authority must answer (OCSP, CRL) at the addresses that its certificates name. `workdir` may be used again.
    """
    judge_with_pdfsig(path, root_pem, ca_pem, workdir)
    judge_with_pyhanko(path, root_pem)
    ask("qpdf", "--check", str(path))


def judge_with_pdfsig(path: Path, root_pem: Path, ca_pem: Path, workdir: Path) -> None:
    output = pdfsig(path, root_pem, ca_pem, workdir)
    missing = [line for line in PDFSIG_LINES if line not in output]
    assert not missing, f"pdfsig does not say {missing}:\n{output}"
    assert "Signature #2" not in output, f"more than one signature:\n{output}"


def pdfsig(path: Path, root_pem: Path, ca_pem: Path, workdir: Path) -> str:
    """Give what pdfsig prints when it trusts only that root."""
    store = workdir / "nss"
    if not store.exists():
        store.mkdir(parents=True)
        ask("certutil", "-N", "-d", f"sql:{store}", "--empty-password")
        ask("certutil", "-A", "-d", f"sql:{store}", "-n", "root", "-t", "CT,C,C", "-i", str(root_pem))
        ask("certutil", "-A", "-d", f"sql:{store}", "-n", "ca", "-t", ",,", "-i", str(ca_pem))
    return ask("pdfsig", "-nssdir", f"sql:{store}", str(path))


def judge_with_pyhanko(path: Path, root_pem: Path) -> None:
    """Validate with revocation fetched and demanded; one certifying signature that covers the whole file."""
    with path.open("rb") as file:
        signatures = PdfFileReader(file, strict=True).embedded_signatures
        assert len(signatures) == 1, f"{len(signatures)} signatures"
        signature = signatures[0]
        assert signature.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"
        context = ValidationContext(
            trust_roots=[load_cert_from_pemder(str(root_pem))],  # type: ignore[no-untyped-call]  # pyHanko has no types here
            allow_fetching=True,
            revocation_mode="hard-fail",
            fetcher_backend=RequestsFetcherBackend(per_request_timeout=10),
        )
        status = validate_pdf_signature(signature, context)
    assert status.bottom_line, status.pretty_print_details()  # type: ignore[no-untyped-call]  # nor here
    assert status.coverage == SignatureCoverageLevel.ENTIRE_FILE, f"covers {status.coverage}"
    assert status.docmdp_ok, "the file was changed after it was certified"
