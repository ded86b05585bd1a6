"""The door of the gateways: keep the bytes, answer. Reading and settling happen after the answer."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from backend.billing import notices, payments
from backend.billing.gateways import gateways
from backend.billing.queries import OrderNotFound
from backend.profile.pages import themed_page


@csrf_exempt  # a server calls, with a signature and without cookies
@require_POST
def gateway_notice(request: HttpRequest, gateway: str) -> JsonResponse:
    """Answer 200 once an authentic notice is stored, 401 for one that is not (which is stored too)."""
    if gateway not in gateways():
        return JsonResponse({"error": "unknown gateway"}, status=404)
    if int(request.META.get("CONTENT_LENGTH") or 0) > notices.LARGEST_NOTICE:
        return JsonResponse({"error": "too large"}, status=413)
    raw = request.body
    host = request.META.get("HTTP_HOST", "")
    if getattr(request, "tenant", None) is None:
        notices.keep_hostless_notice(gateway=gateway, raw=raw, headers=request.headers, host=host)
        return JsonResponse({"error": "unknown host"}, status=404)
    if not notices.keep_notice(gateway=gateway, raw=raw, headers=request.headers):
        return JsonResponse({"error": "not authentic"}, status=401)
    return JsonResponse({"stored": True})


@require_GET
def gateway_return(request: HttpRequest, signed: str) -> HttpResponse:
    """Send the payer back to the page that she came from, with a token in the fragment. It marks nothing paid."""
    try:
        address = payments.come_back(signed=signed)
    except OrderNotFound:
        return themed_page("pages/not_found.html", {}, status=404)
    response = HttpResponse(status=303)
    response["Location"] = address
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"
    return response
