"""A document keeps the look that it was frozen with, whatever the municipality chooses afterwards."""

import io
from collections.abc import Iterator

import pytest
from pypdf import PdfReader

from backend.audit.actors import terminal
from backend.profile.queries import forget_cached_profiles
from backend.profile.themes import choose_theme, restore_theme
from backend.receipts import operations as receipts
from backend.receipts.models import Document, IssuedFile
from backend.tenants.files import tenant_files
from tests.operations.debts import car, in_town
from tests.operations.test_receipts import paid
from theming.tokens import preset_logo, preset_tokens

TOWN = "nunoa"


@pytest.fixture(autouse=True)
def _the_town_looks_as_before() -> Iterator[None]:
    yield
    wear()


def wear(**changes: object) -> int:
    """Dress the town, and have this process know it at once."""
    with in_town(TOWN):
        version = choose_theme(tokens=preset_tokens(TOWN) | changes, logo=preset_logo(TOWN), actor=terminal())
        forget_cached_profiles()
    return version


def frozen(town: str = TOWN) -> int:
    opened = paid(car(town))
    with in_town(town):
        receipts.freeze_documents(order_id=opened.order.id)
    return opened.order.id


def words_of(order_id: int) -> tuple[int, str]:
    """The version of the look that an order's document has, and what its page says."""
    with in_town(TOWN):
        receipts.issue_receipt(order_id=order_id)
        document = Document.objects.get(order_id=order_id)
        pdf = tenant_files().get(IssuedFile.objects.get(document=document).file_key)
    return document.theme_version, " ".join(PdfReader(io.BytesIO(pdf)).pages[0].extract_text().split())


def test_a_document_that_waited_is_drawn_in_the_look_of_its_day() -> None:
    before = wear(footer="Pie de antes")
    waiting = frozen()
    after = wear(footer="Pie de ahora")

    old, new = words_of(waiting), words_of(frozen())

    assert (old[0], new[0]) == (before, after)
    assert "Pie de antes" in old[1]
    assert "Pie de ahora" in new[1]


def test_going_back_changes_no_document() -> None:
    first = wear(footer="Pie primero")
    wear(footer="Pie segundo")
    waiting = frozen()
    with in_town(TOWN):
        back = restore_theme(version=first, actor=terminal())
        forget_cached_profiles()

    old, new = words_of(waiting), words_of(frozen())

    assert new[0] == back == first + 2
    assert "Pie segundo" in old[1]
    assert "Pie primero" in new[1]
