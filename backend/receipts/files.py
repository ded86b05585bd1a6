"""Which file of a document is handed out, and how."""

from django.http import HttpResponse

from backend.profile.pages import themed_page
from backend.receipts.models import IssuedFile, StampedFile
from backend.shared.files import StorageUnavailable
from backend.tenants.files import tenant_files


def best_key(file: IssuedFile) -> str:
    """Return where the file of a document is stored: the one whose time stamp came afterwards, once it is there."""
    stamped: StampedFile | None = getattr(file, "stamped", None)
    return stamped.file_key if stamped else file.file_key


def handed_out(key: str, *, media: str, filename: str) -> HttpResponse:
    """Give a stored file to be kept, or say that the storage does not answer at the moment."""
    try:
        content = tenant_files().get(key)
    except StorageUnavailable:
        words = {
            "heading": "El archivo no está disponible en este momento",
            "message": "Inténtelo de nuevo en unos minutos. El archivo está guardado.",
            "unpaid": True,
        }
        return themed_page("pages/error.html", words, status=503)
    response = HttpResponse(content, content_type=media)
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response
