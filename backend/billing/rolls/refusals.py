"""Why a file is refused as a whole."""

from backend.shared.errors import DomainError
from backend.shared.text import Text


class RollFileUnreadable(DomainError):
    """The file is no workbook or table that we read. The message says why, and what to do."""

    code = "billing.roll_unreadable"
    message = Text(es="No se pudo leer el archivo: {why}", en="The file could not be read: {why}")

    def __init__(self, why: Text, **fields: object) -> None:
        super().__init__(field="file", why=why.format(**fields))

    @classmethod
    def of(cls, message: Text) -> "RollFileUnreadable":
        """Return the error whose whole message was told by the child process, or kept with a batch."""
        error = cls.__new__(cls)
        DomainError.__init__(error, message, field="file")
        return error


EMPTY = Text(es="está vacío.", en="it is empty.")
TOO_LARGE = Text(es="pesa más de {most} MB. Divídalo.", en="it is larger than {most} MB. Divide it.")
CSV_AS_XLSX = Text(
    es="se llama .xlsx, pero no es un libro de Excel; parece un texto. Si es un CSV, cámbiele el nombre a .csv.",
    en="it is called .xlsx and is no Excel workbook; it looks like text. If it is a CSV, rename it to .csv.",
)
XLSX_AS_CSV = Text(
    es="se llama .csv, pero es un libro de Excel. Cámbiele el nombre a .xlsx.",
    en="it is called .csv and is an Excel workbook. Rename it to .xlsx.",
)
OLD_OR_LOCKED = Text(
    es="es un libro antiguo (.xls) o está protegido con contraseña. Guárdelo como .xlsx sin contraseña.",
    en="it is an old workbook (.xls) or protected by a password. Save it as .xlsx without password.",
)
OTHER_WORKBOOK = Text(
    es="no es un libro XLSX. Guárdelo como «Libro de Excel (.xlsx)».",
    en="it is no XLSX workbook. Save it as an Excel workbook (.xlsx).",
)
UNKNOWN_KIND = Text(es="el nombre debe terminar en .xlsx o .csv.", en="its name must end in .xlsx or .csv.")
DAMAGED = Text(
    es="el libro está incompleto o dañado. Ábralo, guárdelo y súbalo de nuevo.",
    en="the workbook is incomplete or damaged. Open it, save it and upload it again.",
)
SUSPICIOUS = Text(
    es="el libro se expande demasiado al abrirlo ({found}; se aceptan {most}).",
    en="the workbook expands too much when opened ({found}; {most} are accepted).",
)
FORBIDDEN_XML = Text(
    es="el libro contiene declaraciones (DOCTYPE) que un libro de Excel no lleva.",
    en="the workbook holds declarations (DOCTYPE) that Excel does not write.",
)
FORMULA = Text(
    es="la celda {cell} tiene una fórmula. Copie todo y péguelo como valores.",
    en="the cell {cell} holds a formula. Copy everything and paste it as values.",
)
NOT_UTF8 = Text(
    es="el CSV no está en UTF-8. En Excel, guárdelo como «CSV UTF-8 (delimitado por comas)».",
    en="the CSV is not in UTF-8. In Excel, save it as 'CSV UTF-8 (comma delimited)'.",
)
NUL_CHARACTERS = Text(
    es="contiene caracteres nulos (NUL): no es un texto.", en="it holds NUL characters: it is no text."
)
BAD_CSV = Text(
    es="el CSV no se entiende en la línea {line}; revise las comillas.",
    en="the CSV cannot be understood at line {line}; check the quotes.",
)
NO_COLUMNS = Text(
    es="faltan las columnas {columns}. La primera fila lleva los encabezados; use la plantilla.",
    en="the columns {columns} are missing. The first row holds the headers; use the template.",
)
COLUMN_TWICE = Text(es="la columna {column} aparece dos veces.", en="the column {column} stands there twice.")
TOO_MANY_COLUMNS = Text(es="tiene más de {most} columnas.", en="it has more than {most} columns.")
TOO_MANY_ROWS = Text(es="tiene más de {most} filas. Divídalo.", en="it has more than {most} rows. Divide it.")
NO_ROWS = Text(es="no tiene filas bajo los encabezados.", en="it has no rows below the headers.")
TOO_MUCH_MEMORY = Text(
    es="pide más memoria de la permitida: tiene demasiadas filas o columnas. Divídalo, o súbalo como CSV.",
    en="it asks for more memory than is allowed: too many rows or columns. Divide it, or upload it as CSV.",
)
TOO_LONG = Text(
    es="leerlo tomó demasiado tiempo. Divídalo, o súbalo como CSV.",
    en="reading it took too long. Divide it, or upload it as CSV.",
)
READER_FAILED = Text(
    es="el lector no pudo terminar. Guárdelo de nuevo desde Excel, o súbalo como CSV.",
    en="the reader could not finish. Save it again from Excel, or upload it as CSV.",
)
