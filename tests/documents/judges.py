"""What others say of our signed documents: poppler with NSS, pyHanko, openssl, qpdf. None shares code with endesive."""

from datetime import datetime
from pathlib import Path

from asn1crypto.cms import ContentInfo
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
    judge_with_openssl(path, root_pem, ca_pem, workdir)
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


def judge_with_openssl(path: Path, root_pem: Path, ca_pem: Path, workdir: Path) -> None:
    """Verify the CAdES message (ETSI EN 319 122-1) over what it covers, and the time stamp where there is one."""
    covered, message, signature = _taken_out(path, workdir)
    trusted = ("-CAfile", str(root_pem), "-certfile", str(ca_pem), "-purpose", "any")
    given = ("-inform", "DER", "-in", str(message), "-content", str(covered), "-binary")
    ask("openssl", "cms", "-verify", "-cades", *given, *trusted, "-out", "/dev/null")
    signer = ContentInfo.load(message.read_bytes())["content"]["signer_infos"][0]
    for attribute in signer["unsigned_attrs"]:
        token = workdir / "token.der"
        token.write_bytes(attribute["values"][0].dump())
        chain = ("-CAfile", str(root_pem), "-untrusted", str(ca_pem))
        ask("openssl", "ts", "-verify", "-token_in", "-in", str(token), "-data", str(signature), *chain)


def _taken_out(path: Path, workdir: Path) -> tuple[Path, Path, Path]:
    """Write what the signature covers, its message and its value into files of their own."""
    with path.open("rb") as file:
        signature = PdfFileReader(file).embedded_signatures[0]
        start, length, second, rest = (int(number) for number in signature.byte_range)
        message = ContentInfo.load(signature.pkcs7_content, strict=False)
    whole = path.read_bytes()
    files = workdir / "covered.bin", workdir / "message.der", workdir / "value.bin"
    files[0].write_bytes(whole[start : start + length] + whole[second : second + rest])
    files[1].write_bytes(message.dump())
    files[2].write_bytes(message["content"]["signer_infos"][0]["signature"].native)
    return files


def judge_with_pyhanko(path: Path, root_pem: Path) -> datetime | None:
    """Validate with revocation fetched and demanded; one certifying signature that covers the whole file.

    Returns the instant of a valid time stamp by an authority under the same root, or None where there is no stamp.
    """
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
    stamp = status.timestamp_validity
    assert stamp is None or (stamp.trusted and stamp.valid and stamp.intact), "the time stamp is not valid"
    return stamp.timestamp if stamp else None
