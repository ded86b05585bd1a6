"""In production only documents of the allow-list are answered."""

import json

from tests.api.asking import asked_of_another_process, by_id

FREE = {"query": "{ municipality { name } }"}


def test_free_documents_are_refused_and_known_ones_answered() -> None:
    host = "nunoa.localhost"
    bodies = [FREE, by_id("municipality"), {**FREE, **by_id("municipality")}, {"query": "{ __typename }"}]

    free, known, both, other = asked_of_another_process(
        *[{"host": host, "body": json.dumps(body)} for body in bodies], SEM_MODE="production"
    )

    assert (free["status"], other["status"]) == (400, 400)
    assert json.loads(free["body"]) == {"errors": [{"message": "Only known documents are answered: send documentId."}]}
    assert json.loads(known["body"])["data"]["municipality"]["name"] == "Ñuñoa"
    assert both["body"] == known["body"]
