"""The registers as simulated: answers by plate, overrides, and faults on the wire."""

import time
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

import httpx
import pytest

from sandbox.identifiers import plate_check_digit, rut_check_digit
from sandbox.rolls import roll_vehicles
from sandbox.vehicles import InspectionCase, InsuranceCase, expected_outcome, is_clean
from tests.contracts.sandbox_process import Sandbox

SHIFT = (date(2025, 3, 20) - datetime.now(ZoneInfo("America/Santiago")).date()).days
PLATES = [vehicle.plate for vehicle in roll_vehicles(commune_code="13120", first=1, count=2000, year=2025)]
CLEAN = next(plate for plate in PLATES if is_clean(plate))


@pytest.fixture(scope="module")
def running() -> Iterator[Sandbox]:
    with Sandbox(SANDBOX_DATE_SHIFT_DAYS=str(SHIFT)) as started:
        yield started


@pytest.fixture
def sandbox(running: Sandbox) -> Iterator[Sandbox]:
    yield running
    running.http.delete("/_control/faults").raise_for_status()
    running.http.delete(f"/_control/vehicles/{CLEAN}").raise_for_status()


def insurance(sandbox: Sandbox, plate: str) -> dict[str, object]:
    answer = sandbox.register("/insurance/policy", patente=plate, dv=plate_check_digit(plate))
    fields: dict[str, object] = answer.raise_for_status().json()
    return fields


def inspection(sandbox: Sandbox, plate: str) -> dict[str, object]:
    answer = sandbox.register("/inspection/certificate", ppu=f"{plate}-{plate_check_digit(plate)}")
    fields: dict[str, object] = answer.raise_for_status().json()
    return fields


def fines(sandbox: Sandbox, plate: str) -> list[dict[str, object]]:
    answer: list[dict[str, object]] = sandbox.register("/fines", placa=plate).raise_for_status().json()["multas"]
    return answer


def with_insurance(case: InsuranceCase) -> str:
    return next(plate for plate in PLATES if expected_outcome(plate).insurance is case)


def with_inspection(case: InspectionCase) -> str:
    return next(plate for plate in PLATES if expected_outcome(plate).inspection is case)


def test_check_digits_agree_with_published_ones() -> None:
    assert [rut_check_digit(number) for number in (12_678_579, 12_345_678, 44_000_001)] == ["8", "5", "0"]
    assert [plate_check_digit(plate) for plate in ("BBBB10", "BCDF12", "BBC12")] == ["8", "9", "3"]


def test_a_clean_vehicle_is_in_order_everywhere(sandbox: Sandbox) -> None:
    policy, certificate = insurance(sandbox, CLEAN), inspection(sandbox, CLEAN)

    assert (policy["CodError"], policy["Patente"], policy["FechaTermino"]) == ("00", CLEAN, "20260331")
    assert not [name for name in policy if "Propietario" in name]
    assert certificate["COD_RESULTADO"] == "00"
    assert (certificate["estadorevtec"], certificate["estadorevtec_G"]) == ("APROBADA", "APROBADA")
    assert str(certificate["FECHA_VENCIMIENTO"]) > "20250320"
    assert fines(sandbox, CLEAN) == []


def test_a_policy_can_end_too_early_or_be_missing(sandbox: Sandbox) -> None:
    early = insurance(sandbox, with_insurance(InsuranceCase.ENDS_EARLY))
    missing = insurance(sandbox, with_insurance(InsuranceCase.NONE))

    assert (early["CodError"], early["FechaTermino"]) == ("00", "20250331")
    assert missing["CodError"] == "01"


def test_a_certificate_can_be_over_or_rejected(sandbox: Sandbox) -> None:
    over = inspection(sandbox, with_inspection(InspectionCase.EXPIRED))
    rejected = inspection(sandbox, with_inspection(InspectionCase.REJECTED_GASES))

    assert str(over["FECHA_VENCIMIENTO"]) < "20250320"
    assert (rejected["estadorevtec"], rejected["estadorevtec_G"]) == ("APROBADA", "RECHAZADA")


def test_fines_are_listed_without_names(sandbox: Sandbox) -> None:
    plate = next(plate for plate in PLATES if expected_outcome(plate).fines > 1)
    listed = fines(sandbox, plate)

    assert len(listed) == expected_outcome(plate).fines
    assert all(isinstance(fine["Monto_Multa"], int) and fine["Moneda"] == "CLP" for fine in listed)
    assert not {"Nombres", "Rut", "Direccion"} & listed[0].keys()
    assert listed == fines(sandbox, plate)


def test_about_three_of_four_vehicles_are_in_order() -> None:
    outcomes = [expected_outcome(plate) for plate in PLATES]
    insurances = Counter(outcome.insurance for outcome in outcomes)
    inspections = Counter(outcome.inspection for outcome in outcomes)

    assert 0.7 < sum(map(is_clean, PLATES)) / len(PLATES) < 0.85
    assert 0.04 < insurances[InsuranceCase.ENDS_EARLY] / len(PLATES) < 0.08
    assert 0.02 < insurances[InsuranceCase.NONE] / len(PLATES) < 0.06
    assert 0.03 < inspections[InspectionCase.EXPIRED] / len(PLATES) < 0.07
    assert 0.04 < sum(outcome.fines > 0 for outcome in outcomes) / len(PLATES) < 0.08


