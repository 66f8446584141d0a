"""A workbook (.xlsx, .xlsm, .xls, .ods) → tables of texts with their places.

Values are what the workbook last reckoned.  What could be read in two ways is refused:
a formula that failed or was never reckoned, merged cells, a hidden table.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from string import ascii_uppercase
from typing import TYPE_CHECKING

from msgspec import Struct

from dinhbien.errors import Position, Problems, nearest
from dinhbien.reading.rows import Line, Table, table_of
from dinhbien.reading.sheets import Sheet, UnreadableError, read_sheets
from dinhbien.reading.stored import stored_cell

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

_WITH_XML = (".xlsx", ".xlsm")
SUFFIXES = (*_WITH_XML, ".xls", ".ods")
GUIDE = "guide"
_LONGEST = 8_000_000


class Workbook(Struct, frozen=True):
    """An open workbook; `about` is what its XML says of each sheet."""

    book: CalamineWorkbook
    about: dict[str, Sheet]
    name: str
    problems: Problems

    def tables(self, known: Sequence[str]) -> dict[str, Table]:
        """The sheets named in `known`; a hidden one is refused."""
        from python_calamine import SheetVisibleEnum

        found: dict[str, Table] = {}
        for sheet in self.book.sheets_metadata:
            if sheet.name not in known:
                continue
            if sheet.visible != SheetVisibleEnum.Visible:
                at, way_out = _at(self.name, sheet.name, 1, 1), "show it or delete it"
                self.problems.add(f"the sheet `{sheet.name}` is hidden", at, way_out=way_out)
            else:
                found[sheet.name] = _table(self, sheet.name)
        return found

    def say_unread(self, known: Sequence[str]) -> None:
        """Say which sheets are not read, since their name is not in `known`."""
        for name in self.book.sheet_names:
            if name not in {*known, GUIDE}:
                say_unread(name, "sheet", _at(self.name, name, 1, 1), known, self.problems)


def open_workbook(path: Path, name: str, problems: Problems) -> Workbook | None:
    """The workbook in a file, or None with the problem kept; `name` is how it is shown."""
    from python_calamine import CalamineError, CalamineWorkbook

    start = Position(name)
    has_xml = path.suffix.lower() in _WITH_XML
    try:
        if path.stat().st_size > _LONGEST:
            problems.add(f"`{name}` is longer than {_LONGEST} bytes", start)
            return None
        about = read_sheets(path) if has_xml else {}
        book = CalamineWorkbook.from_path(path)
    except OSError as error:
        problems.add(f"cannot read `{name}`: {(error.strerror or 'no access').lower()}", start)
        return None
    except (CalamineError, UnreadableError) as error:
        way_out = "open it in a spreadsheet, take off any password, and save it as .xlsx"
        problems.add(f"not readable as a workbook: {str(error).lower()}", start, way_out=way_out)
        return None
    if not has_xml:
        said = "failed formulas cannot be told from blank cells here, and are read as unknown"
        problems.repair(said, start, "save it as .xlsx, where each such cell is refused")
    return Workbook(book, about, name, problems)


def say_unread(
    name: str, what: str, at: Position, known: Sequence[str], problems: Problems
) -> None:
    """Refuse a table whose name is nearly one of a plan; say of any other that it is not read."""
    way_out = nearest(name, known)
    if way_out:
        problems.add(f"`{name}` is not a {what} of a plan", at, way_out=way_out)
    else:
        problems.repair(f"the {what} `{name}` was not read", at, "it is not a table of a plan")


def _table(workbook: Workbook, sheet: str) -> Table:
    name, problems = workbook.name, workbook.problems
    about, start = workbook.about.get(sheet, Sheet()), _at(name, sheet, 1, 1)
    if about.is_too_large:
        message = f"the sheet reaches to {cell_name(about.rows, about.columns)}"
        problems.add(message, start, way_out="delete the rows and columns beyond the table")
        return Table(name, start, {}, [])
    for place, (message, way_out) in about.wrong.items():
        problems.add(message, _at(name, sheet, *place), way_out=way_out)
    read = workbook.book.get_sheet_by_name(sheet)
    _refuse_merged(read, name, problems)
    lines = _lines(read, name, problems)
    if not lines:
        problems.add("the sheet is empty", start, way_out="name the columns in its first row")
        return Table(name, start, {}, [])
    return table_of(name, lines[0], lines[1:], problems)


def _lines(sheet: CalamineSheet, name: str, problems: Problems) -> list[Line]:
    lines: list[Line] = []
    for row, values in enumerate(sheet.to_python(skip_empty_area=False), 1):
        places = [_at(name, sheet.name, row, column) for column in range(1, len(values) + 1)]
        cells = [stored_cell(one, at, problems) for one, at in zip(values, places, strict=True)]
        lines.append(Line(_at(name, sheet.name, row, 1), cells))
    return lines


def _refuse_merged(sheet: CalamineSheet, name: str, problems: Problems) -> None:
    for (row, column), (last_row, last_column) in sheet.merged_cell_ranges or ():
        said = f"{cell_name(row + 1, column + 1)}:{cell_name(last_row + 1, last_column + 1)}"
        at = _at(name, sheet.name, row + 1, column + 1)
        way_out = "take the merge apart, and write the value in each cell that it holds for"
        problems.add(f"the cells {said} are merged", at, way_out=way_out)


def cell_name(row: int, column: int) -> str:
    """What a spreadsheet calls a cell; both count from 1.

    >>> cell_name(7, 4), cell_name(1, 28)
    ('D7', 'AB1')
    """
    letters = ""
    while column:
        column, place = divmod(column - 1, len(ascii_uppercase))
        letters = ascii_uppercase[place] + letters
    return f"{letters}{row}"


def _at(name: str, sheet: str, row: int, column: int) -> Position:
    return Position(name, row, column, sheet, f"cell {cell_name(row, column)}")
