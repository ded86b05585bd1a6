"""How the charges of a licence are told on the lines of a quote."""

from __future__ import annotations

from fractions import Fraction

from backend.services.business_licence import texts
from backend.services.business_licence.licence import CapitalSource, Licence
from backend.services.wording import decimal, month
from backend.shared.money import Money
from backend.shared.text import Text

PROFESSIONAL = Text(
    es="Patente profesional: valor anual fijo ({utm})", en="Professional licence: fixed annual amount ({utm})"
)
PRESUMED = Text(
    es="Contribuyente sin balance: valor anual fijo ({utm})", en="Taxpayer without a balance: fixed amount ({utm})"
)
FLOOR = Text(es="Mínimo legal de la patente ({utm})", en="Legal minimum of the licence ({utm})")
CAP = Text(es="Máximo legal de la patente ({utm})", en="Legal maximum of the licence ({utm})")
EXEMPT = Text(es="Exención: {reason}", en="Exemption: {reason}")
FAMILY_REDUCTION = Text(
    es="Rebaja municipal para la microempresa familiar", en="Municipal reduction for family micro-businesses"
)
WASTE = Text(es="Derecho de aseo del local, al año", en="Waste fee of the premises, a year")
INSTALMENT = {
    1: Text(es="Primera cuota. {charge}; {rate} de {base}", en="First instalment. {charge}; {rate} of {base}"),
    2: Text(es="Segunda cuota. {charge}; {rate} de {base}", en="Second instalment. {charge}; {rate} of {base}"),
}

_OF_CAPITAL = Text(es="Patente {kind}: {capital}{less}{share}", en="{kind} licence: {capital}{less}{share}")
_CAPITAL = {
    CapitalSource.EQUITY: Text(es="capital propio", en="tax equity"),
    CapitalSource.INITIAL: Text(es="capital inicial declarado", en="declared initial capital"),
}
_LESS = Text(es=", menos inversiones en otros negocios", en=", less investments in other businesses")
_SHARE = Text(es=", por {here} de {total} trabajadores", en=", for {here} of {total} workers")
_SIGN = {
    False: Text(es="Publicidad no luminosa: {size} m²", en="Plain advertising: {size} m²"),
    True: Text(es="Publicidad luminosa: {size} m²", en="Luminous advertising: {size} m²"),
}
_UTM = Text(es="UTM de {month} de {year}: {pesos}", en="UTM of {month} {year}: {pesos}")
_NOTHING = Text(es="", en="")


def of_capital(licence: Licence) -> Text:
    """Say which capital is taxed, and what was done to it."""
    kind = texts.KINDS[licence.kind]
    share = _SHARE.format(here=licence.workers_here, total=licence.workers_total)
    return _OF_CAPITAL.format(
        kind=Text(es=kind.es.lower(), en=kind.en),
        capital=_CAPITAL[CapitalSource(licence.capital_source)],
        less=_LESS if licence.deduction else _NOTHING,
        share=share if licence.workers_total else _NOTHING,
    )


def utm(pesos: Money, year: int, number: int) -> Text:
    return _UTM.format(month=month(number), year=year, pesos=pesos)


def sign(size: Fraction, luminous: bool) -> Text:
    return _SIGN[luminous].format(size=decimal(size))


def per_mil(rate: Fraction) -> str:
    return f"{decimal(rate * 1000)} ‰"


def in_utm(times: Fraction) -> str:
    text = decimal(times)
    whole, comma, rest = text.partition(",")
    return f"{int(whole):,}".replace(",", ".") + f"{comma}{rest} UTM"
