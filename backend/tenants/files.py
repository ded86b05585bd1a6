"""The file store of the current municipality: nobody else's keys can be read through it."""

from pathlib import Path

from django.conf import settings

from backend.outbox.schemas import current_schema
from backend.shared.files import FileStore


def tenant_files() -> FileStore:
    """Return the store under the current schema's folder."""
    return FileStore(Path(settings.SEM_FILES_DIR) / current_schema())
