"""Answers a page with the headers that all pages of the sandbox carry."""

from flask import Response

OWN_PAGES = (
    "default-src 'none'; style-src 'self'; img-src 'self'; frame-src 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""No form-action: browsers apply it to every hop of the redirects after a form, and the way back from TGR crosses the
platform to a municipal site whose address the portal does not know."""


def page(html: str, *, status: int = 200, policy: str = OWN_PAGES) -> Response:
    response = Response(html, status=status, mimetype="text/html")
    response.headers["Content-Security-Policy"] = policy
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response


def pesos(amount: int) -> str:
    return "$" + f"{amount:,}".replace(",", ".")
