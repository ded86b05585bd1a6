"""The public page of verification: folio and code, or the file itself. Nobody signs in, and nothing is kept."""

import re

from django.core.exceptions import SuspiciousOperation
from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.multipartparser import MultiPartParserError
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from backend.profile.pages import themed_page
from backend.receipts.file_verification import FileVerdict, verify_file
from backend.receipts.files import handed_out
from backend.receipts.manifest_queries import manifest_of_day
from backend.receipts.verdicts import Verdict, words_of
from backend.receipts.verification import verify
from backend.shared import clock
from backend.signing.examination.examiner import ExaminerBusy
from backend.signing.examination.limits import LARGEST_FILE
from backend.tenants.limits import (
    FILES_PER_MUNICIPALITY,
    FILES_PER_NETWORK,
    VERIFICATIONS_PER_NETWORK,
    are_over,
    is_over,
)
from backend.tenants.networks import client_network

_AROUND_THE_FILE = 8 * 1024
_NOT_OF_AN_ADDRESS = re.compile(r"[^0-9A-Za-z-]", re.ASCII)
_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_PAGES = {Verdict.AUTHENTIC: "pages/verify.html", Verdict.ANNULLED: "pages/verify_annulled.html"}


@csrf_exempt  # it changes nothing, and nobody is signed in
@require_http_methods(["GET", "POST"])
def verification_page(request: HttpRequest) -> HttpResponse:
    """Show the forms; send folio and code to their own address; say what a file is."""
    if request.method == "POST":
        return _answered(_file_verified(request))
    folio, code = (_NOT_OF_AN_ADDRESS.sub("", request.GET.get(name, ""))[:40] for name in ("folio", "codigo"))
    if folio and code:
        return _answered(HttpResponseRedirect(f"/v/{folio}/{code.upper()}"))
    return _answered(themed_page("pages/verify_ask.html", {"incomplete": bool(folio or code)}))


@require_GET
def verification(request: HttpRequest, folio: str, code: str) -> HttpResponse:
    """Say whether the document of the printed address is authentic, and whether it holds still."""
    if is_over(VERIFICATIONS_PER_NETWORK, client_network(request)):
        return _too_many()
    found = verify(folio=folio, code=code)
    if found is None:
        return _answered(themed_page("pages/verify_unknown.html", {}, status=404))
    page = "pages/verify_annulled.html" if found.annulled_on else "pages/verify.html"
    return _answered(themed_page(page, {"document": found}))


@require_GET
def manifest_file(request: HttpRequest, day: str, kind: str) -> HttpResponse:
    """Give the manifest of a day (txt) or its signature (p7s): both are public."""
    found = manifest_of_day(day) if kind in ("txt", "p7s") else None
    if found is None:
        return _answered(themed_page("pages/not_found.html", {}, status=404))
    key, media = (
        (found.file_key, "text/plain") if kind == "txt" else (found.signature_key, "application/pkcs7-signature")
    )
    return _answered(handed_out(key, media=media, filename=f"{found.day}.{kind}"))


def _file_verified(request: HttpRequest) -> HttpResponse:
    uses = [(FILES_PER_NETWORK, client_network(request)), (FILES_PER_MUNICIPALITY, "")]
    if are_over(uses):
        return _too_many()
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST_FILE + _AROUND_THE_FILE:
        return _asked_again("El archivo es demasiado grande: nuestros documentos pesan menos de 2 MB.", 413)
    content = _uploaded(request)
    if not content:
        return _asked_again("Elija el archivo PDF que quiere verificar.", 400)
    try:
        return _told(verify_file(content, now=clock.now()))
    except ExaminerBusy as busy:
        return themed_page(
            "pages/error.html", {"heading": "Espere un momento", "message": busy.message.es, "unpaid": True}, status=503
        )


def _uploaded(request: HttpRequest) -> bytes:
    """Return the one file of the form, held in memory only; nothing where there is none, or several."""
    request.upload_handlers = [MemoryFileUploadHandler(request)]
    try:
        files = [file for name in request.FILES for file in request.FILES.getlist(name)]
    except (MultiPartParserError, SuspiciousOperation):
        return b""
    return files[0].read() if len(files) == 1 else b""


def _told(verdict: FileVerdict) -> HttpResponse:
    words = words_of(verdict.verdict, verdict.reason)
    context = {
        "document": verdict.document,
        "heading": words.title.es,
        "message": words.message.es,
        "sha256": verdict.sha256,
        "is_file": True,
        "is_bad": verdict.verdict != Verdict.UNREADABLE,
    }
    return themed_page(_PAGES.get(verdict.verdict, "pages/verify_file.html"), context)


def _asked_again(why: str, status: int) -> HttpResponse:
    return themed_page("pages/verify_ask.html", {"why": why}, status=status)


def _too_many() -> HttpResponse:
    context = {"heading": "Demasiadas consultas", "message": "Espere un minuto e inténtelo de nuevo.", "unpaid": True}
    return _answered(themed_page("pages/error.html", context, status=429))


def _answered(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "private, no-store"
    response["Content-Security-Policy"] = _POLICY
    return response
