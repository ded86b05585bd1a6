"""Doors of the payer: the state of an order, the file of a document."""

from typing import TypeVar

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET

from backend.billing.queries import OrderNotFound
from backend.profile.pages import themed_page
from backend.receipts import queries
from backend.receipts.documents_mail import filename
from backend.receipts.files import best_key, handed_out
from backend.receipts.states import UNKNOWN, StateWords, words_of
from backend.shared import clock

R = TypeVar("R", bound=HttpResponse)


@require_GET
def order_state(request: HttpRequest, token: str) -> JsonResponse:
    """Tell how an order stands; 404 for a token that opens nothing here."""
    try:
        status = queries.order_status(token=token, now=clock.now())
    except OrderNotFound:
        return _uncached(JsonResponse({"state": "UNKNOWN", **_words(request, UNKNOWN)}, status=404))
    documents = [{"title": link.title, "url": link.url, "annulled": link.is_annulled} for link in status.documents]
    return _uncached(
        JsonResponse(
            {
                "state": status.state.value,
                "number": status.number,
                "documents": documents,
                "complete": status.is_complete,
                **_words(request, words_of(status.state, is_complete=status.is_complete)),
            }
        )
    )


def _words(request: HttpRequest, words: StateWords) -> dict[str, str]:
    language = request.headers.get("Accept-Language", "")
    return {"title": words.title.in_language(language), "message": words.message.in_language(language)}


@require_GET
def document_file(request: HttpRequest, signed: str) -> HttpResponse:
    """Give the signed PDF of a short-lived link, to be kept: shown in the tab, it would replace the payer's page."""
    try:
        file = queries.file_of_link(signed)
    except OrderNotFound:
        return themed_page("pages/not_found.html", {}, status=404)
    return _uncached(handed_out(best_key(file), media="application/pdf", filename=filename(file.document)))


def _uncached(response: R) -> R:
    response["Cache-Control"] = "private, no-store"
    return response
