"""Templates that no program can be made of: each is refused, and its author is told what was found and what to do."""

import re
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from django.template import Template

from backend.receipts.compiler.compiling import compile_page
from backend.receipts.compiler.drawings import Template as Page
from backend.receipts.compiler.refusals import NotCompilable
from backend.receipts.rendering import TEMPLATE, page_html
from tests.documents.samples import permit
from theming import load_preset
from theming.plain_values import changed_values, changes_in
from theming.templates import template_named

Write = Callable[[str], str]


def styled(rule: str) -> Page:
    return lambda *page: page_html(*page).replace("</style>", f"{rule}</style>")


def worded(before: str, after: str) -> Page:
    """The template with other words, in which fields of the document may stand."""

    def template(document: Mapping[str, Any], *rest: Any) -> str:
        html = page_html(document, *rest)
        assert before.format(**document) in html
        return html.replace(before.format(**document), after.format(**document), 1)

    return template


def filtered(field: str, write: Write) -> Page:
    return lambda document, *rest: page_html({**document, field: write(document[field])}, *rest)


def moving(document: Mapping[str, Any], *rest: Any) -> str:
    wide = len(document["folio"]) > 7
    return page_html({**document, "shifted_date_note": "Copia"} if wide else document, *rest)


def told_by_a_value(document: Mapping[str, Any], *rest: Any) -> str:
    return page_html({**document, "subtitle": "Copia"} if "prueba" in document["owner_name"] else document, *rest)


FLOWING = worded(
    "Este permiso debe",
    "{owner_name} acredita con este permiso de circulación, pagado el {paid_at} en la orden {order_number} con la "
    "operación {operation_id}, que su vehículo está al día y debe",
)
TEMPLATES: dict[str, tuple[Page, str, str]] = {
    "a filter": (filtered("owner_name", str.upper), "owner_name", "sin filtros"),
    "a value cut": (filtered("folio", lambda text: text[:3]), "folio", "sin filtros"),
    "a value turned round": (filtered("total", lambda text: text[::-1]), "total", "sin filtros"),
    "a value not shown": (worded(">{verification_code}<", "><"), "verification_code", "tal cual"),
    "flowing text": (FLOWING, "«{owner_name} acredita con este permiso", "párrafo propio"),
    "two colours": (worded(">{total}<", ">$<i style='color:#ff0000'>{total}</i><"), "{total}", "mezcla letras"),
    "moves with values": (moving, "«Placa patente única»", "ancho fijo"),
    "a value decides": (told_by_a_value, "«Municipalidad de Ñuñoa · Copia»", "decida según qué partes hay"),
    "justified": (styled(".value { text-align: justify; }"), "(Tw)", "quite justificación"),
    "spaced letters": (styled(".code { letter-spacing: 2pt; }"), "(Tc)", "quite justificación, espaciado"),
    "raised": (worded(">{total}<", "><sup>{total}</sup><"), "(Ts)", "superíndices"),
    "hyphenation": (filtered("owner_name", lambda text: text[:3] + "\u00ad" + text[3:]), "plantilla dice", "guiones"),
    "capitals": (styled(".owner .value { text-transform: uppercase; }"), "{owner_name}", "text-transform"),
    "hidden": (styled(".owner .value { display: none; }"), "{owner_name}", "No cambie el texto con estilos"),
    "twice": (
        worded('<p class="label" style="margin:3pt', '<p>{signer_role}</p><p class="label" style="margin:3pt'),
        "«{signer_role}»",
        "Agregue una palabra fija",
    ),
    "another font": (styled(".code { font-family: Courier; }"), "Courier", "use solo DocumentFont"),
    "a link": (
        worded("<b>{verification_url}</b>", "<a href='x'>{verification_url}</a>"),
        "líneas o fondos",
        "vínculos",
    ),
    "counting pages": (
        worded("<p>{municipality}</p>", "<p>{municipality} <pdf:pagecount/></p>"),
        "{municipality} 1",
        "plantilla",
    ),
    "no alternative": (lambda *page: page_html(*page).replace(" alt=", " title="), "texto alternativo", "diga en alt"),
    "no paragraph": (worded("<h1>", "<div>Suelto</div><h1>"), "«Suelto»", "Póngalo en <p>"),
}


@pytest.mark.parametrize("name", TEMPLATES)
def test_an_unsafe_template_is_refused_in_words_that_its_author_understands(name: str) -> None:
    template, found, advice = TEMPLATES[name]

    with pytest.raises(NotCompilable) as refusal:
        compile_page(permit(), load_preset("nunoa"), template)

    assert found in refusal.value.message.es
    assert advice in refusal.value.message.es
    as_drawn = re.sub(r"«~\d{3}AB~»|dice «~\d\d\u00ad\daB~»", "", refusal.value.message.es)
    assert "aB~" not in as_drawn
    assert refusal.value.message.en != refusal.value.message.es


def test_the_template_as_it_stands_is_compiled() -> None:
    assert compile_page(permit(), load_preset("nunoa"), styled(""))


@pytest.mark.parametrize(
    ("source", "places"),
    [
        ("{{ document.plate|lower }}", ["{{ document.plate|lower }}"]),
        ("{% for line in lines|slice:':3' %}{{ line.text }}{% endfor %}", ["{% for line in lines|slice:':3' %}"]),
        (
            "{% if document.total > limit %}{{ a|cut:'x' }}{% endif %}",
            ["{% if document.total > limit %}", "{{ a|cut:'x' }}"],
        ),
        ("{% if document.name|length %}a{% elif b == c %}b{% endif %}", ["{% if document.name|length %}"] * 2),
        ("{% now 'Y' %}", ["{% now 'Y' %}"]),
        ("{% include page %}", ["{% include page %}"]),
        ("{% if a and not b %}{{ a.0 }}{% else %}{% for x in a %}{{ x }}{% empty %}{{ b }}{% endfor %}{% endif %}", []),
    ],
    ids=["a filter", "a slice", "a comparison", "a length", "a tag", "a page of a value", "plain"],
)
def test_a_template_that_changes_or_compares_values_is_known_by_its_source(source: str, places: list[str]) -> None:
    template = Template(source, engine=template_named(TEMPLATE).engine)

    assert list(changes_in(template)) == places


def test_the_templates_of_documents_show_their_values_as_they_are() -> None:
    assert changed_values(TEMPLATE) == ()
