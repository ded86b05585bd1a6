"""The empty roll of a service, to be filled in: its columns and, where the service gives one, an example row."""

import io
from collections.abc import Mapping

from backend.billing.rolls.kinds import Kind
from backend.billing.rolls.named import NamedFile
from backend.billing.rolls.sheets import Numbered, write_csv, write_xlsx
from backend.services import get_service


def roll_template(*, service: str, kind: Kind) -> NamedFile:
    """Return the template of a service. The example is of nobody: to be written over. Raises `UnknownService`."""
    plugin = get_service(service)
    columns = tuple(plugin.roll_columns)
    example: Mapping[str, str] = getattr(plugin, "roll_example", {})
    rows: list[Numbered] = [(1, columns)]
    if example:
        rows.append((2, [example.get(column, "") for column in columns]))
    out = io.BytesIO()
    if kind is Kind.XLSX:
        write_xlsx(out, rows, name="Nomina de pago", columns=len(columns))
    else:
        write_csv(out, rows)
    return NamedFile(filename=f"nomina_{service}.{kind.value}", data=out.getvalue())
