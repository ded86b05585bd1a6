"""The web process that answers a notice first, and stores it a moment later."""

import threading
import time
from collections.abc import Mapping

from backend.config.wsgi import application

__all__ = ["application"]

from django.db import connections

from backend.billing import notices
from backend.billing.gateway_access import gateway_access
from backend.billing.gateways import get_gateway
from backend.outbox.schemas import current_schema, enter_schema

_LATER = 1.5  # seconds
_keep_notice = notices.keep_notice


def answer_now_store_later(*, gateway: str, raw: bytes, headers: Mapping[str, str]) -> bool:
    if not get_gateway(gateway).is_authentic(raw, headers, gateway_access(gateway).key):
        return False
    threading.Thread(target=_store, args=(current_schema(), gateway, raw, headers), daemon=True).start()
    return True


def _store(schema_name: str, gateway: str, raw: bytes, headers: Mapping[str, str]) -> None:
    time.sleep(_LATER)
    enter_schema(schema_name)
    try:
        _keep_notice(gateway=gateway, raw=raw, headers=headers)
    finally:
        connections.close_all()


notices.keep_notice = answer_now_store_later
