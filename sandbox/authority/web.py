"""The authority over HTTP: the addresses that its certificates name."""

import base64
import binascii
from pathlib import Path

from flask import Blueprint, Response, abort, request

from sandbox.authority.authority import Authority
from sandbox.faults import AUTHORITY_KINDS, TSA_KINDS, FaultBoard
from sandbox.http_faults import with_faults

_CRL = "application/pkix-crl"
_CERTIFICATE = "application/pkix-cert"
_OCSP = "application/ocsp-response"
_TIME_STAMP = "application/timestamp-reply"
_LARGEST_QUESTION = 4096
"""Bytes of an OCSP request, or of one for a time stamp."""


def blueprint(directory: Path, faults: FaultBoard | None = None) -> Blueprint:
    """Serve OCSP, CRLs, certificates and time stamps of the authority in `directory` under /pki/.

    Time stamps obey the faults of the institution "tsa", answers and lists those of "authority".
    """
    board = faults or FaultBoard()
    pages = Blueprint("authority", __name__, url_prefix="/pki")
    authority = Authority(directory)

    @pages.post("/ocsp")
    def ocsp() -> Response:
        return _answer(request.get_data(cache=False)[: _LARGEST_QUESTION + 1])

    # RFC 6960, A.1: the question in base64 in the address, where two slashes can follow each other.
    @pages.get("/ocsp/<path:question>", merge_slashes=False)
    def ocsp_in_address(question: str) -> Response:
        try:
            return _answer(base64.b64decode(question, validate=True))
        except binascii.Error:
            return _answer(b"")

    @pages.post("/tsa")
    def time_stamp() -> Response:
        question = request.get_data(cache=False)[: _LARGEST_QUESTION + 1]
        if len(question) > _LARGEST_QUESTION:
            abort(413)
        return with_faults(board, "tsa", "", lambda: _stamped(question))

    def _stamped(question: bytes) -> Response:
        lie = board.take("tsa", TSA_KINDS)
        answer = authority.answer_time_stamp(question, lie=lie.kind if lie else "")
        return Response(answer, mimetype=_TIME_STAMP)

    @pages.get("/<any(root, ca):issuer>.crl")
    def crl(issuer: str) -> Response:
        return with_faults(board, "authority", f"{issuer}.crl", lambda: _listed(issuer))

    def _listed(issuer: str) -> Response:
        lie = board.take("authority", ("stale", "bad_signature"), f"{issuer}.crl")
        return Response(authority.crl(issuer, lie=lie.kind if lie else ""), mimetype=_CRL)

    @pages.get("/<any(root, ca):issuer>.crt")
    def certificate(issuer: str) -> Response:
        return Response(authority.certificate(issuer), mimetype=_CERTIFICATE)

    @pages.get("/")
    def practices() -> Response:
        return Response("Certificados de desarrollo, sin valor legal.\n", mimetype="text/plain")

    def _answer(question: bytes) -> Response:
        if len(question) > _LARGEST_QUESTION:
            abort(413)
        return with_faults(board, "authority", "ocsp", lambda: _told(question))

    def _told(question: bytes) -> Response:
        lie = board.take("authority", AUTHORITY_KINDS, "ocsp")
        return Response(authority.answer_ocsp(question, lie=lie.kind if lie else ""), mimetype=_OCSP)

    return pages
