"""Only pages of origins that the municipality registered may read the answers; nobody sends cookies."""

import json

import pytest

from tests.api.asking import by_id, post_graphql, send
from tests.operations.platform import environment

ALLOW = "Access-Control-Allow-Origin"


def page(town: str) -> str:
    return f"http://www.{town}.localhost:{environment()['SANDBOX_PORT']}"


def platform(town: str) -> str:
    return f"http://{town}.localhost:{environment()['PORT']}"


@pytest.mark.parametrize("town", ["nunoa", "valdivia"])
def test_a_registered_page_may_read_the_answer(town: str) -> None:
    for origin in (page(town), platform(town)):
        answer = post_graphql(town, by_id("municipality"), Origin=origin)

        assert (answer.status_code, answer[ALLOW]) == (200, origin)
        assert "Origin" in answer["Vary"]
        assert "Access-Control-Allow-Credentials" not in answer


FOREIGN = [
    "https://estafa.example",
    "null",
    "http://www.nunoa.localhost",
    "https://www.nunoa.localhost:{port}",
    "*",
    "",
]


@pytest.mark.parametrize("origin", [*FOREIGN, "http://www.valdivia.localhost:{port}"])
def test_a_foreign_page_may_not(origin: str) -> None:
    named = origin.format(port=environment()["SANDBOX_PORT"])

    answer = post_graphql("nunoa", by_id("municipality"), Origin=named)
    preflight = send("nunoa.localhost", "/graphql/public", method="OPTIONS", Origin=named)

    assert ALLOW not in answer
    assert (preflight.status_code, ALLOW in preflight) == (403, False)
    assert "Access-Control-Allow-Methods" not in preflight


def test_a_preflight_of_a_registered_page_is_answered() -> None:
    answer = send(
        "nunoa.localhost",
        "/graphql/public",
        method="OPTIONS",
        Origin=page("nunoa"),
        Access_Control_Request_Method="POST",
        Access_Control_Request_Headers="content-type",
    )

    assert (answer.status_code, answer[ALLOW], answer.content) == (204, page("nunoa"), b"")
    assert "POST" in answer["Access-Control-Allow-Methods"]
    assert "Content-Type" in answer["Access-Control-Allow-Headers"]
    assert "Access-Control-Allow-Credentials" not in answer


@pytest.mark.parametrize("path", ["/state/unknown", "/logo.png"])
def test_the_other_answers_of_the_widget_are_readable_too(path: str) -> None:
    home, foreign = (send("nunoa.localhost", path, Origin=origin) for origin in (page("nunoa"), page("valdivia")))

    assert (home[ALLOW], ALLOW in foreign) == (page("nunoa"), False)


@pytest.mark.parametrize("path", ["/pagar", "/v/2025000001/AAAA-AAAA-AAAA-AAAA", "/callbacks/tgr", "/d/x"])
def test_what_the_widget_does_not_read_is_open_to_no_other_origin(path: str) -> None:
    assert ALLOW not in send("nunoa.localhost", path, Origin=page("nunoa"))


def test_an_error_is_readable_by_the_page_that_caused_it() -> None:
    answer = post_graphql("nunoa", b"{", Origin=page("nunoa"))

    assert (answer.status_code, answer[ALLOW]) == (400, page("nunoa"))
    assert "errors" in json.loads(answer.content)


def test_a_municipality_that_registered_nothing_answers_its_own_origin_only() -> None:
    assert ALLOW not in post_graphql("loncoche", by_id("municipality"), Origin=page("loncoche"))
    assert post_graphql("loncoche", by_id("municipality"), Origin=platform("loncoche"))[ALLOW] == platform("loncoche")


@pytest.mark.parametrize("path", ["/pagar", "/graphql/public", "/v/2025000001/AAAA-AAAA-AAAA-AAAA", "/healthz"])
def test_every_answer_carries_the_headers_of_a_careful_site(path: str) -> None:
    answer = send("nunoa.localhost", path)

    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
