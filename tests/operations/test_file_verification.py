"""A file is authentic because its hash is on record, and for no other reason; all others get theirs."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from backend.receipts.file_verification import FileVerdict, verify_file
from backend.receipts.files import best_key
from backend.receipts.models import Document, IssuedFile, StampedFile
from backend.receipts.verdicts import MESSAGES, TITLES, Verdict, words_of
from backend.receipts.verification import masked
from backend.signing.examination.findings import Reason
from backend.signing.models import SigningOfficial
from backend.signing.signers.local_key import LocalKey, open_local_key
from backend.tenants.files import tenant_files
from sandbox.authority import Authority
from tests.documents import attacks
from tests.documents.alterations import ALTERATIONS
from tests.documents.conftest import signed
from tests.operations.debts import Car, car, in_town
from tests.operations.deliveries import run_deliveries
from tests.operations.platform import environment, in_environment
from tests.operations.refunding import given_back
from tests.operations.test_receipts import paid

TOWN = "valdivia"


@dataclass(frozen=True)
class Issued:
    """A paid vehicle with both files of its document."""

    vehicle: Car
    document_id: int
    first: bytes
    stamped: bytes


@pytest.fixture(scope="module")
def issued() -> Issued:
    with in_environment():
        vehicle = car(TOWN)
        opened = paid(vehicle)
        for _ in range(2):
            run_deliveries(TOWN, order_id=opened.order.id)
        with in_town(TOWN):
            file = IssuedFile.objects.select_related("document", "stamped").get(document__order=opened.order)
            files = tenant_files().get(file.file_key), tenant_files().get(best_key(file))
    return Issued(vehicle, file.document_id, *files)


@pytest.fixture(scope="module")
def treasurer() -> LocalKey:
    """The key that signs for the town."""
    folder = Path(environment()["SEM_SECRETS_DIR"]) / TOWN
    return open_local_key(folder / "treasurer.p12", environment()["SEM_KEY_PASSPHRASE"])


def verdict(pdf: bytes, town: str = TOWN) -> FileVerdict:
    with in_town(town):
        return verify_file(pdf, now=datetime.now(UTC))


def test_both_files_of_a_document_are_authentic(issued: Issued) -> None:
    for pdf in (issued.first, issued.stamped):
        told = verdict(pdf)

        assert (told.verdict, told.reason) == (Verdict.AUTHENTIC, None)
        assert told.document is not None
        assert (told.document.total, told.document.masked_object[-3:]) == ("$59.543", masked_end(issued.vehicle))
    assert issued.first != issued.stamped


def masked_end(vehicle: Car) -> str:
    return f"{vehicle.plate}-{vehicle.check_digit}"[-3:]


def test_of_the_object_only_the_end_is_told(issued: Issued) -> None:
    told = verdict(issued.first).document

    assert told is not None
    assert issued.vehicle.plate not in told.masked_object
    assert told.masked_object.startswith("••••")


@pytest.mark.parametrize(
    ("name", "shown"), [("BBCC10-3", "••••10-3"), ("2-00017", "•-••017"), ("A1", "•1"), ("7", "•"), ("", "")]
)
def test_names_are_masked(name: str, shown: str) -> None:
    assert masked(name) == shown


def test_an_annulled_document_is_told_so_whatever_its_signature() -> None:
    vehicle = car(TOWN)
    opened = paid(vehicle)
    run_deliveries(TOWN, order_id=opened.order.id)
    with in_town(TOWN):
        pdf = tenant_files().get(IssuedFile.objects.get(document__order=opened.order).file_key)
    before = verdict(pdf)

    given_back(vehicle, opened)
    told = verdict(pdf)

    assert (before.verdict, told.verdict) == (Verdict.AUTHENTIC, Verdict.ANNULLED)
    assert told.document is not None
    assert told.document.annulled_on


@pytest.mark.parametrize(("attack", "expected"), ALTERATIONS.values(), ids=ALTERATIONS.keys())
def test_an_altered_document_is_altered(issued: Issued, attack: Callable[[bytes], bytes], expected: Reason) -> None:
    told = verdict(attack(issued.first))

    assert (told.verdict, told.reason, told.document) == (Verdict.ALTERED, expected, None)


def test_a_stamp_over_an_altered_document_does_not_help_it(issued: Issued) -> None:
    authority = Authority(Path(environment()["SANDBOX_PKI"]))

    told = verdict(attacks.stamped_as_a_document(attacks.flip_a_byte(issued.first), authority))

    assert (told.verdict, told.reason) == (Verdict.ALTERED, Reason.CONTENT_CHANGED)


def test_what_somebody_signed_again_is_altered_whoever_it_is(issued: Issued, treasurer: LocalKey) -> None:
    """11: content replaced, then the whole file signed by a holder of the same authority; here even by our official."""
    replaced = attacks.revised(issued.first, attacks.other_content)

    told = [verdict(attacks.approved(pdf, treasurer)) for pdf in (replaced, attacks.flip_a_byte(issued.first))]

    assert [each.verdict for each in told] == [Verdict.ALTERED] * 2
    assert [each.reason for each in told] == [Reason.CHANGED_AFTERWARDS, Reason.CONTENT_CHANGED]


def test_a_beginning_of_ours_is_enough_to_call_a_file_altered(issued: Issued) -> None:
    told = verdict(issued.stamped + b"\nwhat no reader of PDF understands %PDF-9 << [[ xref")

    assert (told.verdict, told.reason) == (Verdict.ALTERED, Reason.CHANGED_AFTERWARDS)


def test_what_our_official_signed_elsewhere_is_not_a_document_of_ours(issued: Issued, treasurer: LocalKey) -> None:
    with in_town(TOWN):
        content = tenant_files().get(IssuedFile.objects.get(document_id=issued.document_id).file_key)

    told = verdict(signed(unsigned(content), treasurer))

    assert (told.verdict, told.reason) == (Verdict.FOREIGN, Reason.NOT_ON_RECORD)


def test_what_our_official_signed_in_another_way_is_not_a_document_of_ours(
    rendered: bytes, treasurer: LocalKey
) -> None:
    told = verdict(attacks.approved(rendered, treasurer))

    assert (told.verdict, told.reason) == (Verdict.FOREIGN, Reason.NOT_OUR_KIND)


def test_a_signature_from_before_the_term_of_office_does_not_count(rendered: bytes, treasurer: LocalKey) -> None:
    with in_town(TOWN):
        began = SigningOfficial.objects.get(fingerprint=treasurer.fingerprint).in_office_from

    told = verdict(signed(rendered, treasurer, at=began - timedelta(minutes=1)))

    assert (told.verdict, told.reason) == (Verdict.FOREIGN, Reason.NOT_IN_OFFICE)


def test_another_holder_of_the_same_authority_is_not_ours(rendered: bytes, tmp_path: Path) -> None:
    path = tmp_path / "other.p12"
    Authority(Path(environment()["SANDBOX_PKI"])).issue_official(
        common_name="Contribuyente de prueba 17",
        rut="44000017-7",
        organisation="Nadie",
        path=path,
        passphrase="x",
    )

    told = verdict(signed(rendered, open_local_key(path, "x")))

    assert (told.verdict, told.reason) == (Verdict.FOREIGN, Reason.NOT_OUR_OFFICIAL)


def test_a_document_of_one_municipality_is_not_anothers(issued: Issued) -> None:
    told = verdict(issued.first, "nunoa")

    assert (told.verdict, told.reason, told.document) == (Verdict.FOREIGN, Reason.NOT_OUR_OFFICIAL, None)


def test_a_file_without_a_signature_and_one_that_is_none(rendered: bytes) -> None:
    assert verdict(rendered).verdict == Verdict.UNSIGNED
    assert verdict(b"a photograph").verdict == Verdict.UNREADABLE
    assert verdict(b"%PDF-" + bytes(3 * 1024**2)).reason == Reason.TOO_COSTLY


def test_every_verdict_and_reason_has_its_words() -> None:
    assert set(TITLES) == set(Verdict)
    assert set(MESSAGES) == set(Reason)
    assert words_of(Verdict.AUTHENTIC, None).message.es == ""


def test_rows_that_old_codes_need_are_never_deleted(issued: Issued) -> None:
    from django.db import ProgrammingError

    for model in (Document, IssuedFile, StampedFile):
        with in_town(TOWN), pytest.raises(ProgrammingError, match="permission denied"):
            model.objects.all()._raw_delete("default")


@pytest.fixture(scope="module")
def rendered() -> bytes:
    from backend.receipts.rendering import render_permit
    from tests.documents.samples import permit
    from theming import load_preset

    return render_permit(permit(), load_preset("nunoa"))


def unsigned(pdf: bytes) -> bytes:
    """The same pages without the signature."""
    import io

    from pypdf import PdfWriter

    writer = PdfWriter(clone_from=io.BytesIO(pdf))
    for name in ("/AcroForm", "/Perms", "/StructTreeRoot"):
        writer.root_object.pop(name, None)
    writer.pages[0].pop("/Annots", None)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()
