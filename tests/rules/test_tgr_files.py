"""TGR's collection file and deposit advice: read row by row, whatever the rows are."""

import io
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.billing.gateways.filing import (
    CollectionHead,
    DepositedLine,
    DepositHead,
    DirtyRow,
    FiledLine,
    Trailer,
    WithheldLine,
)
from backend.billing.gateways.tgr_files import LONGEST_ROW, lines_of, read_collection, read_deposit, read_line
from backend.shared.money import Money

HEAD = b"E;RECAUDACION;1;990001;2025-03-20"
GOOD = b"D;1001;13120-00000001;44000001-0;7;59543;D;2025-03-20T12:00:00;2025-03-20"
OTHER = b"D;1002;13120-00000002;;;29772;T;2025-03-20T23:59:59;2025-03-20"
TRAILER = b"T;2;89315"
WHOLE = [HEAD, GOOD, OTHER, TRAILER]
ADVICE = [
    b"E;DEPOSITO;1;990001;BE-2025-000123;2025-03-21;88315",
    b"D;1001;59543",
    b"D;1002;29772",
    "R;1000;Comisión por devolución".encode(),
    b"T;2;89315;1000",
]


def items(rows: list[bytes]) -> list[object]:
    return list(read_collection(lines_of(io.BytesIO(b"\r\n".join(rows)))))


def dirty(rows: list[bytes]) -> list[tuple[int, str, str]]:
    return [(item.row, item.column, item.message.es) for item in items(rows) if isinstance(item, DirtyRow)]


def lines(rows: list[bytes]) -> list[bytes]:
    return [item.raw for item in items(rows) if isinstance(item, FiledLine)]


def test_a_collection_file_gives_its_head_its_operations_and_its_sums() -> None:
    head, first, second, trailer = items(WHOLE)

    assert head == CollectionHead(1, 990_001, date(2025, 3, 20))
    assert first == FiledLine(
        row=2,
        raw=GOOD,
        operation_id="1001",
        order_number="13120-00000001",
        payer="44000001-0",
        folio="7",
        amount=Money(59_543),
        means="D",
        paid_at=datetime(2025, 3, 20, 12, tzinfo=ZoneInfo("America/Santiago")),
        accounting_on=date(2025, 3, 20),
    )
    assert isinstance(second, FiledLine)
    assert (second.payer, second.folio) == ("", "")
    assert trailer == Trailer(4, 2, Money(89_315), Money(0))


def test_a_deposit_advice_gives_what_arrived_what_for_and_what_was_withheld() -> None:
    assert list(read_deposit(ADVICE)) == [
        DepositHead(1, 990_001, "BE-2025-000123", date(2025, 3, 21), Money(88_315)),
        DepositedLine(2, "1001", Money(59_543)),
        DepositedLine(3, "1002", Money(29_772)),
        WithheldLine(4, Money(1_000), "Comisión por devolución"),
        Trailer(5, 2, Money(89_315), Money(1_000)),
    ]


def test_a_deposit_that_is_not_its_operations_less_what_was_withheld_is_named() -> None:
    found = list(read_deposit([ADVICE[0].replace(b"88315", b"89315"), *ADVICE[1:]]))[-1]

    assert isinstance(found, DirtyRow)
    assert (found.row, found.column) == (1, "MONTO")
    assert found.message.es == "el depósito dice $89.315; sus operaciones suman $89.315 y lo retenido, $1.000."


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        (GOOD.replace(b"1001", b"10O1"), "IDOPERACION", "«10O1» no es un número entero sin puntos."),
        (GOOD.replace(b"1001", b"9" * 20), "IDOPERACION", "no es un número entero"),
        (GOOD.replace(b"13120-00000001", b"13120 1"), "IDEXT", "«13120 1» no es un IDEXT"),
        (GOOD.replace(b"44000001-0", b"44000001-1"), "RUT", "«44000001-1» no es un RUT válido."),
        (GOOD.replace(b"59543", b"59.543"), "TOTALPAGO", "«59.543» no es un número entero sin puntos."),
        (GOOD.replace(b"59543", b"-59543"), "TOTALPAGO", "no es un número entero"),
        (GOOD.replace(b"59543", "５９".encode()), "TOTALPAGO", "no es un número entero"),
        (GOOD.replace(b"59543", b"0"), "TOTALPAGO", "el monto es cero."),
        (GOOD.replace(b";D;", b";;"), "TIPOPAGO", "no es un medio de pago."),
        (GOOD.replace(b"T12:00:00", b"T25:00:00"), "FECHAPAGO", "no es una fecha y hora"),
        (GOOD.replace(b";2025-03-20T", b";9999-03-20T"), "FECHAPAGO", "no es una fecha y hora"),
        (GOOD[:-10] + b"2025-02-30", "FECHACONTABLE", "«2025-02-30» no es una fecha AAAA-MM-DD."),
        (GOOD.rpartition(b";")[0], "FECHACONTABLE", "faltan columnas: FECHACONTABLE."),
        (b"D", "IDOPERACION", "faltan columnas: IDOPERACION, IDEXT"),
        (GOOD + b";x", "", "sobran columnas: se esperan 9 y hay 10."),
        (b"X" + GOOD[1:], "TIPO", "la fila empieza con «X»; se espera E, D, T."),
        (GOOD.replace(b";7;", b';"7;'), "", "las comillas de la fila no cierran."),
        (GOOD.replace(b";7;", b";\0;"), "", "NUL"),
        (GOOD.replace(b";7;", "ñ".encode("latin-1")), "", "la fila no está en UTF-8."),
        (GOOD + b" " * LONGEST_ROW, "", f"la fila tiene más de {LONGEST_ROW} bytes."),
        (HEAD, "TIPO", "la fila no corresponde en este lugar."),
    ],
)
def test_a_dirty_row_is_named_and_the_others_are_read(row: bytes, column: str, words: str) -> None:
    rows = [HEAD, row, OTHER, b"T;1;29772"]

    (found,) = dirty(rows)

    assert (found[0], found[1]) == (2, column)
    assert words in found[2]
    assert lines(rows) == [OTHER]


