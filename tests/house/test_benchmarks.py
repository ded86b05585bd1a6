"""What every bench writes, and that each really runs. No test looks at a time or at a ratio."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from backend.cli.bench_cpu import cpu_of_trees
from backend.cli.bench_graphql import shape_of
from backend.cli.bench_report import Report
from backend.cli.instance_for_tests import instance_for_tests
from backend.cli.paths import ROOT
from tests.contracts.sandbox_process import Sandbox

KEYS = {"name", "figure", "unit", "goal", "ok", "details"}
BURN = "import time\nwhile time.process_time() < 0.3: pass"


def report(figure: float) -> Report:
    return Report(name="prueba", figure=figure, unit="×", goal=1.8, rows=[("a", "1")], details={"why": 1})


@pytest.mark.parametrize(("figure", "ok"), [(1.79, True), (1.8, True), (1.81, False)])
def test_a_figure_is_good_up_to_its_goal(figure: float, ok: bool) -> None:
    assert report(figure).as_json()["ok"] is ok


def test_a_report_is_a_table_and_one_object(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "result.json"

    report(2.5).tell(file)

    written = json.loads(file.read_text())
    assert set(written) == KEYS
    assert (written["name"], written["figure"], written["goal"], written["ok"]) == ("prueba", 2.5, 1.8, False)
    assert written["details"]["why"] == 1
    assert "not met" in capsys.readouterr().out


def test_a_process_counts_with_the_children_that_it_waited_for() -> None:
    parent = (
        f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {BURN!r}])\nprint('done', flush=True)\ninput()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", parent], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "done\n"
        used = cpu_of_trees({"parent": process.pid, "nobody": -1})
        process.communicate("\n")

    assert used["parent"] >= 0.25
    assert used["nobody"] == 0.0


def test_a_process_counts_with_the_children_that_live() -> None:
    child = BURN + "\nprint('done', flush=True)\ninput()"
    parent = f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {child!r}])"
    with subprocess.Popen(
        [sys.executable, "-c", parent], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "done\n"
        used = cpu_of_trees({"parent": process.pid})
        process.communicate("\n")

    assert used["parent"] >= 0.25


def test_words_may_differ_between_baseline_and_platform_but_figures_may_not() -> None:
    answer: dict[str, Any] = {"text": "Tasación", "amount": 5, "lines": [{"note": None}]}

    assert shape_of(answer) == shape_of({**answer, "text": "Otra cosa"})
    assert shape_of(answer) != shape_of({**answer, "amount": 6})
    assert shape_of(answer) != shape_of({**answer, "text": ""})
    assert shape_of(answer) != shape_of({**answer, "lines": []})


@pytest.mark.slow
def test_the_bare_script_of_a_payment_pays_and_leaves_nothing_behind() -> None:
    with instance_for_tests() as (_, env), Sandbox() as sandbox:
        done = subprocess.run(
            [
                sys.executable,
                str(ROOT / "benchmarks" / "baseline_journey.py"),
                f"--database={env['DATABASE_OWNER_URL']}",
                f"--smtp=127.0.0.1:{sandbox.smtp_port}",
                "--payments=3",
                "--warm-up=2",
            ],
            capture_output=True,
            text=True,
            check=False,
        )
        mails = sandbox.http.get("/mail.json", params={"to": "contribuyente-5@baseline.example"}).json()

    assert (done.returncode, done.stderr) == (0, "")
    assert set(json.loads(done.stdout)) == {"payments", "script_ms", "postgres_ms"}
    assert len(mails) == 1


@pytest.mark.slow
def test_the_look_up_and_its_baseline_answer_the_same_and_are_measured(tmp_path: Path) -> None:
    file = tmp_path / "graphql.json"

    done = subprocess.run(
        [str(ROOT / "sem"), "bench", "graphql", "--rounds", "1", "--json", str(file)],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    written = json.loads(file.read_text())
    assert set(written) == KEYS
    assert (written["name"], written["goal"]) == ("graphql", 1.8)
    assert set(written["details"]["costs"]) == {"api", "api_free_document", "baseline", "nothing"}


@pytest.mark.slow
def test_compiled_documents_are_measured(tmp_path: Path) -> None:
    file = tmp_path / "receipts.json"

    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "backend.cli",
            "bench",
            "receipts",
            "--documents",
            "3",
            "--season",
            "300",
            "--json",
            str(file),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    written = json.loads(file.read_text())
    assert set(written) == KEYS
    assert (written["name"], written["goal"]) == ("receipts", 2.5)
    assert written["details"]["document_ms"] < written["details"]["composed_ms"]
    assert written["details"]["season"]["municipalities"] == 1
