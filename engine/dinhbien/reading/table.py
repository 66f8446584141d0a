"""CSV → a table of texts with their places."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

from dinhbien.errors import Position, Problems
from dinhbien.reading.document import Scalar, read_text
from dinhbien.reading.rows import Line, Table, cleaned, table_of

# A quote before one of these keeps a spreadsheet from reckoning with the cell; it is no part
# of the text.
_SHIELDED = re.compile(r"'+[=+\-@]")


def read_table(path: Path, name: str, problems: Problems) -> Table:
    """The table in a CSV file; blank cells are left out."""
    text = read_text(path, name, problems)
    start = Position(name)
    empty = Table(name, start, {}, [])
    if text is None:
        return empty
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    written = text.splitlines()
    lines: list[Line] = []
    try:
        header = _line(next(reader, []), (name, 1), written)
        first = reader.line_num
        for values in reader:
            number, first = first + 1, reader.line_num
            line = _line(values, (name, number), written)
            if any(cell.text for cell in line.cells):
                _check_width(line, header, problems)
                lines.append(line)
    except csv.Error as error:
        problems.add(f"not readable as CSV: {error}", Position(name, reader.line_num))
        return empty
    return table_of(name, header, lines, problems)


def _check_width(line: Line, header: Line, problems: Problems) -> None:
    if len(line.cells) != len(header.cells):
        message = f"the row has {len(line.cells)} cells, and the header {len(header.cells)}"
        problems.add(message, line.at)


def _line(values: list[str], place: tuple[str, int], written: list[str]) -> Line:
    name, number = place
    starts = _starts(written[number - 1] if number <= len(written) else "", len(values))
    cells = [
        Scalar(_unshielded(cleaned(value)), Position(name, number, start))
        for value, start in zip(values, starts, strict=True)
    ]
    return Line(Position(name, number), cells)


def _unshielded(text: str) -> str:
    return text[1:] if _SHIELDED.match(text) else text


def _starts(line: str, columns: int) -> list[int]:
    """The column at which each cell starts; 1 for all where the line holds quotes."""
    if '"' in line:
        return [1] * columns
    starts = [1]
    for cell in line.split(","):
        starts.append(starts[-1] + len(cell) + 1)
    return (starts + [1] * columns)[:columns]
