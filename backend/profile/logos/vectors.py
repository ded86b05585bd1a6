"""Drawings (SVG) to pixels. An allow-list decides before anything is drawn; runs in the limited child only.

resvg draws: it is written in Rust, knows no script, no network and no animation, and is given no font. It would read
files that a drawing names, so what names anything is refused here (SVG 2, chapter 5; XML 1.0, 4.1 and 4.2.2).
"""

import math
import re

import resvg_py
from lxml import etree

from backend.profile.logos.limits import BOX, MOST_ELEMENTS
from backend.profile.logos.refusals import NotALogo, Why

_SVG = "{http://www.w3.org/2000/svg}"
_HREFS = ("href", "{http://www.w3.org/1999/xlink}href")
_DRAWN = {
    "svg", "g", "defs", "symbol", "use", "switch", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon",
    "linearGradient", "radialGradient", "stop", "clipPath", "mask", "style",
}  # fmt: skip
_SILENT = {"metadata", "title", "desc"}
"""Shown to nobody: dropped, as is everything of other vocabularies (what Inkscape and Illustrator note)."""

_WHY = {
    **dict.fromkeys(("script", "animate", "animateMotion", "animateTransform", "set", "handler"), Why.ACTIVE),
    **dict.fromkeys(("text", "tspan", "textPath", "font"), Why.LETTERS),
    **dict.fromkeys(("image", "feImage", "foreignObject"), Why.PICTURES),
    **dict.fromkeys(("a", "video", "audio", "iframe"), Why.OUTSIDE),
}
_INSIDE = re.compile(r"#[^\s()'\"]+")
_ADDRESS = re.compile(r"url\(\s*['\"]?\s*([^)]*?)\s*['\"]?\s*\)", re.IGNORECASE)
_LENGTH = re.compile(r"\s*([0-9.eE+-]+)\s*(px|pt|pc|mm|cm|in)?\s*\Z")
_PER_UNIT = {"px": 1.0, "pt": 4 / 3, "pc": 16.0, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96.0}


def is_drawing(data: bytes) -> bool:
    """Tell whether a file looks like an SVG: XML whose first letters speak of svg."""
    head = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    return head.startswith(b"<") and re.search(rb"<svg[\s>]", data[: 64 * 1024]) is not None


def draw_vectors(svg: bytes) -> bytes:
    """Draw an SVG as a PNG that fits the box. Raises `NotALogo`."""
    root = _read(svg)
    _clean(root)
    _set_size(root)
    try:
        return resvg_py.svg_to_bytes(svg_string=etree.tostring(root, encoding="unicode"), skip_system_fonts=True)
    except ValueError as error:
        raise NotALogo(Why.TOO_COSTLY if "limit" in str(error) else Why.BROKEN) from error


def _read(svg: bytes) -> etree._Element:
    """Parse without entities, files or addresses. Raises `NotALogo`."""
    if b"<!ENTITY" in svg:
        raise NotALogo(Why.ENTITIES)
    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(svg, parser)
    except etree.XMLSyntaxError as error:
        raise NotALogo(Why.BROKEN) from error
    declared = root.getroottree().docinfo.internalDTD
    if declared is not None and next(iter(declared.iterentities()), None) is not None:
        raise NotALogo(Why.ENTITIES)  # in another encoding than the first look could read
    if root.tag != f"{_SVG}svg":
        raise NotALogo(Why.UNKNOWN_KIND)
    return root


def _clean(root: etree._Element) -> None:
    """Leave what is drawn and nothing else. Raises `NotALogo` where the drawing is more than a drawing."""
    elements = list(root.iter())
    if len(elements) > MOST_ELEMENTS:
        raise NotALogo(Why.TOO_MANY_ELEMENTS)
    for element in elements:
        if element.tag is etree.Entity or not isinstance(element.tag, str):
            raise NotALogo(Why.ENTITIES)
        name = element.tag.removeprefix(_SVG)
        if name in _SILENT or name.startswith("{"):
            _drop(element)
        elif name not in _DRAWN:
            raise NotALogo(_WHY.get(name, Why.UNSUPPORTED))
        else:
            _clean_attributes(element, element.attrib)
        if name == "style":
            _require_inside(element.text or "")


def _clean_attributes(element: etree._Element, attributes: "etree._Attrib") -> None:
    for key, value in list(attributes.items()):
        name, text = str(key), str(value)
        if name in _HREFS and not _INSIDE.fullmatch(text.strip()):
            raise NotALogo(Why.OUTSIDE)
        if name.startswith("on") or (name.startswith("{") and name not in _HREFS):
            del attributes[key]
        else:
            _require_inside(text)


def _require_inside(text: str) -> None:
    """Raise `NotALogo` where a style names anything but a part of the same drawing."""
    if "@import" in text.lower() or "\\" in text:
        raise NotALogo(Why.OUTSIDE)
    if any(not _INSIDE.fullmatch(address) for address in _ADDRESS.findall(text)):
        raise NotALogo(Why.OUTSIDE)


def _drop(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _set_size(root: etree._Element) -> None:
    """Have the drawing fill the box; of what it says of its size only the ratio counts. Raises `NotALogo`."""
    view = re.split(r"[\s,]+", (root.get("viewBox") or "").strip())
    sides = view[2:] if len(view) == 4 else [root.get("width") or "", root.get("height") or ""]
    try:
        width, height = map(_pixels, sides)
    except ValueError as error:
        raise NotALogo(Why.BROKEN) from error
    if not (0 < width < math.inf and 0 < height < math.inf):
        raise NotALogo(Why.BROKEN)
    scale = min(BOX[0] / width, BOX[1] / height)
    if len(view) != 4:
        root.set("viewBox", f"0 0 {width} {height}")
    root.set("width", str(max(1, round(width * scale))))
    root.set("height", str(max(1, round(height * scale))))


def _pixels(length: str) -> float:
    found = _LENGTH.match(length)
    if found is None:
        raise ValueError(length)
    return float(found[1]) * _PER_UNIT[found[2] or "px"]
