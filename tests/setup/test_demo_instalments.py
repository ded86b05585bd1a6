"""A demo of August: first instalments were paid in March, so that the second is there to be paid, by the law."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date

import psycopg2
import pytest

from backend.cli import demo_setup
from backend.cli.demo_addresses import print_addresses
from backend.cli.demo_dues import Dues
from backend.cli.demo_instalments import first_paid_on, pay_first_instalments, second_due
from backend.cli.demo_municipalities import DEMO_MUNICIPALITIES
from backend.cli.environment import build_environment
from backend.cli.frontend import build_frontend
from backend.cli.instance import Instance, acquire
from backend.cli.once_verify import open_verification, printed_address
from backend.cli.running import running_sandbox, start, wait_healthy
from backend.cli.servers import servers
from sandbox.rolls import RollVehicle, roll_vehicles
from tests.live.citizen import Citizen, Json
from tests.live.world import World
from tests.setup.conftest import a_state

AUGUST, MARCH = date(2025, 8, 20), date(2025, 3, 20)
NUNOA, VALDIVIA = DEMO_MUNICIPALITIES[:2]
ROLL = 11  # vehicles; the last that are light and in order: ZZBB19 of $5.600.000 and ZZHR19 of $9.670.000
PLATES = {"nunoa": "ZZBB19", "valdivia": "ZZHR19"}
UNPAID = "ZZBB18"  # of $5.300.000


@dataclass(frozen=True)
class Demo:
    """Two municipalities on 20 August; of each, one vehicle's first instalment was paid on 20 March."""

    instance: Instance
    env: Mapping[str, str]
    vehicles: Mapping[str, Sequence[RollVehicle]]

    def vehicle(self, plate: str) -> RollVehicle:
        return next(each for roll in self.vehicles.values() for each in roll if each.plate == plate)

    def citizen(self) -> Citizen:
        """At a browser on Ñuñoa's page."""
        platform = demo_setup.platform_origin(NUNOA, self.env)
        return Citizen(platform=platform, page=f"{demo_setup.page_origin(NUNOA, self.env)}/")

    def rows(self, query: str, *values: object, schema: str = "nunoa") -> list[tuple[object, ...]]:
        connection = psycopg2.connect(self.env["DATABASE_URL"], options=f"-c search_path={schema}")
        try:
            with connection.cursor() as cursor:
                cursor.execute(query, values)
                return list(cursor.fetchall())
        finally:
            connection.close()


@pytest.fixture(scope="module")
def demo() -> Iterator[Demo]:
    with ExitStack() as stack:
        build_frontend()
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL"):
            patch.delenv(name, raising=False)
        patch.setenv("WEB_WORKERS", "1")
        instance = stack.enter_context(acquire("demo", state=stack.enter_context(a_state())))
        addresses = stack.enter_context(servers(instance, durable=False))
        env = build_environment(instance, addresses, mode="test", day=AUGUST)
        towns = (NUNOA, VALDIVIA)
        demo_setup.make_keys(env, towns)
        demo_setup.create_municipalities(env, towns)
        vehicles = demo_setup.load_rolls(instance, env, towns, day=AUGUST, first=1, count=ROLL)
        pay_first_instalments(instance, env, towns, paid_on=MARCH, vehicles=vehicles, count=1)
        world = stack.enter_context(running_sandbox(instance, env))
        demo_setup.make_agreements(env, towns)
        stack.enter_context(start(instance, env, world=world))
        wait_healthy(f"{demo_setup.platform_origin(NUNOA, env)}/pagar")
        yield Demo(instance, env, vehicles)


@pytest.mark.parametrize(
    ("day", "paid_on"),
    [
        (date(2025, 7, 31), None),
        (date(2025, 8, 1), MARCH),
        (date(2025, 12, 31), MARCH),
        (date(2026, 1, 1), None),
        (date(2024, 9, 1), date(2024, 3, 20)),
        (date(2015, 9, 1), None),  # there are no tables for that year
    ],
)
def test_first_instalments_were_paid_once_the_second_is_open(day: date, paid_on: date | None) -> None:
    assert first_paid_on(day) == paid_on


@pytest.mark.parametrize(("slug", "amount"), [("nunoa", 35_772), ("valdivia", 84_364)])
def test_a_first_instalment_was_really_paid_in_march_with_its_document_and_its_mail(
    demo: Demo, slug: str, amount: int
) -> None:
    query = """
        SELECT debt.object_key, paid.total, paid.email, document.content ->> 'issued_on', document.content ->> 'option'
        FROM billing_order paid JOIN billing_orderitem item ON item.order_id = paid.id
        JOIN billing_obligation debt ON debt.id = item.obligation_id
        JOIN receipts_document document ON document.item_id = item.id
        WHERE paid.state = 'PAID' AND debt.object_key = %s
    """
    ((plate, total, email, issued_on, option),) = demo.rows(query, PLATES[slug], schema=slug)

    assert (plate, total, issued_on, option) == (PLATES[slug], amount, "2025-03-20", "Primera cuota")
    world = World(demo.env["SANDBOX_PORT"])
    (mail,) = world.mails(str(email))
    world.close()
    assert [attached["filename"].partition("-")[0] for attached in mail["attachments"]] == ["permiso"]


