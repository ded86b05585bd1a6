"""The web process with limits that are never reached."""

from backend.config.wsgi import application
from backend.schema.context import Context

Context.require_under = lambda *_: None  # type: ignore[method-assign] # that is the control

__all__ = ["application"]
