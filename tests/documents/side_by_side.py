"""Two drawings of a document side by side: their words, their pixels, what their parts are."""

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PIL import Image, ImageChops
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from tests.documents.peers import ask


def words(path: Path) -> list[tuple[int, str, float, float]]:
    """Every word with its page and place in points."""
    pages = ask("pdftotext", "-bbox", str(path), "-").split("<page ")[1:]
    return sorted(
        (number, word, float(left), float(top))
        for number, page in enumerate(pages)
        for left, top, word in re.findall(r'<word xMin="([\d.]+)" yMin="([\d.]+)"[^>]*>(.*?)</word>', page)
    )


def pictures(path: Path) -> list[Image.Image]:
    """Its pages at 90 dots per inch, without the QR code: its mask is another."""
    ask("pdftoppm", "-r", "90", "-png", str(path), str(path.with_suffix("")))
    pages = [Image.open(page).convert("RGB") for page in sorted(path.parent.glob(f"{path.stem}-*.png"))]
    left, bottom, right, top = (
        float(edge) * 90 / 72 for edge in elements(path.read_bytes(), "/Figure")[-1]["/A"]["/BBox"]
    )
    height = pages[-1].height
    pages[-1].paste((255, 255, 255), (int(left), int(height - top), int(right) + 1, int(height - bottom) + 1))
    return pages


def elements(pdf: bytes, kind: str) -> list[Any]:
    """The structure elements of a kind, in reading order: dictionaries of pypdf, whose values have no types."""

    def below(element: Any) -> Iterator[Any]:
        for part in (part.get_object() for part in element.get("/K", [])):
            if isinstance(part, DictionaryObject) and "/S" in part:
                yield part
                yield from below(part)

    root = PdfReader(io.BytesIO(pdf)).root_object["/StructTreeRoot"]
    return [element for element in below(root) if element["/S"] == kind]


def most_different(one: Path, other: Path) -> int:
    """The largest difference of a colour of a pixel, of 255; the QR code apart."""
    pairs = zip(pictures(one), pictures(other), strict=True)
    return max(max(ImageChops.difference(*pair).tobytes()) for pair in pairs)
