"""The roll of licences. The columns are ours: no national format is known. See docs/rolls/business_licence.md."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction

from backend.services.base import RollEntry, RowError
from backend.services.business_licence.exemptions import EXEMPTIONS
from backend.services.business_licence.licence import CapitalSource, Kind, Licence
from backend.services.business_licence.lookup import InvalidRole, parse_role
from backend.services.business_licence.period import Period
from backend.services.business_licence.provisional import State, last_possible_expiry, term_is_given_by_law
from backend.services.business_licence.tariff import RateOutsideLaw, lawful_rate
from backend.services.row_reader import EMPTY, RowReader
from backend.services.wording import day
from backend.shared.text import Text

EXAMPLE: dict[str, str] = {
    "Rol": "2-1234",
    "Rut": "46000001-7",
    "Nombre": "Comercio de prueba 1",
    "Ano": "2025",
    "Tipo_patente": "COMERCIAL",
    "Giro": "Almacén de comestibles",
    "Tasa_por_mil": "",
    "Origen_capital": "PROPIO",
    "Capital": "100000000",
    "Inversiones_deducibles": "20000000",
    "Certificado_inversiones": "CERT-15",
    "Trabajadores_local": "3",
    "Trabajadores_total": "12",
    "Codigo_aseo": "GENERAL",
    "Publicidad_m2": "2,5",
    "Publicidad_luminosa_m2": "",
    "Exencion": "",
    "Fecha_otorgamiento": "15/03/2019",
    "Estado_provisoria": "",
    "Vencimiento_provisoria": "",
    "Autorizacion_sanitaria": "",
    "Observaciones_DOM": "",
}
COLUMNS: tuple[str, ...] = tuple(EXAMPLE)

_ROLE_IS_A_DAY = Text(
    es="La planilla tomó el rol por una fecha: dé formato de texto a la columna y escríbalo de nuevo.",
    en="The workbook took the role for a date: format the column as text and write it again.",
)
_WRONG_YEAR = Text(es="No es el año {year} de la nómina.", en="It is not the roll's year {year}.")
_CAPITAL_TOO_MUCH = Text(
    es="No corresponde capital a este tipo de patente.", en="This kind of licence goes without capital."
)
_NO_CERTIFICATE = Text(
    es="Las inversiones solo se deducen con certificado.", en="Investments are deducted with a certificate only."
)
_BOTH_WORKERS = Text(es="Indique ambos números de trabajadores, o ninguno.", en="Give both numbers of workers or none.")
_TOO_MANY_WORKERS = Text(
    es="El local no puede tener más trabajadores que el total.", en="A branch cannot have more workers than the total."
)
_PROVISIONAL_ONLY = Text(
    es="Solo se llena para una patente provisoria.", en="It is filled for a provisional licence only."
)
_AFTER_THE_PERIOD = Text(
    es="La patente se otorgó después del período, que termina el {day}.",
    en="The licence was granted after the period, which ends on {day}.",
)
_BEFORE_GRANT = Text(es="Es anterior al otorgamiento.", en="It is before the grant.")
_TOO_LATE = Text(
    es="Supera el máximo legal de tres años desde el otorgamiento ({day}).",
    en="It is beyond the legal maximum of three years from the grant ({day}).",
)
_PROVISIONAL_COLUMNS = (
    "Estado_provisoria",
    "Vencimiento_provisoria",
    "Autorizacion_sanitaria",
    "Observaciones_DOM",
)


def read_row(number: int, row: Mapping[str, object], *, year: int) -> RollEntry | list[RowError]:
    """Validate one licence of the roll of the year that begins on 1 July of `year`. No amount to pay is ever read."""
    cells = _Cells(number, row)
    if cells.whole("Ano") not in {0, year}:
        cells.refuse("Ano", _WRONG_YEAR.format(year=year))
    rut, role = cells.rut("Rut"), cells.role()
    holder = cells.text("Nombre", 80)
    kind = cells.choice("Tipo_patente", tuple(Kind))
    source, capital, deduction = cells.capital(kind)
    here, total = cells.workers()
    granted = cells.granted(kind, year)
    state, expires_on = cells.provisional(kind, granted)
    licence = Licence(
        kind=kind,
        activity=cells.text("Giro", 100),
        capital_source=source,
        capital=capital,
        deduction=deduction,
        workers_here=here,
        workers_total=total,
        rate_per_mil=cells.rate(),
        waste_code=cells.optional_text("Codigo_aseo", 20).upper(),
        sign_m2=cells.optional_decimal("Publicidad_m2"),
        luminous_sign_m2=cells.optional_decimal("Publicidad_luminosa_m2"),
        exemption=cells.choice("Exencion", tuple(EXEMPTIONS), default=""),
        granted_on=granted.isoformat() if granted else "",
        state=state,
        expires_on=expires_on.isoformat() if expires_on else "",
        sanitary=cells.optional_yes_or_no("Autorizacion_sanitaria"),
        remarks=cells.optional_yes_or_no("Observaciones_DOM"),
    )
    if rut is None or cells.errors:
        return cells.errors
    return RollEntry(
        object_key=role, holder_rut=rut, holder_name=holder, period=str(year), subject=licence.to_subject()
    )


class _Cells(RowReader):
    """The cells of a licence that depend on each other."""

    def role(self) -> str:
        if isinstance(self._row.get("Rol"), date):  # a datetime is one too
            self.refuse("Rol", _ROLE_IS_A_DAY)
            return ""
        try:
            role = self.text("Rol", 30)
            return parse_role(role) if role else ""
        except InvalidRole as wrong:
            self.refuse("Rol", wrong.message)
            return ""

    def rate(self) -> str:
        rate = self.optional_decimal("Tasa_por_mil")
        try:
            if rate:
                lawful_rate(Fraction(rate))
        except RateOutsideLaw as wrong:
            self.refuse("Tasa_por_mil", wrong.message)
        return rate

    def capital(self, kind: str) -> tuple[str, int, int]:
        """Read source, capital and deductible investments; a negative capital is as good as none."""
        if kind in {Kind.PROFESSIONAL, Kind.ALCOHOL}:
            for column in ("Capital", "Inversiones_deducibles"):
                if self.optional_whole(column):
                    self.refuse(column, _CAPITAL_TOO_MUCH)
            return CapitalSource.PRESUMED, 0, 0
        source = self.choice("Origen_capital", tuple(CapitalSource))
        needs_it = source != CapitalSource.PRESUMED
        capital = self.signed_whole("Capital") if needs_it else self.optional_whole("Capital")
        deduction = self.optional_whole("Inversiones_deducibles")
        certificate = self.optional_text("Certificado_inversiones", 40)
        if deduction and not certificate:
            self.refuse("Certificado_inversiones", _NO_CERTIFICATE)
        return source, max(0, capital), deduction

    def workers(self) -> tuple[int, int]:
        here, total = self.optional_whole("Trabajadores_local"), self.optional_whole("Trabajadores_total")
        if self.is_empty("Trabajadores_local") != self.is_empty("Trabajadores_total"):
            self.refuse("Trabajadores_total", _BOTH_WORKERS)
        elif here > total:
            self.refuse("Trabajadores_local", _TOO_MANY_WORKERS)
        return here, total

    def granted(self, kind: str, year: int) -> date | None:
        granted = self.optional_day("Fecha_otorgamiento")
        ends_on = Period(year).ends_on
        if granted is not None and granted > ends_on:
            self.refuse("Fecha_otorgamiento", _AFTER_THE_PERIOD.format(day=day(ends_on)))
        return granted

    def provisional(self, kind: str, granted: date | None) -> tuple[str, date | None]:
        """Read state and expiry of a provisional licence; for every other kind its columns must be empty."""
        if kind != Kind.PROVISIONAL:
            for column in _PROVISIONAL_COLUMNS:
                if kind and not self.is_empty(column):
                    self.refuse(column, _PROVISIONAL_ONLY)
            return "", None
        state = self.choice("Estado_provisoria", tuple(State))
        expires_on = self.optional_day("Vencimiento_provisoria")
        if state in {"", State.ASKED_FOR}:
            return state, expires_on
        if granted is None:
            if self.is_empty("Fecha_otorgamiento"):
                self.refuse("Fecha_otorgamiento", EMPTY)
            return state, expires_on
        self._check_expiry(state, granted, expires_on)
        return state, expires_on

    def _check_expiry(self, state: str, granted: date, expires_on: date | None) -> None:
        column = "Vencimiento_provisoria"
        if expires_on is None:
            if state == State.PROVISIONAL and self.is_empty(column) and not term_is_given_by_law(granted):
                self.refuse(column, EMPTY)
        elif expires_on < granted:
            self.refuse(column, _BEFORE_GRANT)
        elif expires_on > (last := last_possible_expiry(granted)):
            self.refuse(column, _TOO_LATE.format(day=day(last)))
