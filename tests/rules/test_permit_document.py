from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

from backend.reference.files import FileRates
from backend.services.circulation_permit import SERVICE
from tests.rules.test_permit_options import CAR

EVIDENCE = {
    "insurance": {"company": "Aseguradora de prueba Uno", "policy": "P1", "folio": "F1", "valid_to": "2026-03-31"},
    "inspection": {
        "certificate": "A1",
        "plant": "ZZ1",
        "valid_to": "2025-10-31",
        "gas_certificate": "G1",
        "gas_valid_to": "2025-11-30",
    },
    "fines": {"count": "0", "total": "0", "reported_on": "2025-03-20"},
}


def test_the_document_prints_vehicle_permit_and_evidence() -> None:
    fields = SERVICE.document_fields(
        CAR.to_subject(), object_key="ZZBB10", period="2025", option="single", evidence=EVIDENCE, rates=FileRates()
    )

    assert fields == {
        "plate": "ZZBB10-3",
        "type": "Automóvil",
        "make": "Marca de prueba",
        "model": "Modelo de prueba",
        "year": "2018",
        "colour": "Azul",
        "engine": "ZZ00000001",
        "chassis": "ZZZPRUEBA00000001",
        "doors": "4",
        "seats": "5",
        "displacement": "1600 cm³",
        "fuel": "Bencina",
        "transmission": "Mecánica",
        "equipment": "FULL",
        "green_seal": "Sí",
        "period": "2025",
        "payment_form": "Pago total",
        "valid_until": "31-03-2026",
        "sii_code": "AU0110001",
        "valuation": "$9.876.543",
        "utm": "$67.429",
        "insurance_company": "Aseguradora de prueba Uno",
        "insurance_policy": "P1",
        "insurance_valid_to": "31-03-2026",
        "inspection_certificate": "A1",
        "inspection_plant": "ZZ1",
        "inspection_valid_to": "31-10-2025",
        "gas_certificate": "G1",
        "gas_valid_to": "30-11-2025",
        "fines": "Sin multas al 20-03-2025",
    }


def test_every_field_has_a_label_and_can_be_kept_as_json() -> None:
    fields = SERVICE.document_fields(
        CAR.to_subject(), object_key="ZZBB10", period="2025", option="first", evidence=EVIDENCE, rates=FileRates()
    )
    labelled = [key for group in SERVICE.document_groups for key, _ in group.fields]

    assert set(fields) <= set(labelled)
    assert set(labelled) - set(fields) == {"load", "invoice"}  # of other classes, and of new vehicles
    assert json.loads(json.dumps(fields)) == fields


def test_what_is_unknown_is_left_out_and_never_invented() -> None:
    unknown = replace(CAR, doors=0, seats=0, displacement=0, equipment="")

    fields = SERVICE.document_fields(
        unknown.to_subject(), object_key="ZZBB10", period="2025", option="first", evidence={}
    )

    absent = {"doors", "seats", "displacement", "equipment", "utm", "fines", "insurance_policy", "gas_valid_to"}
    assert absent.isdisjoint(fields)
    assert fields["valid_until"] == "31-08-2025"


def test_a_vehicle_with_fines_is_never_printed_as_free_of_them() -> None:
    evidence = {"fines": {"count": "1", "total": "5000", "reported_on": str(date(2025, 3, 20))}}

    fields = SERVICE.document_fields(
        CAR.to_subject(), object_key="ZZBB10", period="2025", option="single", evidence=evidence
    )

    assert "fines" not in fields


def test_a_lorry_prints_its_load_and_no_valuation() -> None:
    lorry = replace(CAR, type="Camión", load_kg=7_000)

    fields = SERVICE.document_fields(
        lorry.to_subject(), object_key="ZZBB10", period="2025", option="single", evidence={}, rates=FileRates()
    )

    assert (fields["load"], fields["valid_until"], fields["utm"]) == ("7000 kg", "30-09-2026", "$67.429")
    assert "valuation" not in fields


def test_a_new_vehicle_prints_its_invoice_and_the_list_wins_over_the_roll() -> None:
    new = replace(CAR, year=2025, invoice_net=8_000_000, invoice_on="2025-03-05")
    rates = FileRates(valuations={("AU0110001", 2018, 2025): 9_990_000})

    printed = [
        SERVICE.document_fields(
            vehicle.to_subject(), object_key="ZZBB10", period="2025", option="single", evidence={}, rates=rates
        )
        for vehicle in (new, CAR)
    ]

    assert (printed[0]["invoice"], printed[1]["valuation"]) == ("$8.000.000, 05-03-2025", "$9.990.000")
    assert "valuation" not in printed[0]
    assert "invoice" not in printed[1]
