"""The web process that waits for Valkey for as long as it takes."""

from backend.config.wsgi import application

__all__ = ["application"]

import redis
from django.conf import settings

from backend.outbox import hints
from backend.tenants import limits

_CLIENT = redis.Redis.from_url(
    f"{settings.REDIS_URL.rstrip('/')}/1", socket_connect_timeout=None, socket_timeout=None, retry=None
)

hints.client = lambda: _CLIENT  # type: ignore[assignment] # that is the control
limits._client = lambda: _CLIENT  # type: ignore[assignment] # that is the control
