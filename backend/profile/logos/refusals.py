"""Why a picture cannot be a logo. Known to the child, too: no Django here."""

from enum import StrEnum

from backend.shared.text import Text


class Why(StrEnum):
    """What is wrong with a file."""

    TOO_LARGE = "TOO_LARGE"
    UNKNOWN_KIND = "UNKNOWN_KIND"
    TOO_MANY_PIXELS = "TOO_MANY_PIXELS"
    TOO_SMALL = "TOO_SMALL"
    BROKEN = "BROKEN"
    EMPTY = "EMPTY"
    TOO_COSTLY = "TOO_COSTLY"
    ENTITIES = "ENTITIES"
    ACTIVE = "ACTIVE"
    LETTERS = "LETTERS"
    PICTURES = "PICTURES"
    OUTSIDE = "OUTSIDE"
    UNSUPPORTED = "UNSUPPORTED"
    TOO_MANY_ELEMENTS = "TOO_MANY_ELEMENTS"


SENTENCES: dict[Why, Text] = {
    Why.TOO_LARGE: Text(es="El logo puede pesar hasta 2 MB.", en="The logo may have up to 2 MB."),
    Why.UNKNOWN_KIND: Text(
        es="El logo debe ser un archivo PNG, JPEG, WebP o SVG.", en="The logo must be a PNG, JPEG, WebP or SVG file."
    ),
    Why.TOO_MANY_PIXELS: Text(
        es="La imagen tiene demasiados píxeles: hasta 16 millones (por ejemplo, 4.000 × 4.000).",
        en="The picture has too many pixels: up to 16 million (for example 4,000 × 4,000).",
    ),
    Why.TOO_SMALL: Text(
        es="La imagen es demasiado pequeña o angosta: quedaría como una mancha.",
        en="The picture is too small or narrow: it would be a spot.",
    ),
    Why.BROKEN: Text(es="El archivo está dañado o incompleto.", en="The file is broken or incomplete."),
    Why.EMPTY: Text(es="En la imagen no se ve nada: es transparente.", en="Nothing is seen: the picture is clear."),
    Why.TOO_COSTLY: Text(
        es="La imagen es demasiado compleja para dibujarla.", en="The picture is too complex to be drawn."
    ),
    Why.ENTITIES: Text(
        es="El SVG define entidades XML. Guárdelo como «SVG simple» o «SVG optimizado».",
        en='The SVG defines XML entities. Save it as "plain SVG" or "optimised SVG".',
    ),
    Why.ACTIVE: Text(
        es="El SVG contiene programas o animaciones. Guárdelo sin ellos.",
        en="The SVG contains programs or animations. Save it without them.",
    ),
    Why.LETTERS: Text(
        es="El SVG contiene texto, que se vería con otra letra. Conviértalo en trazados y guárdelo de nuevo.",
        en="The SVG contains text, which would be shown in another font. Convert it to outlines and save it again.",
    ),
    Why.PICTURES: Text(
        es="El SVG contiene imágenes incrustadas o enlazadas. Envíe la imagen como PNG.",
        en="The SVG contains embedded or linked pictures. Send the picture as PNG.",
    ),
    Why.OUTSIDE: Text(
        es="El SVG remite a otros archivos o direcciones. Guárdelo con todo incluido.",
        en="The SVG refers to other files or addresses. Save it with everything inside.",
    ),
    Why.UNSUPPORTED: Text(
        es="El SVG usa funciones que no se admiten en un logo (filtros, patrones u otras).",
        en="The SVG uses features that a logo may not have (filters, patterns or others).",
    ),
    Why.TOO_MANY_ELEMENTS: Text(
        es="El dibujo tiene demasiados elementos: hasta 5.000.", en="The drawing has too many elements: up to 5,000."
    ),
}


class NotALogo(Exception):
    """Raised by what reads a picture."""

    def __init__(self, why: Why) -> None:
        super().__init__(why.value)
        self.why = why
