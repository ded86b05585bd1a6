"""First instalments that citizens paid in time, for a demo whose day lies in the time of the second or later.

They are really paid: the processes of the demo run for a moment with their calendar in the first period.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import psycopg2
from psycopg2 import sql

from backend.cli.console import Counter, counted_step
from backend.cli.demo_addresses import examples
from backend.cli.demo_municipalities import DEMO_MUNICIPALITIES, DemoMunicipality
from backend.cli.demo_setup import Municipalities, make_agreements, page_origin, platform_origin
from backend.cli.environment import days_to
from backend.cli.instance import Instance
from backend.cli.once_browser import PERMIT, Citizen
from backend.cli.running import running_sandbox, start, wait_healthy
from backend.reference.files import FileRates
from backend.shared.rates import RateNotAvailable
from sandbox.rolls import RollVehicle
from sandbox.vehicles import is_clean

_EARLY = timedelta(days=11)
"""Citizens of the demo pay so long before the last day."""
_MEANS = "TCDB"
_PAID_ALONE = """
    SELECT debt.object_key
    FROM billing_slotclaim claim
    JOIN billing_obligation debt ON debt.id = claim.obligation_id
    JOIN billing_order paid ON paid.id = claim.order_id
    WHERE debt.service = %s AND debt.period = %s AND claim.released_at IS NULL AND paid.state = 'PAID'
    GROUP BY debt.object_key, claim.order_id
    HAVING array_agg(claim.slot) = ARRAY[%s]::smallint[]
"""

Vehicles = Mapping[str, Sequence[RollVehicle]]
"""What is in the roll, by the municipality's slug."""


def first_paid_on(day: date) -> date | None:
    """Tell when the first instalment was paid whose second can be paid on `day`; None before the second opens.

    The instalments are those of light vehicles (period of March). None too for a year without tables.
    """
    rates = FileRates()
    try:
        rule = rates.parameter(PERMIT, "instalments.march", date(day.year, 1, 1))
        due_on = rates.due_on(PERMIT, str(day.year), "march.first")
    except RateNotAvailable:
        return None
    if not isinstance(rule, dict) or day < date.fromisoformat(f"{day.year}-{rule['second_opens']}"):
        return None
    return due_on - _EARLY


def pay_first_instalments(
    instance: Instance,
    env: Mapping[str, str],
    municipalities: Municipalities = DEMO_MUNICIPALITIES,
    *,
    paid_on: date,
    vehicles: Vehicles,
    count: int,
) -> None:
    """Have `count` vehicles of each municipality whose first instalment was paid, on `paid_on` by the calendar.

    Needs servers, municipalities and rolls; starts sandbox and platform for the time that it takes, and nothing where
    so many are paid already. Each payment is settled, signed and mailed when this returns. Safe to repeat; what an
    interrupted run paid counts. Raises `Problem` where a payment goes another way than it should.
    """
    wanted = {each: max(0, count - len(_paid_alone(env, each, paid_on.year, slot=1))) for each in municipalities}
    if not any(wanted.values()):
        return
    shift = str(days_to(paid_on))
    earlier = {**env, "SEM_CLOCK_SHIFT_DAYS": shift, "SANDBOX_DATE_SHIFT_DAYS": shift}
    text = f"First instalments, paid on {paid_on:%d-%m-%Y} / primeras cuotas, pagadas"
    with (
        counted_step(text, total=sum(wanted.values())) as counter,
        running_sandbox(instance, earlier) as world,
        start(instance, earlier, world=world) as running,
    ):
        make_agreements(earlier, municipalities)

        def pay(municipality: DemoMunicipality) -> None:
            wait_healthy(f"{platform_origin(municipality, env)}/pagar", log=running.logs()["web"])
            _pay(env, municipality, vehicles[municipality.slug], wanted[municipality], counter)

        with ThreadPoolExecutor() as pool:
            list(pool.map(pay, municipalities))


def second_due(
    env: Mapping[str, str],
    municipalities: Municipalities = DEMO_MUNICIPALITIES,
    *,
    year: int,
    vehicles: Vehicles,
) -> dict[str, list[RollVehicle]]:
    """Tell by slug the vehicles whose first instalment of the year is paid and whose second is not."""
    due = {}
    for municipality in municipalities:
        plates = _paid_alone(env, municipality, year, slot=1) - _paid_alone(env, municipality, year, slot=2)
        due[municipality.slug] = [each for each in vehicles[municipality.slug] if each.plate in plates]
    return due


def _pay(
    env: Mapping[str, str],
    municipality: DemoMunicipality,
    vehicles: Sequence[RollVehicle],
    wanted: int,
    counter: Counter,
) -> None:
    """Pay so many first instalments, from the end of the roll: its beginning is for whoever tries the demo."""
    from backend.cli.once_verify import wait_for_mail  # it needs PDF libraries that a demo of March does not

    sandbox = f"http://127.0.0.1:{env['SANDBOX_PORT']}"
    candidates = (each for each in reversed(examples(vehicles, lambda _: True)) if is_clean(each.plate))
    left = wanted
    with Citizen(f"{page_origin(municipality, env)}/") as citizen:
        for vehicle in candidates:
            if not left:
                return
            debt = citizen.look_up(plate=f"{vehicle.plate}-{vehicle.check_digit}", rut=vehicle.rut)
            is_free = debt and not debt["openOrder"] and any(each["code"] == "single" for each in debt["options"])
            if not debt or not is_free:
                continue
            mail_to = f"contribuyente-{vehicle.ordinal}@{municipality.slug}.example"
            means = _MEANS[left % len(_MEANS)]
            paid = citizen.pay(debt, option="first", email=mail_to, means=means)
            wait_for_mail(sandbox, to=mail_to, document=paid.document)
            left -= 1
            counter()


def _paid_alone(env: Mapping[str, str], municipality: DemoMunicipality, year: int, *, slot: int) -> set[str]:
    """Ask the database for the plates of which an order paid this instalment of the permit and not the other."""
    connection = psycopg2.connect(env["DATABASE_URL"], connect_timeout=10)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(sql.SQL("SET search_path TO {}").format(sql.Identifier(municipality.slug)))
            cursor.execute(_PAID_ALONE, [PERMIT, str(year), slot])
            return {plate for (plate,) in cursor.fetchall()}
    finally:
        connection.close()
