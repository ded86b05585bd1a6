"""Documents to try things on. Nobody here exists: see the ranges of RUTs and plates reserved for tests."""

from dataclasses import replace
from datetime import date

from backend.receipts.rendering import ChargeLine, Fact, PermitDocument


def permit(
    *, municipality: str = "Municipalidad de Ñuñoa", code: str = "13120", owner: str = "Contribuyente de prueba 17"
) -> PermitDocument:
    return PermitDocument(
        municipality=municipality,
        municipality_code=code,
        folio="2025-0000017",
        issued_on=date(2025, 3, 20),
        title="Permiso de circulación",
        period="2025",
        option="Pago único",
        subtitle="Vehículo liviano particular",
        plate="ZZBB10-3",
        valid_until=date(2026, 3, 31),
        owner_name=owner,
        owner_rut="44.000.017-7",
        vehicle=(
            Fact("Tipo", "Automóvil"),
            Fact("Marca", "Toyota"),
            Fact("Modelo", "Yaris Sport 1.5"),
            Fact("Año", "2021"),
            Fact("Color", "Gris plata"),
            Fact("N° de motor", "2NZ4471203"),
            Fact("N° de chasis", "JTDBW92370L044017"),
            Fact("Combustible", "Bencina"),
            Fact("Transmisión", "Mecánica"),
            Fact("Cilindrada", "1.496 cc"),
            Fact("Asientos", "5"),
            Fact("Puertas", "4"),
            Fact("Código SII", "AU12345678"),
            Fact("Tasación fiscal", "$8.470.000"),
            Fact("UTM de enero", "$67.429"),
            Fact("Sello", "Verde"),
        ),
        evidence=(
            Fact("Seguro obligatorio (SOAP)", "Compañía de prueba · póliza 120044-7, hasta el 31-03-2026"),
            Fact("Revisión técnica", "Aprobada · certificado B0012345678, hasta el 30-09-2025"),
            Fact("Gases", "Aprobada · certificado G0012345678, hasta el 30-09-2025"),
            Fact("Multas de tránsito no pagadas", "Sin multas al 20-03-2025"),
        ),
        lines=(
            ChargeLine("Tramo hasta 60 UTM", "$4.045.740", "1 %", "DL 3.063 art. 12 a)", "$40.457"),
            ChargeLine("Tramo sobre 60 y hasta 120 UTM", "$4.045.740", "2 %", "DL 3.063 art. 12 a)", "$80.915"),
            ChargeLine("Tramo sobre 120 y hasta 250 UTM", "$378.520", "3 %", "DL 3.063 art. 12 a)", "$11.356"),
        ),
        total="$132.728",
        paid_at="20-03-2025 12:04",
        means="Tarjeta de débito",
        operation_id="7200000017",
        order_number="13120-2025-000017",
        verification_url="https://pagos.nunoa.example/v/2025-0000017/K7QX-2M4D-PZ3A-9HTV",
        verification_code="K7QX-2M4D-PZ3A-9HTV",
        signer_name="Tesorería Municipal de Ñuñoa",
        signer_role="Tesorera o tesorero municipal",
    )


def receipt(*, municipality: str = "Municipalidad de Ñuñoa", code: str = "13120") -> PermitDocument:
    """The comprobante of a due that has no document of its own, here a licence paid by half-years."""
    return replace(
        permit(municipality=municipality, code=code),
        folio="2025-0000018",
        title="Patente municipal",
        period="2025-2",
        option="Segundo semestre",
        plate="2-00017",
        subtitle="Comprobante de pago",
        object_label="Rol de patente",
        holder_heading="Contribuyente",
        facts_heading="Patente",
        vehicle=(
            Fact("Clase", "Comercial"),
            Fact("Giro", "Almacén de comestibles"),
            Fact("Dirección", "Calle de prueba 17"),
            Fact("Capital propio", "$12.000.000"),
            Fact("Trabajadores", "3"),
        ),
        evidence=(),
        lines=(
            ChargeLine("Patente, cinco por mil del capital", "$12.000.000", "2,5 ‰", "DL 3.063 art. 24", "$30.000"),
            ChargeLine("Aseo domiciliario", "", "", "DL 3.063 art. 9", "$14.210"),
            ChargeLine("Publicidad", "", "", "DL 3.063 art. 41 N° 5", "$8.500"),
        ),
        accounts=(Fact("115.03.01.001", "$30.000"), Fact("115.03.01.002", "$14.210"), Fact("115.03.01.003", "$8.500")),
        total="$52.710",
        hero_label="Total pagado",
        hero_value="$52.710",
        closing="Este comprobante acredita el pago de las cuotas que en él se indican.",
    )


def waste_fee(*, municipality: str = "Municipalidad de Ñuñoa", code: str = "13120") -> PermitDocument:
    """The comprobante of the waste fee of a property, paid late."""
    return replace(
        receipt(municipality=municipality, code=code),
        folio="2025-0000019",
        title="Derechos de aseo",
        period="2025",
        option="Segunda cuota",
        plate="123-45",
        object_label="Rol de avalúo",
        facts_heading="Propiedad",
        vehicle=(Fact("Destino", "Habitacional"),),
        lines=(
            ChargeLine("Derechos de aseo, segunda cuota", "", "", "DL 3.063 art. 7", "$18.400"),
            ChargeLine("Reajuste e intereses", "$18.400", "1,5 %", "DL 3.063 art. 48", "$276"),
        ),
        accounts=(Fact("115.03.01.002", "$18.400"), Fact("115.08.02.001", "$276")),
        total="$18.676",
        hero_value="$18.676",
    )
