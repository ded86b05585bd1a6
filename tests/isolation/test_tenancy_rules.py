"""What `./sem check` reads off the catalogue: a trigger may refuse, and nothing else."""

import pytest

from backend.tenants.lint import problems_seen_by
from tests.isolation.test_printed_addresses import as_owner

TRIGGER = """
CREATE FUNCTION public.what_it_does() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$;
CREATE TRIGGER of_a_test BEFORE UPDATE ON public.tenants_domain FOR EACH ROW EXECUTE FUNCTION public.what_it_does();
"""
NAMED = "tenants_domain: trigger of_a_test does more than RAISE"
REFUSES = "IF TG_OP = 'DELETE' THEN RAISE EXCEPTION 'no'; END IF; RETURN NEW;"


def problems_with(body: str) -> list[str]:
    with as_owner() as cursor:
        cursor.execute(TRIGGER.format(body=body))
        return problems_seen_by(cursor)


def test_the_schemas_keep_the_rules_and_a_trigger_that_only_refuses_is_allowed() -> None:
    assert problems_with(REFUSES) == []


@pytest.mark.parametrize(
    "body",
    [
        "RETURN NEW;",
        f"INSERT INTO public.tenants_domain DEFAULT VALUES; {REFUSES}",
        f"UPDATE public.tenants_domain SET is_primary = true; {REFUSES}",
        f"DELETE FROM public.tenants_domain; {REFUSES}",
        f"PERFORM 1; {REFUSES}",
        f"NEW.domain := lower(NEW.domain); {REFUSES}",
    ],
    ids=["nothing refused", "insert", "update", "delete", "perform", "another value"],
)
def test_a_trigger_that_does_anything_else_is_named(body: str) -> None:
    assert problems_with(body) == [NAMED]
