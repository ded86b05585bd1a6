"""The platform's settings with free GraphQL documents in every mode, which no variable can do."""

from backend.config.settings import *  # noqa: F403

SEM_FREE_DOCUMENTS = True
