"""./sem demo --once: one complete payment per demo municipality, over HTTP as a browser would, then stop."""

import json
from collections.abc import Sequence
from datetime import date
from hashlib import sha256
from pathlib import Path
from time import monotonic
from typing import TypedDict

from backend.cli.console import out, step
from backend.cli.demo import Demo, running_demo
from backend.cli.demo_addresses import examples
from backend.cli.demo_municipalities import DEMO_MUNICIPALITIES, DemoMunicipality
from backend.cli.demo_setup import page_origin
from backend.cli.instance import Instance, acquire
from backend.cli.once_browser import Citizen, Json, Paid
from backend.cli.once_verify import open_verification, printed_address, verify_signature, wait_for_mail
from backend.cli.problems import Problem
from sandbox.authority import Authority
from sandbox.rolls import RollVehicle
from sandbox.vehicles import is_clean

_VEHICLES = 20  # of each run: some are no light vehicles, some are not in order
_MEANS = "TDCB"


class Payment(TypedDict):
    municipality: str
    schema: str
    order: str
    state: str
    total_clp: int
    receipt_pdf: str
    receipt_sha256: str
    mail_to: str
    verification_url: str


def pay_once(*, day: date, web_port: int | None, json_file: Path | None) -> None:
    """Write {"payments": […], "seconds"} to `json_file`. Raises `Problem` unless every payment ended as it should."""
    began = monotonic()
    with acquire("once", or_next=True) as instance:
        first = _next_vehicle(instance)
        folder = (json_file.resolve().parent if json_file else instance.directory) / "receipts"
        folder.mkdir(parents=True, exist_ok=True)
        out.print(f"[dim]Logs: {instance.directory / 'logs'}[/]")
        with running_demo(instance, day=day, web_port=web_port, first=first, count=_VEHICLES) as up:
            payments = [
                _pay(up, municipality, means=means, run=first, folder=folder)
                for municipality, means in zip(DEMO_MUNICIPALITIES, _MEANS, strict=False)
            ]
    result = json.dumps({"payments": payments, "seconds": round(monotonic() - began, 1)}, indent=1, ensure_ascii=False)
    if json_file:
        json_file.write_text(result + "\n")
    print(result)


def _pay(up: Demo, municipality: DemoMunicipality, *, means: str, run: int, folder: Path) -> Payment:
    sandbox = f"http://127.0.0.1:{up.env['SANDBOX_PORT']}"
    mail_to = f"contribuyente-{run}@{municipality.slug}.example"
    with Citizen(f"{page_origin(municipality, up.env)}/") as citizen:
        with step(f"{municipality.name}: pay / pagar"):
            debt = _first_unpaid(citizen, up.vehicles[municipality.slug])
            paid = citizen.pay(debt, email=mail_to, means=means)
        with step(f"{municipality.name}: signature, mail, verification / firma, correo, verificación"):
            verify_signature(paid.document, root=Authority(Path(up.env["SANDBOX_PKI"])).root_pem)
            wait_for_mail(sandbox, to=mail_to, document=paid.document)
            address = printed_address(paid.document)
            open_verification(address, municipality=municipality.name, total=paid.total)
    return _as_payment(municipality, paid, path=_keep(paid, folder), mail_to=mail_to, address=address)


def _first_unpaid(citizen: Citizen, vehicles: Sequence[RollVehicle]) -> Json:
    for vehicle in examples(vehicles, lambda _: True):
        if not is_clean(vehicle.plate):
            continue
        debt = citizen.look_up(plate=f"{vehicle.plate}-{vehicle.check_digit}", rut=vehicle.rut)
        if debt and not debt["paid"] and any(option["available"] for option in debt["options"]):
            return debt
    raise Problem(
        "None of this run's vehicles can be paid.",
        "After the due date, and in years without tables, payments are not available yet: try another --date.",
    )


def _keep(paid: Paid, folder: Path) -> Path:
    path = folder / f"{paid.number}.pdf"
    path.write_bytes(paid.document)
    return path


def _as_payment(municipality: DemoMunicipality, paid: Paid, *, path: Path, mail_to: str, address: str) -> Payment:
    return {
        "municipality": municipality.name,
        "schema": municipality.slug,
        "order": paid.number,
        "state": paid.state,
        "total_clp": paid.total,
        "receipt_pdf": str(path),
        "receipt_sha256": sha256(paid.document).hexdigest(),
        "mail_to": mail_to,
        "verification_url": address,
    }


def _next_vehicle(instance: Instance) -> int:
    """Ordinal of the first vehicle of this run; every run has vehicles of its own."""
    path = instance.directory / "vehicles-made"
    made = int(path.read_text()) if path.exists() else 0
    path.write_text(str(made + _VEHICLES))
    return made + 1
