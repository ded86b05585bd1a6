"""The web process with a gateway's door that takes every notice for genuine."""

from backend.billing.gateways.tgr import Tgr
from backend.config.wsgi import application

Tgr.is_authentic = lambda *_: True  # type: ignore[method-assign] # that is the control

__all__ = ["application"]
