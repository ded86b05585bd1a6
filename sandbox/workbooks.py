"""Workbooks and lots that come out the same every time."""

import hashlib
import zipfile
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from io import BytesIO

from openpyxl import Workbook
from openpyxl.packaging.core import DocumentProperties
from openpyxl.xml.functions import tostring


def workbook_of(title: str, columns: Sequence[str], rows: Iterable[dict[str, str | int]]) -> bytes:
    """Write one sheet, its header in the first row; the same arguments always give the same bytes."""
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet(title)
    sheet.append(columns)
    for row in rows:
        sheet.append([row.get(column) for column in columns])
    content = BytesIO()
    workbook.save(content)
    return _without_time_stamps(content.getvalue())


def draw(thing: str, subject: str, limit: int) -> int:
    """Draw a number from 0 to below `limit`; always the same one for this thing and subject."""
    digest = hashlib.sha256(f"{thing}/{subject}".encode()).digest()
    return int.from_bytes(digest[:8], "big") % limit


def _without_time_stamps(workbook: bytes) -> bytes:
    """Pack the workbook again with fixed dates: the writer notes the time of writing in the parts and the archive."""
    fixed = datetime(2021, 3, 1, tzinfo=UTC)
    properties = tostring(DocumentProperties(creator="", created=fixed, modified=fixed).to_tree())
    result = BytesIO()
    with zipfile.ZipFile(BytesIO(workbook)) as before, zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            content = properties if name == "docProps/core.xml" else before.read(name)
            after.writestr(zipfile.ZipInfo(name, fixed.timetuple()[:6]), content, zipfile.ZIP_DEFLATED)
    return result.getvalue()
