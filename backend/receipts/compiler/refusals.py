"""Why a template is not compiled, in the words of who writes templates: what was found, and what to write instead."""

from typing import ClassVar

from backend.shared.errors import DomainError
from backend.shared.text import Text


class NotCompilable(DomainError):
    """Raised by `compile_page`: this template with these parts must be composed each time. Says why to its author."""

    code: ClassVar[str] = "receipts.not_compilable"
    message = Text(
        es="La plantilla no se puede compilar: {reason}. Los documentos se componen uno a uno.",
        en="The template cannot be compiled: {reason}. Documents are composed one by one.",
    )


NOT_VERBATIM = Text(
    es="estos valores no aparecen tal cual en la página: {values}. Escríbalos en la plantilla sin filtros ni cortes, "
    "cada uno en su propio párrafo; lo que deba cambiarles la forma va en el código, antes de la plantilla",
    en="these values do not appear on the page as they are: {values}. Write them in the template without filters or "
    "cuts, each in a paragraph of its own; what changes their form belongs in the code, before the template",
)
UNKNOWN_PARAGRAPH = Text(
    es="el párrafo «{text}» cambia un valor o lo parte. Escriba el valor entero, sin filtros (upper, truncatechars…) "
    "ni guiones de corte",
    en="the paragraph “{text}” changes a value or takes it apart. Write the whole value, without filters (upper, "
    "truncatechars…) or hyphenation",
)
MOVES = Text(
    es="un valor más ancho mueve lo que debe quedar fijo: «{text}». Dé un ancho fijo a la celda del valor y no use "
    "condiciones sobre valores",
    en="a wider value moves what must stay where it is: “{text}”. Give the cell of the value a fixed width and do not "
    "ask about values in conditions",
)
PARAGRAPHS_CHANGE = Text(
    es="un valor más ancho cambia cuántos párrafos hay. No use condiciones sobre valores, y dé un ancho fijo a "
    "sus celdas",
    en="a wider value changes how many paragraphs there are. Do not ask about values in conditions, and give their "
    "cells a fixed width",
)
SEVERAL_STYLES = Text(
    es="el párrafo «{text}» mezcla letras, tamaños o colores junto a un valor. Ponga cada uno en un párrafo propio",
    en="the paragraph “{text}” mixes faces, sizes or colours beside a value. Put each in a paragraph of its own",
)
BREAKS_OTHERWISE = Text(
    es="el párrafo «{text}» no corta sus líneas como se espera. Ponga el valor en un párrafo propio, sin texto corrido "
    "a su lado y sin guiones de corte, justificación ni espaciado de letras",
    en="the paragraph “{text}” does not break its lines as expected. Put the value in a paragraph of its own, without "
    "flowing text beside it, hyphenation, justification or letter spacing",
)
RISES = Text(
    es="el párrafo «{text}» sube o baja cuando su valor es más ancho. Dé un ancho fijo a su celda y alinéela arriba",
    en="the paragraph “{text}” moves up or down when its value is wider. Give its cell a fixed width and align it to "
    "the top",
)
NO_ALIGNMENT = Text(
    es="el valor de «{text}» no queda a la izquierda, a la derecha ni al centro de su celda. Use una de las tres "
    "alineaciones, sin texto suelto a su lado",
    en="the value of “{text}” stands neither at the left nor at the right nor in the middle of its cell. Use one of "
    "the three, without loose text beside it",
)
TWO_ROOMS = Text(
    es="el párrafo «{text}» está dos veces con distinto ancho. Agregue una palabra fija a uno de los dos",
    en="the paragraph “{text}” is there twice with different widths. Add a fixed word to one of the two",
)
OTHER_PARAGRAPHS = Text(
    es="con los datos de un documento la página no tiene los mismos párrafos que con datos de prueba. La plantilla "
    "decide según un valor: decida según qué partes hay",
    en="with the values of a document the page does not have the paragraphs that it has with probes. The template "
    "decides by a value: let it decide by which parts there are",
)
DRAWN_OTHERWISE = Text(
    es="con los datos de un documento «{text}» se dibuja de otra manera que con datos de prueba. La plantilla decide "
    "según un valor: decida según qué partes hay",
    en="with the values of a document “{text}” is drawn otherwise than with probes. The template decides by a value: "
    "let it decide by which parts there are",
)
NO_LETTER = Text(
    es="la letra de los documentos compilados no tiene {letters}. Quite ese signo de la plantilla o del texto",
    en="the font of compiled documents does not have {letters}. Take that character out of the template or the text",
)
TOO_MANY_VALUES = Text(
    es="el documento tiene {count} valores y se compilan {most} a lo más. Muestre menos líneas",
    en="the document has {count} values; {most} are compiled at most. Show fewer lines",
)
FAULTS = Text(es="la página de prueba tiene faltas: {faults}", en="the page of probes has faults: {faults}")
CHANGED_VALUES = Text(
    es="la plantilla cambia o compara valores: {places}. Escriba cada valor tal cual ({{{{ document.folio }}}}); lo "
    "que deba cambiarle la forma va en el código. Solo se puede preguntar si un valor existe "
    "({{% if document.folio %}})",
    en="the template changes or compares values: {places}. Write each value as it is ({{{{ document.folio }}}}); what "
    "changes its form belongs in the code. Only whether there is a value may be asked ({{% if document.folio %}})",
)
DRAWINGS_MOVE = Text(
    es="un valor más ancho cambia líneas o fondos de la página: no use vínculos, subrayado ni bordes del ancho del "
    "texto, y dé a las celdas un ancho fijo",
    en="a wider value changes lines or backgrounds of the page: use no links, underlines or borders as wide as a text, "
    "and give cells a fixed width",
)
