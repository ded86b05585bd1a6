"""The host decides whose it is; what a client claims besides decides nothing."""

import json
from collections.abc import Iterator

import pytest

from backend.tenants.models import Domain, Municipality
from backend.tenants.queries import (
    MunicipalityNotFound,
    active_schemas,
    current_tenant,
    forget_cached_tenants,
    tenant_of_schema,
)
from tests.api.asking import ask, by_id, send
from tests.operations.debts import in_town

PATHS = [
    "/graphql/public",
    "/state/x",
    "/d/x",
    "/v/2025000001/AAAA-AAAA-AAAA-AAAA",
    "/verificar",
    "/return/x",
    "/pagar",
    "/logo.png",
]


def name_at(host: str, **headers: str) -> tuple[int, str | None]:
    body = json.dumps(by_id("municipality")).encode()
    answer = send(host, "/graphql/public", method="POST", body=body, **headers)
    if answer.status_code != 200:
        return answer.status_code, None
    return 200, json.loads(answer.content)["data"]["municipality"]["name"]


@pytest.mark.parametrize(
    "host",
    ["nunoa.localhost", "NUNOA.localhost", "nunoa.localhost:8000", "Nunoa.LocalHost:1", "nunoa.localhost."],
)
def test_a_host_is_found_whatever_its_case_and_port(host: str) -> None:
    assert name_at(host) == (200, "Ñuñoa")


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "127.0.0.1",
        "www.nunoa.localhost",
        "nunoa.localhost.estafa.example",
        "estafa.example",
        "nunoa",
        "nunoa.localhost/valdivia.localhost",
        "nunoa.localhost@estafa.example",
        "nunoa.localhost,valdivia.localhost",
        "",
        "[::1]",
        "%",
        "ñuñoa.localhost",
    ],
)
def test_any_other_host_is_nobody_s(host: str) -> None:
    answers = {(path, send(host, path).status_code) for path in PATHS}

    assert answers == {(path, 404) for path in PATHS}
    assert "Ñuñoa" not in send(host, "/pagar").content.decode()


@pytest.mark.parametrize("header", ["X_Forwarded_Host", "X_Host", "Forwarded", "X_Original_Host", "X_Forwarded_Server"])
def test_what_a_header_says_of_the_host_is_ignored(header: str) -> None:
    value = "host=valdivia.localhost" if header == "Forwarded" else "valdivia.localhost"

    assert name_at("nunoa.localhost", **{header: value}) == (200, "Ñuñoa")
    assert name_at("estafa.example", **{header: "nunoa.localhost"}) == (404, None)


def test_absolute_addresses_come_from_the_domain_and_not_from_the_request() -> None:
    body = json.dumps(by_id("municipality")).encode()

    answer = send("NUNOA.localhost:9", "/graphql/public", method="POST", body=body, X_Forwarded_Host="estafa.example")

    address = json.loads(answer.content)["data"]["municipality"]["logoUrl"]
    assert address.startswith("http://nunoa.localhost:")
    assert not address.startswith("http://nunoa.localhost:9/")


def test_a_second_host_leads_to_the_same_municipality() -> None:
    with in_town("public"):
        town = Municipality.objects.get(schema_name="valdivia")
        Domain.objects.get_or_create(domain="pagos.valdivia.example", defaults={"tenant": town, "is_primary": False})
    forget_cached_tenants()

    assert name_at("pagos.valdivia.example") == (200, "Valdivia")
    assert ask("valdivia", "municipality")["logoUrl"].startswith("http://valdivia.localhost:")


@pytest.fixture
def creating() -> Iterator[str]:
    """A municipality whose creation was interrupted after its first step."""
    with in_town("public"):
        town = Municipality.objects.create(schema_name="panquehue", name="Panquehue", commune_code="05704")
        Domain.objects.create(domain="panquehue.localhost", tenant=town, is_primary=True)
    forget_cached_tenants()
    yield "panquehue"
    with in_town("public"):
        Domain.objects.filter(tenant__schema_name="panquehue").delete()
        Municipality.objects.filter(schema_name="panquehue").delete()
    forget_cached_tenants()


def test_a_municipality_that_is_being_created_answers_nobody(creating: str) -> None:
    answers = {send(f"{creating}.localhost", path).status_code for path in PATHS}

    assert answers == {404}
    assert send(f"{creating}.localhost", "/callbacks/tgr", method="POST").status_code == 404
    assert creating not in active_schemas()
    with pytest.raises(MunicipalityNotFound):
        tenant_of_schema(creating)


def test_nothing_works_outside_a_municipality() -> None:
    with in_town("public"), pytest.raises(MunicipalityNotFound):
        current_tenant()
