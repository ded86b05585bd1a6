"""./sem collection, day and rendition: by the same operations, for whoever is at the terminal."""

import subprocess
from pathlib import Path
from xml.etree import ElementTree

from tests.operations.platform import run_python
from tests.reconciliation.collected import TOWN, advice, collection, differences, new_day, unknown_line


def sem(*arguments: str) -> subprocess.CompletedProcess[str]:
    return run_python("-m", "backend.cli", *arguments, f"--municipality={TOWN}", COLUMNS="200")


def test_a_day_is_loaded_shown_explained_closed_and_rendered(tmp_path: Path) -> None:
    day = new_day()
    line = unknown_line(day)
    (tmp_path / "recaudacion.txt").write_bytes(collection(day, [line, "X"]))
    (tmp_path / "deposito.txt").write_bytes(advice(day, [line]))

    loaded = sem("collection", "load", str(tmp_path / "recaudacion.txt"))
    assert loaded.returncode == 0, loaded.stderr
    assert "1 operaciones por $10.000, 1 que nadie había avisado; 1 diferencias sin explicar" in loaded.stderr
    assert "por $10.000, retenido $0" in sem("collection", "deposit", str(tmp_path / "deposito.txt")).stderr
    assert "recaudacion.txt" in sem("collection", "list").stderr
    assert sem("day", "transit").returncode == 0
    shown = sem("day", "show", str(day)).stderr
    (found,) = differences(day)
    assert found.key in shown
    assert "la fila empieza con «X»" in shown

    refused = sem("day", "close", str(day))
    assert refused.returncode == 1
    assert "Quedan 1 diferencias sin explicar" in refused.stderr
    assert sem("day", "explain", str(day), found.key, "Fila de prueba").returncode == 0
    assert "cerrado" in sem("day", "close", str(day)).stderr
    again = sem("collection", "load", str(tmp_path / "recaudacion.txt"))
    assert again.returncode == 0
    (tmp_path / "otro.txt").write_bytes(collection(day, [line, unknown_line(day)]))
    late = sem("collection", "load", str(tmp_path / "otro.txt"))
    assert late.returncode == 1
    assert f"El día {day} está cerrado" in late.stderr
    assert "Traceback" not in late.stderr
    assert "reabierto" in sem("day", "reopen", str(day), "--reason", "Llegó otro archivo").stderr

    rendered = sem(
        "rendition", "--from", str(day), "--csv", str(tmp_path / "r.csv"), "--xlsx", str(tmp_path / "r.xlsx")
    )
    assert rendered.returncode == 0, rendered.stderr
    assert "$10.000" in rendered.stderr
    assert "homeless" in (tmp_path / "r.csv").read_text("utf-8-sig")
    assert (tmp_path / "r.xlsx").read_bytes().startswith(b"PK")


def test_days_are_drawn(tmp_path: Path) -> None:
    day = new_day()
    (tmp_path / "recaudacion.txt").write_bytes(collection(day, [unknown_line(day)]))
    assert sem("collection", "load", str(tmp_path / "recaudacion.txt")).returncode == 0

    done = sem("day", "list", "--first", "100", "--plot", str(tmp_path / "days.svg"))

    assert done.returncode == 0, done.stderr
    picture = ElementTree.fromstring((tmp_path / "days.svg").read_text("utf-8"))
    titles = [each.text for each in picture.iter("{http://www.w3.org/2000/svg}title")]
    assert f"{day}: Informado $10.000" in titles
    assert f"{day}: En tránsito $10.000" in titles
