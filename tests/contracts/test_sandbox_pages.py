"""Municipal sites as simulated: another origin, a strict policy, the documented snippet."""

from collections.abc import Iterator

import pytest

from tests.contracts.sandbox_process import Sandbox

NUNOA = "http://nunoa.localhost:8000"
VALDIVIA = "https://valdivia.localhost:8443"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as started:
        started.control("pages", slug="nunoa", name="Municipalidad de Ñuñoa", platform_origin=NUNOA)
        started.control("pages", slug="valdivia", name="Municipalidad de Valdivia", platform_origin=f"{VALDIVIA}/")
        yield started


def test_a_site_embeds_the_widget_by_the_documented_snippet(sandbox: Sandbox) -> None:
    page = sandbox.site("www.nunoa.localhost")

    assert page.status_code == 200
    assert (
        f'<script async src="{NUNOA}/widget/v1.js"></script><sem-pago service="circulation_permit">'
        f'<a href="{NUNOA}/pagar">Pagar permiso de circulación</a></sem-pago>'
    ) in page.text
    assert '<html lang="es-CL">' in page.text
    assert "Ñuñoa" in page.text


def test_a_site_allows_the_two_documented_lines_and_nothing_else_foreign(sandbox: Sandbox) -> None:
    policy = sandbox.site("www.valdivia.localhost").headers["Content-Security-Policy"]

    assert policy == (
        f"default-src 'none'; script-src {VALDIVIA}; connect-src {VALDIVIA}; style-src 'self'; img-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


def test_a_site_takes_another_policy_until_it_is_registered_again(sandbox: Sandbox) -> None:
    site = {"slug": "otro-sitio", "name": "Municipalidad de Otro Sitio", "platform_origin": NUNOA}
    sandbox.control("pages", **site, policy="default-src 'self'")
    assert sandbox.site("www.otro-sitio.localhost").headers["Content-Security-Policy"] == "default-src 'self'"

    sandbox.control("pages", **site)

    assert f"script-src {NUNOA};" in sandbox.site("www.otro-sitio.localhost").headers["Content-Security-Policy"]


def test_the_english_page_embeds_the_same_widget_in_english(sandbox: Sandbox) -> None:
    page = sandbox.site("www.nunoa.localhost", "/en/")

    assert '<html lang="en">' in page.text
    assert f'<script async src="{NUNOA}/widget/v1.js"></script><sem-pago service="circulation_permit">' in page.text
    assert "Circulation permit" in page.text


def test_each_municipality_has_another_look(sandbox: Sandbox) -> None:
    pages = sandbox.http.get("/_control/state").json()["pages"]
    looks = {each["slug"]: each["design"] for each in pages if each["slug"] in ("nunoa", "valdivia")}

    assert looks == {"nunoa": "plaza", "valdivia": "costa"}
    for slug, design in looks.items():
        assert f"/static/site-{design}.css" in sandbox.site(f"www.{slug}.localhost").text
        style = sandbox.site(f"www.{slug}.localhost", f"/static/site-{design}.css")
        picture = sandbox.site(f"www.{slug}.localhost", f"/static/hero-{design}.svg")
        assert (style.status_code, picture.status_code) == (200, 200)


def test_a_site_serves_only_itself(sandbox: Sandbox) -> None:
    assert sandbox.site("www.nunoa.localhost", "/mail/").status_code == 404
    assert sandbox.site("www.nunoa.localhost", "/_control/state").status_code == 404
    assert sandbox.site("www.otra.localhost").status_code == 404


def test_the_first_page_leads_to_everything(sandbox: Sandbox) -> None:
    page = sandbox.http.get("/")

    assert f"//www.nunoa.localhost:{sandbox.port}/" in page.text
    for address in ("/mail/", "/tgr/", "/_control/state"):
        assert f'href="{address}"' in page.text
        assert sandbox.http.get(address).status_code == 200
    assert "duplicate_notice" in page.text
