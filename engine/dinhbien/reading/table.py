"""CSV → the same tree of texts with their places."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from dinhbien.errors import Position, Problems
from dinhbien.model.wording import canonical
from dinhbien.reading.document import Mapping, Node, Scalar, read_text


def read_table(path: Path, name: str, problems: Problems) -> list[Mapping]:
    """The rows of a CSV file as mappings from column to text; blank cells are left out."""
    text = read_text(path, name, problems)
    if text is None:
        return []
    lines = text.splitlines()
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = [canonical(column).strip() for column in next(reader, [])]
        _check_header(header, name, problems)
        rows: list[Mapping] = []
        start = reader.line_num
        for values in reader:
            line, start = start + 1, reader.line_num
            if any(value.strip() for value in values):
                rows.append(_row(header, values, (name, line), lines, problems))
    except csv.Error as error:
        problems.add(f"not readable as CSV: {error}", Position(name, reader.line_num))
        return []
    return rows


def _check_header(header: list[str], name: str, problems: Problems) -> None:
    for place, column in enumerate(header):
        if not column or column in header[:place]:
            said = f"the column `{column}` stands here twice" if column else "a column has no name"
            problems.add(said, Position(name), way_out=f"it is column {place + 1}")
            header[place] = ""  # no row is read into it


def _row(
    header: list[str], values: list[str], place: tuple[str, int], lines: list[str],
    problems: Problems,
) -> Mapping:  # fmt: skip
    name, line = place
    if len(values) != len(header):
        message = f"the row has {len(values)} cells, and the header {len(header)}"
        problems.add(message, Position(name, line))
    starts = _starts(lines[line - 1] if line <= len(lines) else "", len(header))
    entries: dict[str, Node] = {}
    keys: dict[str, Position] = {}
    for column, value, start in zip(header, values, starts, strict=False):
        if value.strip() and column:
            at = Position(name, line, start)
            entries[column] = Scalar(canonical(value).strip(), at)
            keys[column] = at
    return Mapping(entries, Position(name, line), keys)


def _starts(line: str, columns: int) -> list[int]:
    """The column at which each cell starts; 1 for all where the line holds quotes."""
    if '"' in line:
        return [1] * columns
    starts = [1]
    for cell in line.split(","):
        starts.append(starts[-1] + len(cell) + 1)
    return (starts + [1] * columns)[:columns]
