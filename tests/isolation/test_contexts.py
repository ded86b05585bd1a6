"""The municipality in force belongs to a thread; files, actors and rows follow it."""

import pytest

from backend.outbox.models import Delivery
from backend.outbox.relay import expand
from backend.outbox.schemas import current_schema
from backend.profile.models import GatewayAgreement
from backend.shared.files import StoredFileMissing
from backend.tenants.files import tenant_files
from backend.tenants.queries import current_tenant
from tests.api.asking import ask
from tests.operations.debts import in_town
from tests.operations.deliveries import ONE, delivery_of, note, publish, seen
from tests.operations.orders import at_once
from tests.operations.towns import WITHOUT_OFFICIAL

FORMS = {"nunoa": 90_001, "valdivia": 90_002, WITHOUT_OFFICIAL.slug: WITHOUT_OFFICIAL.form}


def test_threads_do_not_share_a_municipality() -> None:
    def look(town: str) -> set[tuple[str, int]]:
        seen = set()
        for _ in range(40):
            with in_town(town):
                form = GatewayAgreement.objects.get(gateway="tgr").form_number
                seen.add((current_tenant().schema_name, form))
        return seen

    results = at_once(*[lambda town=town: look(town) for town in FORMS for _ in range(2)])

    assert results == [{(town, form)} for town, form in FORMS.items() for _ in range(2)]


def test_requests_to_many_hosts_at_once_are_answered_by_their_own_municipality() -> None:
    names = {"nunoa": "Ñuñoa", "valdivia": "Valdivia", "taltal": "Taltal"}

    def look(town: str) -> set[str]:
        return {ask(town, "municipality")["name"] for _ in range(15)}

    results = at_once(*[lambda town=town: look(town) for town in names for _ in range(2)])

    assert results == [{name} for name in names.values() for _ in range(2)]


def test_a_context_inside_another_gives_the_outer_one_back() -> None:
    with in_town("nunoa"):
        with in_town("valdivia"):
            inner = current_schema()
        with pytest.raises(ZeroDivisionError), in_town("valdivia"):
            raise ZeroDivisionError
        outer = current_schema()

    assert (inner, outer, current_schema()) == ("valdivia", "nunoa", "public")


def test_after_a_request_no_municipality_is_in_force() -> None:
    ask("valdivia", "municipality")

    assert current_schema() == "public"


def test_a_stored_file_is_there_for_its_municipality_only() -> None:
    with in_town("nunoa"):
        key = tenant_files().put(b"a document of Nunoa", ".pdf")
        assert tenant_files().get(key) == b"a document of Nunoa"

    for town in ("valdivia", "public"):
        with in_town(town), pytest.raises(StoredFileMissing):
            tenant_files().get(key)


@pytest.mark.parametrize("prefix", ["../nunoa/", "../../files/nunoa/", "/", "./", "nunoa/"])
def test_a_key_cannot_leave_its_municipality(prefix: str) -> None:
    with in_town("nunoa"):
        key = tenant_files().put(b"another document of Nunoa", ".pdf")

    with in_town("valdivia"), pytest.raises(StoredFileMissing):
        tenant_files().get(prefix + key)


def test_a_delivery_of_one_municipality_run_in_another_does_nothing() -> None:
    number = publish("lebu")
    with in_town("lebu"):
        expand(ONE)
    delivery = delivery_of("lebu", number)

    with in_town("valdivia"):
        before = list(Delivery.objects.order_by("id").values_list("id", "state"))
        for _ in range(2):
            note.fn(delivery.id)
        after = list(Delivery.objects.order_by("id").values_list("id", "state"))

    assert (after, seen) == (before, [])
    assert delivery_of("lebu", number).state == "WAITING"
    with in_town("lebu"):
        Delivery.objects.filter(id=delivery.id).update(state="DONE")
