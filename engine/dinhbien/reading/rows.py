"""Cells with their places → the rows of a table: the one way in for CSV, workbooks and frames."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct

from dinhbien.errors import Position, Problems
from dinhbien.model.wording import canonical
from dinhbien.reading.document import Mapping, Node, Scalar

REMARK = "#"
_LANGUAGES = ("vi", "en")


class Line(Struct, frozen=True):
    """The cells of one row, blank ones too, and where the row stands."""

    at: Position
    cells: Sequence[Scalar]


class Table(Struct, frozen=True):
    """A table: where its header names each column, and its rows by column, blanks left out."""

    name: str
    at: Position
    columns: dict[str, Position]
    rows: list[Mapping]

    def above(self, other: Table) -> Table:
        """The rows of this table, and then those of `other`."""
        columns = {**other.columns, **self.columns}
        return Table(self.name, self.at, columns, [*self.rows, *other.rows])

    def without(self, columns: Iterable[str]) -> Table:
        """The table without some columns."""
        gone = set(columns)
        kept = {name: at for name, at in self.columns.items() if name not in gone}
        rows = [
            Mapping({key: one for key, one in row.entries.items() if key in kept}, row.at, row.keys)
            for row in self.rows
        ]
        return Table(self.name, self.at, kept, rows)


def cleaned(text: str) -> str:
    """`text` as every form of a plan keeps it: canonical, lines ended alike, no outer blanks."""
    return canonical(text).replace("\r\n", "\n").replace("\r", "\n").strip()


def table_of(name: str, header: Line, lines: Iterable[Line], problems: Problems) -> Table:
    """The table of a header and its lines.

    A line whose first cell starts with ``#`` is a remark, and a blank line is passed over.
    A column without a name that holds something, and one that stands twice, are problems.
    """
    kept = [line for line in lines if _says_something(line)]
    names = [cell.text for cell in header.cells]
    columns: dict[str, Position] = {}
    for place, cell in enumerate(header.cells):
        holds = any(place < len(line.cells) and line.cells[place].text for line in kept)
        if cell.text and cell.text not in columns:
            columns[cell.text] = cell.at
        elif cell.text or holds:
            way_out = f"it is column {place + 1}"
            stray = f"the column `{cell.text}` stands here twice"
            problems.add(stray if cell.text else "a column has no name", cell.at, way_out=way_out)
            names[place] = ""  # no row is read into it
    return Table(name, header.at, columns, [_row(names, line) for line in kept])


def _says_something(line: Line) -> bool:
    texts = [cell.text for cell in line.cells]
    return any(texts) and not texts[0].startswith(REMARK)


def _row(names: Sequence[str], line: Line) -> Mapping:
    entries: dict[str, Node] = {}
    keys: dict[str, Position] = {}
    for name, cell in zip(names, line.cells, strict=False):
        if name and cell.text:
            entries[name] = cell
            keys[name] = cell.at
    return Mapping(entries, line.at, keys)


def in_two_languages(row: Mapping) -> Mapping:
    """A row in which the columns `note_vi` and `note_en` are one text in two languages."""
    entries: dict[str, Node] = {}
    keys: dict[str, Position] = {}
    for column, node in row.entries.items():
        name, _, language = column.rpartition("_")
        if not name or language not in _LANGUAGES:
            entries[column], keys[column] = node, row.keys.get(column, node.at)
            continue
        old = entries.get(name)
        texts = old if isinstance(old, Mapping) else Mapping({}, node.at)
        entries[name], keys[name] = texts.with_entry(language, node), node.at
    return Mapping(entries, row.at, keys)
