"""CORS: only pages of origins that the municipality registered may read the public answers (Fetch §3.2)."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from backend.profile.queries import ProfileIncomplete, is_registered_origin

PUBLIC_PATHS = ("/graphql/public", "/state/", "/logo.png")
PREFLIGHT_SECONDS = "7200"


class CorsMiddleware:
    """Answer preflights and mark the answers of `PUBLIC_PATHS`; no credentials, ever."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(PUBLIC_PATHS):
            return self.get_response(request)
        origin = request.headers.get("Origin", "")
        is_allowed = bool(origin) and self._is_allowed(request, origin)
        if request.method == "OPTIONS":
            response = HttpResponse(status=204 if is_allowed else 403)
            if is_allowed:
                response["Access-Control-Allow-Methods"] = "GET, POST"
                response["Access-Control-Allow-Headers"] = "Content-Type, Accept-Language"
                response["Access-Control-Max-Age"] = PREFLIGHT_SECONDS
        else:
            response = self.get_response(request)
        if is_allowed:
            response["Access-Control-Allow-Origin"] = origin
        response["Vary"] = "Origin, Accept-Language"
        response["Cross-Origin-Resource-Policy"] = "cross-origin"
        return response

    @staticmethod
    def _is_allowed(request: HttpRequest, origin: str) -> bool:
        tenant = getattr(request, "tenant", None)
        if tenant is None:
            return False
        try:
            return origin == tenant.origin or is_registered_origin(origin)
        except ProfileIncomplete:
            return False
