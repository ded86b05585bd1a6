"""The worker process that takes each notice for an operation of its own."""

from dataclasses import replace
from secrets import token_hex
from typing import Any

from backend.config.worker import REACTIONS, broker

__all__ = ["REACTIONS", "broker"]

from backend.billing.gateways.base import GatewayNotice
from backend.billing.gateways.tgr import Tgr

_parse_notice = Tgr.parse_notice


def parse_as_new(self: Tgr, *words: Any) -> GatewayNotice:
    report = _parse_notice(self, *words)
    return replace(report, operation_id=f"{report.operation_id}-{token_hex(4)}")


Tgr.parse_notice = parse_as_new  # type: ignore[method-assign, assignment] # that is the control
