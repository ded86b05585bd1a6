"""What people and municipalities write is printed as it is: never markup, never a template, never an address."""

import logging
import sys
import threading
from collections.abc import Iterator
from dataclasses import fields, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from backend.receipts.rendering import ChargeLine, Fact, PermitDocument, render_permit
from tests.documents.samples import permit
from tests.documents.test_rendering import words_of
from theming import Theme, load_preset, load_theme, page_css, preset_tokens, render

_opened: list[str] = []


def _note_what_is_opened(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "open" and "passwd" in str(arguments[0]):
        _opened.append(str(arguments[0]))


sys.addaudithook(_note_what_is_opened)


@pytest.fixture
def opened() -> list[str]:
    """Paths with "passwd" in them that this process opened, or tried to."""
    _opened.clear()
    return _opened


class Listener(ThreadingHTTPServer):
    hits: list[str]

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/x"


@pytest.fixture
def listener() -> Iterator[Listener]:
    class Noting(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            assert isinstance(self.server, Listener)
            self.server.hits.append(self.path)
            self.send_error(404)

        def log_message(self, format: str, *arguments: object) -> None:
            """Say nothing."""

    server = Listener(("127.0.0.1", 0), Noting)
    server.hits = []
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def hostile_texts(address: str) -> list[str]:
    return [
        "<img src=file:///etc/passwd>",
        f'<pdf:include src="{address}">',
        f'<link rel=stylesheet href="{address}">',
        "</style><style>@import 'file:///etc/passwd';",
        "{{ 7|add:7 }}",
        "{% debug %}",
        f"url({address})",
        "&nbsp;<b>",
        "<pdf:nextpage/><!--",
        "$&amp;\\1 %s {0}",
    ]


def hostile_theme(text: str) -> Theme:
    tokens = preset_tokens("nunoa")
    texts = dict.fromkeys(("name", "title", "intro", "help", "footer", "mail_sender"), text)
    return load_theme(tokens | texts, load_preset("nunoa").logo)


def hostile_permits(text: str) -> list[PermitDocument]:
    """Together they have the text wherever a permit has one; all at once would not fit a page."""
    names = [field.name for field in fields(PermitDocument) if field.type in (str, "str")]
    facts = replace(
        permit(),
        vehicle=(Fact(text, text),),
        evidence=(Fact(text, text),),
        lines=(ChargeLine(text, text, text, text, text),),
    )
    halves = (names[: len(names) // 2], names[len(names) // 2 :])
    values: list[dict[str, Any]] = [dict.fromkeys(half, text) for half in halves]
    return [facts, *(replace(permit(), **half) for half in values)]


def squeezed(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("number", range(10))
def test_hostile_texts_are_printed_in_a_permit_as_they_are(
    number: int, opened: list[str], listener: Listener, tmp_path: Path
) -> None:
    text = hostile_texts(listener.address)[number]

    words = ""
    for document in hostile_permits(text):
        words += squeezed(words_of(render_permit(document, hostile_theme(text)), tmp_path))

    # 2 + 2 + 5 in the tables, 20 texts of the document, three times the footer; some are printed more than once.
    assert words.count(squeezed(text)) >= 9 + 20 + 3, words
    assert opened == []
    assert listener.hits == []


@pytest.mark.parametrize("template", ["pages/verify.html", "pages/verify_unknown.html", "pages/pay.html"])
def test_hostile_texts_are_shown_on_pages_as_they_are(template: str, opened: list[str], listener: Listener) -> None:
    for text in hostile_texts(listener.address):
        fact = dict.fromkeys(("municipality", "title", "folio", "total", "paid_at", "issued_on", "valid_until"), text)

        page = render(template, {"document": fact}, hostile_theme(text))

        assert escaped(text) in page
        assert text == escaped(text) or text not in page
    assert opened == []
    assert listener.hits == []


def test_hostile_texts_are_mailed_as_they_are(opened: list[str], listener: Listener) -> None:
    for text in hostile_texts(listener.address):
        document = dict.fromkeys(("title", "plate", "folio", "valid_until", "verification_url"), text)
        values = {"documents": [document], "order_number": text, "paid_at": text, "total": text}

        plain = render("mail/documents_ready.txt", values, hostile_theme(text))
        rich = render("mail/documents_ready.html", values, hostile_theme(text))

        assert plain.count(text) == 11
        assert escaped(text) in rich
        assert text == escaped(text) or text not in rich
    assert opened == []
    assert listener.hits == []


@pytest.mark.parametrize("action", ["APPLY", "REFUND", "CLAIM"])
def test_hostile_texts_about_homeless_money_are_mailed_as_they_are(
    action: str, opened: list[str], listener: Listener
) -> None:
    for text in hostile_texts(listener.address):
        names = ("received", "received_on", "taken", "rest", "why", "gateway", "operation_id", "order_number")
        debt = dict.fromkeys(("title", "object_label", "object_key", "amount"), text)
        values = {**dict.fromkeys(names, text), "action": action, "debts": [debt]}

        plain = render("mail/homeless_decided.txt", values, hostile_theme(text))
        rich = render("mail/homeless_decided.html", values, hostile_theme(text))

        assert plain.count(text) >= 11
        assert escaped(text) in rich
        assert text == escaped(text) or text not in rich
    assert opened == []
    assert listener.hits == []


def test_a_municipalitys_text_never_gets_into_the_style_sheet(listener: Listener) -> None:
    for text in hostile_texts(listener.address):
        assert page_css(hostile_theme(text)) == page_css(load_preset("nunoa"))


def test_a_subject_is_one_line() -> None:
    subject = render(
        "mail/documents_ready.subject.txt",
        {"documents": [{"title": "Permiso de circulación 2025", "plate": "ZZBB10-3"}]},
        load_preset("nunoa"),
    )

    assert subject == "Permiso de circulación 2025 ZZBB10-3 · Municipalidad de Ñuñoa"


def test_the_guards_of_these_tests_see_what_they_look_for(opened: list[str], listener: Listener) -> None:
    """Positive control: unescaped and without a policy, the same texts do open and do fetch."""
    import io

    from xhtml2pdf.config.resources import PERMISSIVE_POLICY
    from xhtml2pdf.document import pisaDocument

    logging.disable(logging.CRITICAL)
    try:
        for text in (f'<img src="{listener.address}">', "<img src=file:///etc/passwd>"):
            pisaDocument(text, io.BytesIO(), raise_exception=False, resource_policy=PERMISSIVE_POLICY)
    finally:
        logging.disable(logging.NOTSET)

    assert listener.hits != []
    assert opened != []


def escaped(text: str) -> str:
    """As HTML writes it (WHATWG HTML, 13.1.4), quotes too."""
    for plain, written in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"), ("'", "&#x27;")):
        text = text.replace(plain, written)
    return text
