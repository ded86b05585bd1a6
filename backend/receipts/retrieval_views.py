"""Pages to fetch documents again: by the link of the mail, or by asking for another mail. Nobody signs in."""

from typing import TypeVar

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from backend.profile.pages import themed_page
from backend.receipts import retrieval
from backend.receipts.copies import CopyRequestIncomplete, ask_for_copy
from backend.receipts.copy_rules import COPIES_A_DAY
from backend.receipts.documents_mail import filename
from backend.receipts.files import best_key, handed_out
from backend.shared import clock
from backend.tenants.limits import (
    COPIES_PER_MUNICIPALITY,
    COPIES_PER_NETWORK,
    RETRIEVALS_PER_NETWORK,
    are_over,
    is_over,
)
from backend.tenants.networks import client_network

R = TypeVar("R", bound=HttpResponse)
_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


@csrf_exempt  # nobody is signed in, and the answer goes to the payer's own address whoever asks
@require_http_methods(["GET", "POST"])
def ask_again(request: HttpRequest) -> HttpResponse:
    """Show the form; keep a request. The answer is the same whatever the number and the address name."""
    if request.method == "GET":
        return _private(_form())
    if are_over([(COPIES_PER_NETWORK, client_network(request)), (COPIES_PER_MUNICIPALITY, "all")]):
        return _too_many()
    try:
        ask_for_copy(number=request.POST.get("orden", ""), email=request.POST.get("correo", ""))
    except CopyRequestIncomplete as incomplete:
        return _private(_form(why=incomplete.message.es, status=400))
    return _private(themed_page("pages/documents_asked.html", {"most": str(COPIES_A_DAY)}))


@require_GET
def documents(request: HttpRequest, token: str) -> HttpResponse:
    """List the documents of a link."""
    if is_over(RETRIEVALS_PER_NETWORK, client_network(request)):
        return _too_many()
    try:
        found = retrieval.retrieve(token=token, now=clock.now())
    except (retrieval.LinkUnknown, retrieval.LinkExpired) as error:
        return _no_link(error)
    context = {
        "documents": found.documents,
        "order_number": found.order_number,
        "until": retrieval.shown_day(found.expires_at),
        "base": f"{retrieval.PATH}/{token}",
    }
    return _private(themed_page("pages/documents.html", context))


@require_GET
def document(request: HttpRequest, token: str, folio: str) -> HttpResponse:
    """Give the signed PDF of a document of a link, to be kept."""
    if is_over(RETRIEVALS_PER_NETWORK, client_network(request)):
        return _too_many()
    try:
        file = retrieval.file_of(token=token, folio=folio, now=clock.now())
    except (retrieval.LinkUnknown, retrieval.LinkExpired) as error:
        return _no_link(error)
    return _private(handed_out(best_key(file), media="application/pdf", filename=filename(file.document)))


def _form(*, why: str = "", status: int = 200) -> HttpResponse:
    return themed_page("pages/documents_ask.html", {"why": why, "most": str(COPIES_A_DAY)}, status=status)


def _no_link(error: retrieval.LinkUnknown | retrieval.LinkExpired) -> HttpResponse:
    expired = isinstance(error, retrieval.LinkExpired)
    return _private(themed_page("pages/documents_no_link.html", {"expired": expired}, status=410 if expired else 404))


def _too_many() -> HttpResponse:
    context = {"heading": "Demasiadas consultas", "message": "Espere un minuto e inténtelo de nuevo.", "unpaid": True}
    return _private(themed_page("pages/error.html", context, status=429))


def _private(response: R) -> R:
    """Keep an address that opens something out of caches, indexes and other sites' logs."""
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "no-referrer"
    response["Content-Security-Policy"] = _POLICY
    return response
