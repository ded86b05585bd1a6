"""Which file of a document is handed out."""

from backend.receipts.models import IssuedFile, StampedFile


def best_key(file: IssuedFile) -> str:
    """Return where the file of a document is stored: the one whose time stamp came afterwards, once it is there."""
    stamped: StampedFile | None = getattr(file, "stamped", None)
    return stamped.file_key if stamped else file.file_key
