"""CPU and stored bytes of a signed document of a compiled program, over one RSA-2048 signature of the same process.

First form: one municipality and one kind of permit, values that differ, PAdES B-B, everything from frozen data to the
file's hash and the tail that is stored. Compiling and the base are counted by what they add to each of a municipality's
documents. Nothing is sent and no database is asked.
"""

import tempfile
import time
import zlib
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import NamedTuple

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from backend.cli.bench_report import Report
from backend.cli.problems import Problem
from backend.receipts.compiler.bases import Base
from backend.receipts.compiler.pieces import Prepared
from backend.receipts.compiler.programs import Programs, draw_permit
from backend.receipts.rendering import ChargeLine, Fact, PermitDocument, render_permit
from backend.signing.pades import sign_pdf
from backend.signing.signers.local_key import LocalKey, open_local_key
from sandbox.authority import create_authority
from theming import load_preset
from theming.tokens import Theme

GOAL = 2.5
_DOCUMENTS_OF_A_MUNICIPALITY = 690  # a season of 238,185 permits over 345 municipalities
_BATCHES = 7
_COMPOSED = 3
_PASSPHRASE = "bench"
_THEME = "nunoa"


class _Season(NamedTuple):
    """What a process needs: programs are compiled in it, keys are opened in it."""

    theme: Theme
    key: LocalKey
    programs: Programs
    base: Base


def measure_receipts(*, documents: int) -> Report:
    """Compile, sign and measure. Raises `Problem` where the program does not draw what it must."""
    with tempfile.TemporaryDirectory() as folder:
        key_file = _issue_key(Path(folder))
        began = time.process_time()
        season = _season(key_file)
        compiling_ms = (time.process_time() - began) * 1000
        rsa_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        rsa_ms = _least(lambda n: rsa_key.sign(b"%d" % n, padding.PKCS1v15(), hashes.SHA256()), documents)
        issue_ms = _least(lambda n: _issued(season, n), documents)
        composed_ms = _least(lambda n: _signed(season, render_permit(_permit(n), season.theme)), _COMPOSED)
        base = season.base.content
        file = _issued(season, 0)
        tail = len(zlib.compress(file[len(base) :]))
        a_second = _with_two_processes(key_file, documents)
    shared_ms = compiling_ms / _DOCUMENTS_OF_A_MUNICIPALITY
    figure = issue_ms / rsa_ms
    stored = tail + len(base) / _DOCUMENTS_OF_A_MUNICIPALITY
    return Report(
        name="receipts",
        figure=figure,
        unit="CPU of a document / CPU of one RSA-2048 signature",
        goal=GOAL,
        rows=[
            ("one RSA-2048 signature", f"{rsa_ms:.3f} ms"),
            ("one document, drawn, signed and hashed", f"{issue_ms:.3f} ms"),
            ("its part of compiling, in a municipality's season", f"{shared_ms:.3f} ms"),
            ("the same document composed and signed", f"{composed_ms:.1f} ms, {composed_ms / issue_ms:.0f} ×"),
            ("stored for each document, base included", f"{stored:,.0f} bytes of {len(file):,}"),
            ("two processes", f"{a_second:,.0f} documents a second"),
        ],
        details={
            "documents": documents,
            "rsa_ms": rsa_ms,
            "document_ms": issue_ms,
            "compiling_ms": compiling_ms,
            "season_ms": issue_ms + shared_ms,
            "season_ratio": (issue_ms + shared_ms) / rsa_ms,
            "composed_ms": composed_ms,
            "base_bytes": len(base),
            "tail_bytes": tail,
            "file_bytes": len(file),
            "documents_a_second_with_2_processes": a_second,
        },
    )


def _issue_key(folder: Path) -> Path:
    path = folder / "treasurer.p12"
    create_authority(folder / "authority", "http://127.0.0.1:9").issue_official(
        common_name="Tesorería Municipal",
        rut="44000017-7",
        organisation="Municipalidad",
        path=path,
        passphrase=_PASSPHRASE,
    )
    return path


