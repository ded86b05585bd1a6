"""The data files of licences and waste fees fit the tables they are loaded into and the rules that read them."""

from __future__ import annotations

from collections import defaultdict

import jsonschema
import pytest

from backend.reference.files import ParameterEntry, parameters, table
from backend.services import get_service
from backend.services.base import JSON
from tests.rules import licences, properties

SERVICES = ("business_licence", "waste_fee")
ENTRIES = [entry for entry in parameters() if entry["service"] in SERVICES]
EXAMPLES: dict[tuple[str, str], JSON] = {**licences.OWN, **properties.OWN}


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: f"{entry['service']}.{entry['key']}")
def test_a_parameter_says_what_it_may_be_and_where_it_comes_from(entry: ParameterEntry) -> None:
    assert isinstance(entry["schema"], dict)
    jsonschema.Draft202012Validator.check_schema(entry["schema"])
    value = EXAMPLES[entry["service"], entry["key"]] if entry["value"] is None else entry["value"]
    jsonschema.validate(value, entry["schema"])
    assert 0 < len(entry["source"]) <= 400
    assert entry["certainty"] in {"HIGH", "MED", "LOW", "NONE"}


@pytest.mark.parametrize("rate", ["2.49", "5.01", "6", "0.5", "5,0", "cinco"])
def test_a_rate_outside_the_law_cannot_even_be_set(rate: str) -> None:
    (schema,) = [entry["schema"] for entry in ENTRIES if entry["key"] == "rate_per_mil"]
    assert isinstance(schema, dict)

    jsonschema.validate("2.5", schema)
    jsonschema.validate("4.75", schema)
    jsonschema.validate("5", schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(rate, schema)


@pytest.mark.parametrize("service", SERVICES)
def test_every_line_of_a_quote_has_a_budget_account(service: str) -> None:
    parts: dict[str, int] = defaultdict(int)
    for row in table("revenue_shares"):
        parts[row["service"]] += int(row["per_ten_thousand"])
        assert len(row["source"]) <= 200

    keys = {service, *get_service(service).revenue_keys.values()}

    assert {key: parts[key] for key in keys} == dict.fromkeys(keys, 10_000)
