"""Warnings about staged rows whose valuation is not the State's."""

import json
from typing import cast

from django.db import connection

from backend.billing.models import RollBatch
from backend.billing.rolls.rules import MOST_WARNINGS
from backend.reference.files import FileRates
from backend.services import get_service
from backend.services.base import RowError, ValuationCheck
from backend.shared.text import Text

_OTHER_VALUE = Text(
    es="La tasación del SII es {listed}, no {told}: se cobra por la del SII.",
    en="The SII's valuation is {listed}, not {told}: the SII's counts.",
)
_ROWS = """
    SELECT s.number, s.period, s.subject, v.sii_code, v.model_year, v.pesos
    FROM billing_stagedrow s JOIN reference_vehiclevaluation v
      ON v.list_year = %(year)s AND v.sii_code = s.subject ->> %(code)s
      AND v.model_year = (s.subject ->> %(model_year)s)::int
    WHERE s.batch_id = %(batch)s AND v.pesos <> (s.subject ->> %(amount)s)::bigint
    ORDER BY s.number LIMIT %(most)s
"""


def valuation_warnings(batch: RollBatch) -> list[RowError]:
    """Compare the staged rows with the SII's list of the year, where the service has valuations (`ValuationCheck`).

    The database finds the rows that are not as listed, the service says whether that matters.
    """
    plugin = get_service(batch.service)
    if not hasattr(plugin, "differs"):
        return []
    check = cast(ValuationCheck, plugin)
    code, model_year, amount = check.valuation_fields
    with connection.cursor() as cursor:
        cursor.execute(
            _ROWS,
            {
                "year": batch.year,
                "code": code,
                "model_year": model_year,
                "amount": amount,
                "batch": batch.id,
                "most": MOST_WARNINGS,
            },
        )
        rows = cursor.fetchall()
    found = []
    for number, period, subject, sii_code, year_of_model, pesos in rows:
        rates = FileRates(valuations={(sii_code, year_of_model, batch.year): pesos})
        values = check.differs(json.loads(subject), rates, period)
        if values is not None:
            message = _OTHER_VALUE.format(told=values[0], listed=values[1])
            found.append(RowError(number, check.valuation_column, message))
    return found
