"""A service that the platform has never heard of, in a folder of its own: offered, paid, receipted like the others."""

import io
import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from shlex import quote

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from backend.cli.demo_setup import run_command
from backend.cli.paths import ROOT
from backend.cli.running import wait_healthy
from sandbox.workbooks import workbook_of
from tests.journeys.conftest import Look, NewPage
from tests.journeys.payer import Payer
from tests.journeys.test_journey_paying import mailed_to
from tests.live.platform import Platform, Town

pytestmark = pytest.mark.browser
FOURTH = Path(__file__).with_name("fourth_service")
CODE, TITLE = "market_stall", "Puesto de feria"
STALL, RUT = "Número del puesto", "RUT del feriante"
HOLDER = "49000017-8"
STARTS = {"web": "granian ", "worker": "dramatiq "}


@dataclass(frozen=True)
class Stalls:
    """A municipality that charges for stalls; `env` is that of its processes and commands."""

    town: Town
    env: dict[str, str]


@pytest.fixture
def stalls(platform: Platform, tmp_path: Path) -> Iterator[Stalls]:
    """Web, worker and commands find the service in a temporary folder; afterwards nothing is left of it."""
    town = platform.towns[2]
    folder = tmp_path / "plugin"
    shutil.copytree(FOURTH / CODE, folder / "services" / CODE)
    shutil.copy(FOURTH / "sitecustomize.py", folder)
    path = os.pathsep.join(filter(None, [str(folder), platform.env.get("PYTHONPATH")]))
    env = {**platform.env, "PYTHONPATH": path}
    with ExitStack() as stack:
        run_command(env, "reference", "load")
        run_command(env, "municipality", "enable", town.slug, CODE)
        stack.callback(withdraw, platform, town)
        for name, start in STARTS.items():
            stack.enter_context(platform.processes.exchanged(name, start, f"env PYTHONPATH={quote(path)} {start}"))
        wait_healthy(f"{town.origin}/pagar", log=platform.processes.log("web"))
        yield Stalls(town, env)
    wait_healthy(f"{town.origin}/pagar", log=platform.processes.log("web"))


def withdraw(platform: Platform, town: Town) -> None:
    platform.rows(town.slug, "UPDATE profile_servicesetting SET is_enabled = false WHERE service = %s", CODE)


def test_a_service_from_a_folder_of_its_own_is_offered_paid_and_receipted(
    platform: Platform, stalls: Stalls, new_page: NewPage, look: Look, tmp_path: Path
) -> None:
    roll = tmp_path / "puestos.xlsx"
    row: dict[str, str | int] = {"Puesto": 17, "Rut": HOLDER, "Nombre": "Contribuyente de prueba 17", "Metros": 4}
    roll.write_bytes(workbook_of("Puestos", tuple(row), [row]))
    run_command(stalls.env, "roll", "load", str(roll), f"--municipality={stalls.town.slug}", f"--service={CODE}")
    payer = Payer(new_page(), stalls.town)

    payer.open()
    payer.find(TITLE, {STALL: "017", RUT: HOLDER})
    expect(payer.option("Todo el año")).to_be_checked()
    payer.see_in_payment(f"{TITLE} 2025 · 017")
    assert payer.total() == 4 * 12_345
    look(payer.page, "fourth-service-1-debt")
    payer.order()
    payer.pay_at_tgr()
    (name,) = payer.see_documents(1)
    look(payer.page, "fourth-service-2-paid")

    assert name.startswith(f"{TITLE} 2025, folio ")
    printed = PdfReader(io.BytesIO(mailed_to(payer.email, platform))).pages[0].extract_text()
    for words in ("Comprobante de pago", "Puesto de feria", STALL, "Metros de frente", "$49.380", "49.000.017-8"):
        assert words in printed
    assert payer.complaints == []


def test_no_line_of_the_platform_or_the_widget_knows_that_service() -> None:
    folders = [ROOT / name for name in ("backend", "theming", "sandbox", "frontend/widget", "frontend/build")]
    texts = [
        path
        for folder in folders
        for path in folder.rglob("*")
        if path.suffix in {".py", ".ts", ".json", ".csv", ".html", ".txt", ".css", ".graphql", ".sql"}
    ]

    assert len(texts) > 300
    assert [path for path in texts if CODE in (text := path.read_text("utf-8")) or TITLE in text] == []
