"""Files in GraphQL requests (GraphQL multipart request specification, version 2.0): staff only, streamed to disk."""

import re
from typing import TYPE_CHECKING, Any, NewType

import strawberry
from django.core.exceptions import SuspiciousOperation
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.http import HttpRequest, QueryDict
from django.http.multipartparser import MultiPartParserError
from django.utils.datastructures import MultiValueDict
from graphene_file_upload.utils import place_files_in_operations
from graphql import GraphQLError

from backend.schema.http import BadRequest, Operation, operation_of, read_json_object, require_size

MOST_UPLOADED_BYTES = 64 * 1024 * 1024
_AROUND_THE_FILES = 128 * 1024  # operations, map and the parts' headers
if TYPE_CHECKING:
    _File = UploadedFile[bytes]  # generic for the stubs alone
else:
    _File = UploadedFile

FORM_ERRORS = (MultiPartParserError, SuspiciousOperation)
_PATH = re.compile(r"variables(\.\w+)+", re.ASCII)

Upload = NewType("Upload", _File)
"""A file of the request; it is gone when the request has been answered."""


def _uploaded(value: object) -> _File:
    if not isinstance(value, UploadedFile):
        raise GraphQLError("Send the file in a multipart request.")
    return value


def _never(value: object) -> None:
    raise GraphQLError("A file can only be sent to us.")


UPLOAD_SCALAR = strawberry.scalar(
    name="Upload",
    description="A file, by the GraphQL multipart request specification; 64 MiB for all files of a request.",
    serialize=_never,
    parse_value=_uploaded,
)


class AllowedUploads(TemporaryFileUploadHandler):
    """Django's own handler, for requests that a view has let through: nobody else writes to our disk."""

    def handle_raw_input(self, *arguments: Any, **more: Any) -> tuple[QueryDict, MultiValueDict[str, Any]] | None:
        """Let Django read the form, or give an empty one in its place before anything is read.

        Raising would not do: Django's own error pages read the form once more.
        """
        if not getattr(self.request, "may_upload", False):
            return QueryDict(), MultiValueDict()
        super().handle_raw_input(*arguments, **more)
        return None


def allow_upload(request: HttpRequest) -> None:
    """Let the body of this request be read as a form with files. Raises `BadRequest` where it is too large."""
    require_size(request, MOST_UPLOADED_BYTES + _AROUND_THE_FILES)
    request.may_upload = True  # type: ignore[attr-defined] # Django's request is open for views


def read_upload(request: HttpRequest) -> Operation:
    """Return the operation of a multipart request with its files in place. Raises `BadRequest`.

    Every file has a place, every place was null, and nothing else is touched.
    """
    try:
        operations, places, files = request.POST.get("operations", ""), request.POST.get("map", ""), request.FILES
    except FORM_ERRORS as error:
        raise BadRequest(400, "The multipart request is malformed.") from error
    body, placed = read_json_object(operations), read_json_object(places)
    if sum(_size(files[name]) for name in files) > MOST_UPLOADED_BYTES:
        raise BadRequest(413, "The files are too large.")
    if placed.keys() != files.keys() or not all(_are_paths(paths) for paths in placed.values()):
        raise BadRequest(400, "The map of files is malformed.")
    try:
        body = place_files_in_operations(body, placed, files)
    except (KeyError, IndexError, ValueError, TypeError, AttributeError) as error:
        raise BadRequest(400, "The map of files does not fit the operations.") from error
    return operation_of(body, body.get("query"))


def _size(file: object) -> int:
    return file.size or 0 if isinstance(file, UploadedFile) else 0


def _are_paths(paths: object) -> bool:
    return (
        isinstance(paths, list)
        and bool(paths)
        and all(isinstance(path, str) and _PATH.fullmatch(path) is not None for path in paths)
    )