def test_a_wrong_check_digit_gets_no_data(sandbox: Sandbox) -> None:
    policy = sandbox.register("/insurance/policy", patente=CLEAN, dv="Z").json()
    certificate = sandbox.register("/inspection/certificate", ppu=f"{CLEAN}-Z").json()

    assert policy["CodError"] == "02"
    assert "NroPoliza" not in policy
    assert certificate["COD_RESULTADO"] != "00"
    assert "ID_CRT" not in certificate


@pytest.mark.parametrize("path", ["/insurance/policy", "/inspection/certificate", "/fines"])
def test_a_register_asks_who_is_there(sandbox: Sandbox, path: str) -> None:
    assert sandbox.http.get(path).status_code == 401
    assert sandbox.http.get(path, auth=("sandbox", "otra")).status_code == 401


def test_a_test_can_say_how_a_vehicle_stands(sandbox: Sandbox) -> None:
    sandbox.control(
        "vehicles",
        plate=CLEAN,
        insurance={"FechaTermino": "20251231"},
        inspection="rejected",
        fines=[50_000, {"Monto_Multa": 7_000, "Motivo": "Otro"}],
    )

    assert insurance(sandbox, CLEAN)["FechaTermino"] == "20251231"
    assert inspection(sandbox, CLEAN)["estadorevtec"] == "RECHAZADA"
    assert [fine["Monto_Multa"] for fine in fines(sandbox, CLEAN)] == [50_000, 7_000]

    sandbox.control("vehicles", plate=CLEAN, insurance="none", inspection="none")
    assert insurance(sandbox, CLEAN)["CodError"] == "01"
    assert inspection(sandbox, CLEAN)["COD_RESULTADO"] == "01"
    assert fines(sandbox, CLEAN) == []


def test_an_order_that_makes_no_sense_is_refused(sandbox: Sandbox) -> None:
    def status(path: str, **wish: object) -> int:
        return sandbox.http.post(f"/_control/{path}", json=wish).status_code

    assert status("vehicles", plate=CLEAN, insurance="perhaps") == 400
    assert status("vehicles", plate=CLEAN, fines="one") == 400
    assert status("faults", institution="fines", kind="bad_signature") == 400
    assert status("faults", institution="fines", kind="slow", times=0) == 400
    assert status("pages", slug="x", platform_origin="javascript:alert(1)") == 400


def test_a_fault_is_used_up_and_concerns_only_its_plate(sandbox: Sandbox) -> None:
    other = PLATES[PLATES.index(CLEAN) + 1]
    sandbox.fault("fines", "error_500", times=1, match=CLEAN)

    assert sandbox.register("/fines", placa=other).status_code == 200
    assert sandbox.register("/insurance/policy", patente=CLEAN, dv=plate_check_digit(CLEAN)).status_code == 200
    assert [sandbox.register("/fines", placa=CLEAN).status_code for _ in range(2)] == [500, 200]


def test_a_fault_lasts_until_it_is_taken_back(sandbox: Sandbox) -> None:
    fault = sandbox.fault("fines", "error_500")
    statuses = [sandbox.register("/fines", placa=CLEAN).status_code for _ in range(3)]
    sandbox.http.delete(f"/_control/faults/{fault}").raise_for_status()

    assert statuses == [500, 500, 500]
    assert sandbox.register("/fines", placa=CLEAN).status_code == 200


def test_garbage_is_not_json(sandbox: Sandbox) -> None:
    sandbox.fault("fines", "garbage", times=1)
    answer = sandbox.register("/fines", placa=CLEAN)

    assert answer.status_code == 200
    with pytest.raises(ValueError):
        answer.json()


def test_a_slow_answer_comes_late_but_whole(sandbox: Sandbox) -> None:
    sandbox.fault("fines", "slow", times=1, seconds=0.5)
    began_at = time.monotonic()
    answer = sandbox.register("/fines", placa=CLEAN)

    assert time.monotonic() - began_at >= 0.5
    assert answer.json()["Placa"] == CLEAN


def test_a_silent_register_never_answers(sandbox: Sandbox) -> None:
    sandbox.fault("fines", "timeout", times=1)

    with pytest.raises(httpx.ReadTimeout):
        sandbox.register("/fines", placa=CLEAN, timeout=0.5)
    assert sandbox.register("/fines", placa=CLEAN).status_code == 200


def test_a_register_can_hang_up(sandbox: Sandbox) -> None:
    sandbox.fault("fines", "refuse", times=1)

    with pytest.raises(httpx.RemoteProtocolError):
        sandbox.register("/fines", placa=CLEAN)


def test_a_silent_answer_does_not_hold_up_the_end() -> None:
    with Sandbox() as sandbox:
        sandbox.fault("fines", "timeout")
        with pytest.raises(httpx.ReadTimeout):
            sandbox.register("/fines", placa=CLEAN, timeout=0.2)
        assert sandbox.stop() == 0