@pytest.mark.parametrize(
    "rows",
    [
        [b"\xef\xbb\xbf" + HEAD, GOOD, OTHER, TRAILER],
        [HEAD, b"", GOOD + b";", b"  ", OTHER.replace(b";T;", b";t;"), TRAILER, b"", b""],
        [b'"E";"RECAUDACION";1;990001;"2025-03-20"', GOOD.replace(b"1001", b' "1001"'.strip()), OTHER, TRAILER],
    ],
    ids=["byte order mark", "blank rows and semicolons", "quotes"],
)
def test_what_spreadsheets_add_does_no_harm(rows: list[bytes]) -> None:
    assert dirty(rows) == []
    assert len(lines(rows)) == 2


def test_sums_that_do_not_add_up_are_named() -> None:
    assert dirty([HEAD, GOOD, TRAILER]) == [
        (3, "TOTAL", "el cierre dice 2 operaciones por $89.315; se leyeron 1 por $59.543.")
    ]
    assert dirty([HEAD, GOOD, OTHER]) == [(0, "TIPO", "falta la fila de cierre (T): el archivo puede estar cortado.")]
    assert dirty([GOOD, OTHER, TRAILER]) == [
        (1, "TIPO", "falta la fila de encabezado (E): no se sabe de qué convenio ni de qué día es.")
    ]


def test_a_deposit_advice_is_no_collection_file() -> None:
    assert dirty(ADVICE)[0] == (1, "", "sobran columnas: se esperan 5 y hay 7.")
    assert dirty([HEAD.replace(b"RECAUDACION", b"DEPOSITO"), OTHER])[0] == (
        1,
        "ARCHIVO",
        "dice «DEPOSITO»; se espera RECAUDACION.",
    )


def test_a_row_without_end_is_not_held_in_memory() -> None:
    rows = list(lines_of(io.BytesIO(b"x" * 5_000_000 + b"\n" + GOOD)))

    assert [len(row) for row in rows] == [LONGEST_ROW + 2, len(GOOD)]


def test_a_row_that_was_kept_is_read_again_by_itself() -> None:
    kept = read_line(GOOD)
    assert isinstance(kept, FiledLine)
    assert kept.operation_id == "1001"
    assert isinstance(read_line(HEAD), DirtyRow)
    assert isinstance(read_line(b""), DirtyRow)
    assert isinstance(read_line(b"\xff"), DirtyRow)


good_rows = st.builds(
    lambda operation, order, amount, second: (
        f"D;{operation};13120-{order};44000001-0;7;{amount};D;2025-03-20T12:00:{second:02};2025-03-20".encode()
    ),
    st.integers(0, 2**63 - 1),
    st.integers(0, 10**8),
    st.integers(1, 2**40),
    st.integers(0, 59),
)
garbage = st.one_of(
    st.binary(max_size=80),
    st.text(max_size=60).map(str.encode),
    good_rows.flatmap(lambda row: st.integers(0, len(row) - 1).map(lambda cut: row[:cut] + b'";' + row[cut:])),
    st.binary(min_size=LONGEST_ROW, max_size=LONGEST_ROW * 3),
).map(lambda row: b"?" + row.replace(b"\n", b""))


@given(st.lists(st.one_of(good_rows, garbage), max_size=30), st.sampled_from([b"\n", b"\r\n"]))
def test_no_good_row_is_lost_and_nothing_is_raised(rows: list[bytes], end: bytes) -> None:
    file = end.join([HEAD, *rows])

    found = list(read_collection(lines_of(io.BytesIO(file))))

    assert [item.raw for item in found if isinstance(item, FiledLine)] == [row for row in rows if row.startswith(b"D")]
    named = {item.row for item in found if isinstance(item, DirtyRow)} - {0}
    assert named == {place for place, row in enumerate(rows, start=2) if row.startswith(b"?")}


@given(st.binary(max_size=400), st.sampled_from([read_collection, read_deposit]))
def test_bytes_of_any_kind_raise_nothing(content: bytes, read: object) -> None:
    assert callable(read)
    assert list(read(lines_of(io.BytesIO(content))))
