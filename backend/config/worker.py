"""What the `worker` process imports: settings, broker and every actor."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.config.settings")
django.setup()

from backend.config.guards import refuse_unsafe_production  # noqa: E402 - settings must be loaded first

refuse_unsafe_production()

from backend.outbox.broker import broker  # noqa: E402 - needs settings
from backend.reactions import REACTIONS  # noqa: E402 - importing it declares the actors

__all__ = ["REACTIONS", "broker"]
