"""What the demo prints when it is up: addresses to open, and vehicles to try."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from rich.markup import escape

from backend.cli.console import out
from backend.cli.demo_dues import Dues
from backend.cli.demo_municipalities import DEMO_MUNICIPALITIES
from backend.cli.demo_setup import page_origin, platform_origin
from sandbox.rolls import RollVehicle
from sandbox.rolls_waste import PAID_HERE
from sandbox.vehicles import InspectionCase, InsuranceCase, Outcome, expected_outcome

LIGHT = ("Automovil", "Station wagon")
_GOOD = Outcome(InsuranceCase.OK, InspectionCase.OK, 0)

_EXAMPLES: dict[str, Callable[[Outcome], bool]] = {
    "en orden": lambda outcome: outcome == _GOOD,
    "seguro no alcanza": lambda outcome: outcome.insurance is InsuranceCase.ENDS_EARLY,
    "con multas": lambda outcome: outcome.fines > 0,
}


def print_addresses(
    env: Mapping[str, str],
    vehicles: Mapping[str, Sequence[RollVehicle]],
    second_due: Mapping[str, Sequence[RollVehicle]],
    dues: Mapping[str, Dues],
    *,
    day: date,
) -> None:
    """Everything that somebody needs who has never seen the platform."""
    out.rule("SEM")
    for municipality in DEMO_MUNICIPALITIES:
        out.print(f"[bold]{municipality.name}[/]")
        out.print(f"  su página web / its web page   {page_origin(municipality, env)}/")
        out.print(f"  plataforma / platform          {platform_origin(municipality, env)}/pagar")
        for text, fits in _EXAMPLES.items():
            for vehicle in examples(vehicles[municipality.slug], fits)[:2]:
                _print_vehicle(vehicle, text)
        for vehicle in second_due.get(municipality.slug, ())[:2]:
            _print_vehicle(vehicle, "segunda cuota por pagar")
        here = dues[municipality.slug]
        for licence in [each for each in here.licences if each.payable][:1]:
            out.print(f"    patente {licence.role}  RUT {licence.rut}  [dim]{escape(licence.trade)}[/]")
        for place in [each for each in here.properties if each.case == PAID_HERE][:1]:
            out.print(f"    aseo, rol {place.role}  RUT {place.rut}")
    sandbox = f"http://localhost:{env['SANDBOX_PORT']}"
    out.print(f"[bold]Correos / mails[/]               {sandbox}/mail/")
    out.print(f"[bold]Mundo externo / outside world[/] {sandbox}/")
    out.print(f"Fecha del dominio / domain date  {day.isoformat()}   (--date YYYY-MM-DD)")
    out.print("Ctrl-C para terminar / to stop")
    out.rule()


def _print_vehicle(vehicle: RollVehicle, text: str) -> None:
    out.print(f"    {vehicle.plate}-{vehicle.check_digit}  RUT {vehicle.rut}  [dim]{escape(text)}[/]")


def examples(vehicles: Sequence[RollVehicle], fits: Callable[[Outcome], bool]) -> list[RollVehicle]:
    """Light vehicles whose standing in the registers fits."""
    return [vehicle for vehicle in vehicles if vehicle.kind in LIGHT and fits(expected_outcome(vehicle.plate))]
