"""The platform's settings with debugging on, which no variable can do."""

from backend.config.settings import *  # noqa: F403

DEBUG = True
