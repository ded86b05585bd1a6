"""The Dramatiq broker. Importing this module makes it the global one, before any actor is declared.

Delivery is our own (`backend.outbox.relay` sends again until the consumer has closed), so Dramatiq's retries
stay out. A killed worker's messages come back after 24 s with these values, after 250 s with the defaults.
"""

import dramatiq
import redis
from django.conf import settings
from dramatiq.brokers.redis import RedisBroker
from dramatiq.middleware import ShutdownNotifications, TimeLimit

TIME_LIMIT_MS = 120_000
CONNECT_SECONDS, ANSWER_SECONDS = 2, 10  # a broker that hangs is a broker that is away

broker = RedisBroker(
    client=redis.Redis.from_url(
        f"{settings.REDIS_URL.rstrip('/')}/0", socket_connect_timeout=CONNECT_SECONDS, socket_timeout=ANSWER_SECONDS
    ),
    namespace=f"{settings.SEM_REDIS_PREFIX}:dramatiq",
    heartbeat_timeout=10_000,
    maintenance_chance=100_000,
    middleware=[TimeLimit(time_limit=TIME_LIMIT_MS), ShutdownNotifications()],
)
dramatiq.set_broker(broker)