def test_the_stage_is_not_played_again(demo: Demo) -> None:
    processes = sorted((demo.instance.directory / "pids").glob("*/*"))
    before = demo.rows("SELECT count(*) FROM billing_order"), [note.read_text() for note in processes]

    pay_first_instalments(demo.instance, demo.env, (NUNOA, VALDIVIA), paid_on=MARCH, vehicles=demo.vehicles, count=1)

    assert (demo.rows("SELECT count(*) FROM billing_order"), [note.read_text() for note in processes]) == before


def test_the_demo_names_vehicles_with_a_second_instalment_to_pay(
    demo: Demo, capsys: pytest.CaptureFixture[str]
) -> None:
    due = second_due(demo.env, (VALDIVIA,), year=2025, vehicles=demo.vehicles)
    rolls = {
        each.slug: roll_vehicles(commune_code=each.commune_code, first=1, count=ROLL, year=2025)
        for each in DEMO_MUNICIPALITIES
    }

    print_addresses(demo.env, rolls, due, {each.slug: Dues([], []) for each in DEMO_MUNICIPALITIES}, day=AUGUST)

    said = capsys.readouterr().err
    assert [line.split()[0] for line in said.splitlines() if "segunda cuota por pagar" in line] == ["ZZHR19-0"]


def test_a_second_instalment_is_readjusted_paid_and_has_its_document(demo: Demo) -> None:
    """DL 3.063 art. 15: half of 71.543 (the odd peso went to the first), and 0,5 %: the IPC of March to June 2025."""
    vehicle = demo.vehicle(PLATES["nunoa"])
    with demo.citizen() as citizen:
        debt = citizen.look_up(vehicle)
        (second,) = debt["options"]
        assert (second["code"], second["available"], _pesos(second["total"])) == ("second", True, 35_950)
        assert [
            (line["text"], _pesos(line["base"]), line["rate"], _pesos(line["amount"])) for line in second["lines"]
        ] == [
            ("Segunda cuota de dos, sobre el impuesto anual", 71_543, "50 %", 35_771),
            ("Reajuste por IPC de marzo de 2025 a junio de 2025", 35_771, "0,5 %", 179),
        ]

        order = citizen.order(vehicle, "second")
        citizen.pay(order)
        document = citizen.download(citizen.wait_until_complete(order))

        assert citizen.look_up(vehicle)["paid"] is True
    open_verification(printed_address(document), municipality="Ñuñoa", total=35_950)
    query = """
        SELECT content ->> 'option', content ->> 'issued_on', content ->> 'valid_until'
        FROM receipts_document document JOIN billing_order paid ON paid.id = document.order_id WHERE paid.number = %s
    """
    assert demo.rows(query, order.number) == [("Segunda cuota", "2025-08-20", "2026-03-31")]
    assert second_due(demo.env, (NUNOA,), year=2025, vehicles=demo.vehicles) == {"nunoa": []}


def test_without_the_first_a_second_instalment_is_refused_and_the_whole_is_late(demo: Demo) -> None:
    vehicle = demo.vehicle(UNPAID)
    with demo.citizen() as citizen:
        debt = citizen.look_up(vehicle)
        options = {each["code"]: each for each in debt["options"]}
        citizen.run_checks(debt)

        refused = citizen.create_order(debt, "second")

    assert refused["order"] is None
    assert [error["code"] for error in refused["errors"]] == ["billing.option_not_available"]
    assert options["second"]["available"] is False
    assert options["second"]["note"] == "Se paga solo cuando la primera cuota está pagada."
    assert _late(options["single"]) == [
        ("Reajuste por IPC de febrero de 2025 a junio de 2025", 590),
        ("Interés penal de 91 días del 1° semestre de 2025 (8,12 % anual)", 1_357),
        ("Interés penal de 51 días del 2° semestre de 2025 (8 % anual)", 750),
    ]
    assert _pesos(options["single"]["total"]) == 65_543 + 590 + 1_357 + 750
    query = """
        SELECT count(*) FROM billing_orderitem item JOIN billing_obligation debt ON debt.id = item.obligation_id
        WHERE debt.object_key = %s
    """
    assert demo.rows(query, UNPAID) == [(0,)]


def _late(option: Json) -> list[tuple[str, int]]:
    """What late payment adds, behind the slices of the scale."""
    return [(line["text"], _pesos(line["amount"])) for line in option["lines"] if "Tasación" not in line["text"]]


def _pesos(amount: object) -> int:
    return int(str(amount))
