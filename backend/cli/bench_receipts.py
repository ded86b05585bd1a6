"""CPU and stored bytes of signed documents, over one RSA-2048 signature of the same process.

First form: one municipality and one kind of permit, values that differ, PAdES B-B, everything from frozen data to the
hash of the file. Second form: a season of many municipalities and hours, with the programs that they need, their looks
and signers. Beside both: the plain way (`benchmarks/baseline_receipt.py`), and what a time stamp adds.
"""

import json
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from backend.cli.bench_report import Report
from backend.cli.bench_season import SeasonCost, measure_season
from backend.cli.bench_season_documents import PAYMENTS
from backend.cli.bench_stamps import cost_of_stamp
from backend.cli.bench_town import issue_key, open_town
from backend.cli.console import step
from backend.cli.paths import ROOT
from backend.cli.problems import Problem
from sandbox.authority import create_authority

GOAL = 2.5
SEASON_GOAL = 5.0
STORED_GOAL = 16_000
_COMPOSED, _NAIVE, _STAMPED = 3, 8, 20
_BATCHES_OF_A_PROCESS = 8
_DOCUMENTS_FOR_EACH_OF_A_BATCH = 18
"""Looked for: each is issued once, and not all are of the commonest shape."""


def measure_receipts(*, documents: int, season: int) -> Report:
    """Compile, sign and measure. Raises `Problem` where a program does not draw what it must.

    `documents` of a batch of the first form; `season`: of the second, 0 for none.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        authority = create_authority(folder / "authority", "http://127.0.0.1:9")
        key_file = issue_key(authority, folder / "key.p12", "Ñuñoa")
        with step("One municipality / un municipio"):
            town = open_town(key_file, documents=_DOCUMENTS_FOR_EACH_OF_A_BATCH * documents)
            issued = town.by_turns(town.issue, documents)
            rsa_ms, issue_ms = issued.rsa_ms, issued.document_ms
            composed_ms = town.by_turns(town.compose, _COMPOSED, batches=1).document_ms
        with step("Time stamps / sellos de tiempo"):
            stamp_ms = cost_of_stamp(town, authority, documents=_STAMPED)
        with step("The plain way / de la manera simple"):
            naive_ms = _naive_ms()
        with step("Two processes / dos procesos"):
            pace = _with_two_processes(key_file, documents)
        spread = measure_season(authority, folder, documents=season) if season else None
    return Report(
        name="receipts",
        figure=issued.ratio,
        unit="CPU of a document / CPU of one RSA-2048 signature",
        goal=GOAL,
        rows=[
            ("one RSA-2048 signature", f"{rsa_ms:.3f} ms"),
            ("one document, drawn, signed (B-B) and hashed", f"{issue_ms:.3f} ms"),
            ("a time stamp (B-T), asked, checked and filed", f"{stamp_ms:.2f} ms more, {stamp_ms / rsa_ms:.1f} ×"),
            ("the same document composed and signed", f"{composed_ms:.1f} ms, {composed_ms / rsa_ms:.0f} ×"),
            ("the plain way: xhtml2pdf and endesive", f"{naive_ms:.1f} ms, {naive_ms / rsa_ms:.0f} ×"),
            ("two processes", f"{pace:,.0f} documents a second"),
            *(_rows(spread, rsa_ms) if spread else []),
        ],
        details={
            "documents": documents,
            "rsa_ms": rsa_ms,
            "document_ms": issue_ms,
            "stamp_ms": stamp_ms,
            "composed_ms": composed_ms,
            "naive_ms": naive_ms,
            "documents_a_second_with_2_processes": pace,
            "season": _details(spread, rsa_ms) if spread else None,
        },
    )


def _rows(season: SeasonCost, rsa_ms: float) -> list[tuple[str, str]]:
    whole = _whole_season_ms(season)
    return [
        (
            f"a season: {season.documents:,} documents of {season.municipalities} municipalities",
            f"{season.programs} programs, {season.composed} composed",
        ),
        ("… one document, what it shares apart", f"{season.issuing_ms / season.documents:.3f} ms"),
        ("… compiling and composing, of the sample's documents", f"{season.compiling_ms / season.documents:.3f} ms"),
        ("… compiling and composing, of a whole season's", f"{season.compiling_ms / PAYMENTS:.3f} ms"),
        ("… one document of a whole season", f"{whole:.3f} ms, {whole / rsa_ms:.2f} × (goal ≤ {SEASON_GOAL:g})"),
        ("… stored for each, with all that is shared", f"{season.stored_bytes:,.0f} bytes (goal ≤ {STORED_GOAL:,})"),
        ("… and CPU of storing it", f"{season.storing_ms / season.documents:.2f} ms"),
    ]


def _details(season: SeasonCost, rsa_ms: float) -> dict[str, float]:
    whole = _whole_season_ms(season)
    return {
        "documents": season.documents,
        "municipalities": season.municipalities,
        "programs": season.programs,
        "composed": season.composed,
        "document_ms": season.issuing_ms / season.documents,
        "compiling_ms": season.compiling_ms,
        "storing_ms": season.storing_ms / season.documents,
        "season_ms": whole,
        "season_ratio": whole / rsa_ms,
        "sample_ratio": season.document_ms / rsa_ms,
        "stored_bytes": season.stored_bytes,
    }


def _whole_season_ms(season: SeasonCost) -> float:
    """Tell what a document of a whole season costs: programs are compiled once for the nation, not for the sample.

    A sample needs nearly all of the programs that a season does; what it does not is told by a sample of everything.
    """
    return season.issuing_ms / season.documents + season.compiling_ms / max(PAYMENTS, season.documents)


def _naive_ms() -> float:
    done = subprocess.run(
        [sys.executable, str(ROOT / "benchmarks" / "baseline_receipt.py"), f"--documents={_NAIVE}"],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Problem("The baseline failed.", done.stderr[-2000:])
    said = json.loads(done.stdout)
    return float(said["draw_ms"] + said["sign_ms"])


def _with_two_processes(key_file: Path, documents: int) -> float:
    with ProcessPoolExecutor(2) as processes:
        return sum(processes.map(_pace, [key_file] * 2, [_BATCHES_OF_A_PROCESS * documents] * 2))


def _pace(key_file: Path, documents: int) -> float:
    """Documents a second of this process beside the other."""
    town = open_town(key_file, documents=documents + 1)
    town.issue(next(town.documents))
    began, issued = time.perf_counter(), 0
    for document in town.documents:
        town.issue(document)
        issued += 1
    return issued / (time.perf_counter() - began)