def _season(key_file: Path) -> _Season:
    theme = load_preset(_THEME)
    programs = Programs()
    for _ in range(2):  # the second is compiled
        page = draw_permit(_permit(0), theme, programs)
    if isinstance(page, bytes):
        raise Problem("The documents of the bench were not compiled.", "")
    return _Season(theme, open_local_key(key_file, _PASSPHRASE), programs, page.base)


def _issued(season: _Season, number: int) -> bytes:
    file = _signed(season, draw_permit(_permit(number), season.theme, season.programs))
    base = season.base
    if not file.startswith(base.content):
        raise Problem("A document does not begin with its base.", "")
    base.sha256(file[len(base.content) :]).hexdigest()
    return file


def _signed(season: _Season, page: bytes | Prepared) -> bytes:
    at = datetime(2026, 3, 20, 15, 4, tzinfo=UTC)
    return sign_pdf(page, season.key, reason="Permiso", location="Ñuñoa", contact="https://pagos.example", at=at)


def _least(call: Callable[[int], object], calls: int) -> float:
    """Milliseconds of CPU of one call: the least of several batches, since others use the machine as well."""
    batches = []
    for _ in range(_BATCHES):
        began = time.process_time()
        for number in range(calls):
            call(number)
        batches.append((time.process_time() - began) * 1000 / calls)
    return min(batches)


def _with_two_processes(key_file: Path, documents: int) -> float:
    with ProcessPoolExecutor(2) as processes:
        paces = processes.map(_pace, [key_file] * 2, [documents] * 2)
        return sum(paces)


def _pace(key_file: Path, documents: int) -> float:
    """Documents a second of this process beside the other."""
    season = _season(key_file)
    _issued(season, 0)
    began = time.perf_counter()
    for number in range(documents * _BATCHES):
        _issued(season, number)
    return documents * _BATCHES / (time.perf_counter() - began)


_EXAMPLE = PermitDocument(
    municipality="Municipalidad de Ñuñoa",
    municipality_code="13120",
    folio="",
    issued_on=date(2026, 3, 20),
    title="Permiso de circulación",
    period="2026",
    option="Pago único",
    plate="",
    valid_until=date(2027, 3, 31),
    owner_name="",
    owner_rut="44.000.017-7",
    vehicle=tuple(
        Fact(label, value)
        for label, value in (
            ("Tipo", "Automóvil"),
            ("Marca", "Toyota"),
            ("Modelo", "Yaris Sport 1.5"),
            ("Año", "2021"),
            ("Color", "Gris plata"),
            ("N° de motor", "2NZ4471203"),
            ("Combustible", "Bencina"),
            ("Código SII", "AU12345678"),
            ("Tasación fiscal", "$8.470.000"),
        )
    ),
    evidence=(
        Fact("Seguro obligatorio (SOAP)", "Póliza 120044-7, hasta 31-03-2027"),
        Fact("Revisión técnica", "Aprobada, hasta 30-09-2026"),
        Fact("Multas de tránsito no pagadas", "Sin multas al 20-03-2026"),
    ),
    lines=(
        ChargeLine("Tramo hasta 60 UTM", "$4.045.740", "1 %", "DL 3.063 art. 12 a)", "$40.457"),
        ChargeLine("Tramo sobre 60 y hasta 120 UTM", "$4.045.740", "2 %", "DL 3.063 art. 12 a)", "$80.915"),
        ChargeLine("Tramo sobre 120 y hasta 250 UTM", "$378.520", "3 %", "DL 3.063 art. 12 a)", "$11.356"),
    ),
    total="$132.728",
    paid_at="20-03-2026 12:04",
    means="Tarjeta de débito",
    operation_id="",
    order_number="",
    verification_url="",
    verification_code="K7QX-2M4D-PZ3A-9HTV",
    signer_name="Tesorería Municipal",
    signer_role="Tesorería Municipal",
)


def _permit(number: int) -> PermitDocument:
    folio = f"2026{number:06d}"
    return replace(
        _EXAMPLE,
        folio=folio,
        plate=f"ZZBB{number % 100:02d}-3",
        owner_name=f"Contribuyente de prueba {number}",
        operation_id=f"72{number:08d}",
        order_number=f"13120-2026-{number:06d}",
        verification_url=f"https://pagos.nunoa.example/v/{folio}/K7QX-2M4D-PZ3A-9HTV",
    )
