"""Files of the closing of days, for staff who are signed in: what gateways sent, and the rendition."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from backend.billing.reconciliation.queries import GatewayFileNotFound, collection_content, deposit_content
from backend.billing.reconciliation.rendition import RangeWrong, rendition_of
from backend.billing.reconciliation.rendition_files import rendition_file
from backend.billing.rolls.kinds import Kind
from backend.billing.rolls.named import NamedFile
from backend.people.rules import Permission
from backend.schema.nodes import NodeIdInvalid, row_id
from backend.schema.staff.day_types import COLLECTION, DEPOSIT
from backend.schema.staff.downloads import answer_file
from backend.shared.files import StoredFileMissing

_NOT_FOUND = (GatewayFileNotFound, NodeIdInvalid, RangeWrong, StoredFileMissing)


@require_GET
def collection_file(request: HttpRequest, node: str) -> HttpResponse:
    """Give a collection file as it came."""
    return answer_file(
        request,
        Permission.BOOKS_READ,
        wanted="collectionFile",
        find=lambda: collection_content(row_id(COLLECTION, node)),
        not_found=_NOT_FOUND,
    )


@require_GET
def deposit_file(request: HttpRequest, node: str) -> HttpResponse:
    """Give a deposit advice as it came."""
    return answer_file(
        request,
        Permission.BOOKS_READ,
        wanted="depositFile",
        find=lambda: deposit_content(row_id(DEPOSIT, node)),
        not_found=_NOT_FOUND,
    )


@require_GET
def rendition(request: HttpRequest, kind: str) -> HttpResponse:
    """Give the rendition of the days `from` to `to` as CSV or XLSX."""
    if kind not in list(Kind):
        return HttpResponse(status=404)
    return answer_file(
        request, Permission.BOOKS_READ, wanted="rendition", find=lambda: _rendition(request, kind), not_found=_NOT_FOUND
    )


def _rendition(request: HttpRequest, kind: str) -> NamedFile:
    try:
        begins = date.fromisoformat(request.GET.get("from", ""))
        ends = date.fromisoformat(request.GET.get("to", "") or str(begins))
    except ValueError as error:
        raise RangeWrong(field="from", most=366) from error
    return rendition_file(rendition_of(begins=begins, ends=ends), Kind(kind))
