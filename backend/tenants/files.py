"""The file store of the current municipality: nobody else's keys can be read through it."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.conf import settings

from backend.outbox.schemas import current_schema
from backend.shared.files import FileStore
from backend.shared.files_in_directory import Directory
from backend.shared.files_in_s3 import S3, bucket_of
from backend.shared.sigv4 import Credentials


def tenant_files() -> FileStore:
    """Return the store under the current schema's folder, on the shelf that SEM_FILES_URL names."""
    if not is_in_bucket():
        address = urlsplit(settings.SEM_FILES_URL)
        root = Path(unquote(address.path)) if address.path else Path(settings.SEM_FILES_DIR)
        return FileStore(Directory(root / current_schema()))
    credentials = Credentials(settings.AWS_ACCESS_KEY_ID, settings.AWS_SECRET_ACCESS_KEY, settings.AWS_SESSION_TOKEN)
    return FileStore(S3(bucket_of(settings.SEM_FILES_URL), credentials, current_schema()))


def is_in_bucket() -> bool:
    """Tell whether files are kept in a bucket of S3 instead of a folder."""
    return urlsplit(settings.SEM_FILES_URL).scheme == "s3"
