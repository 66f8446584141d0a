"""What the XML of a workbook says, and its values do not: failed formulas, and its size."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO
from xml.etree import ElementTree as Xml

from msgspec import Struct, field

_LARGEST = 200_000_000
_MOST_CELLS = 5_000_000
_BASE = 26
_CELL = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_FAILED = "write a value, or mend the formula and save again"
_NEVER = "open the workbook in a spreadsheet and save it, or write the value"
Place = tuple[int, int]


class UnreadableError(Exception):
    """The file is no workbook of this kind."""


class Sheet(Struct):
    """One sheet: the cells that hold no value though they look so, and how far it reaches."""

    wrong: dict[Place, tuple[str, str]] = field(default_factory=dict)
    rows: int = 0
    columns: int = 0

    @property
    def is_too_large(self) -> bool:
        """Whether it reaches too far to be a table."""
        return self.rows * self.columns > _MOST_CELLS


def read_sheets(path: Path) -> dict[str, Sheet]:
    """Every sheet of an .xlsx file by its name.

    Raises `UnreadableError` for what is no such file, or grows too large when it is opened.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(one.file_size for one in archive.infolist()) > _LARGEST:
                message = f"unpacked, it holds more than {_LARGEST} bytes"
                raise UnreadableError(message)
            targets = {_ending(one, "Id"): one.get("Target", "") for one in _relations(archive)}
            return {
                name: _sheet(archive, targets.get(relation, ""))
                for name, relation in _named(archive)
            }
    except (zipfile.BadZipFile, KeyError, Xml.ParseError, NotImplementedError) as error:
        raise UnreadableError(str(error)) from error


def _ending(element: Xml.Element, name: str) -> str:
    """The attribute `name`, whatever its namespace."""
    found = (value for key, value in element.items() if key.rpartition("}")[2] == name)
    return next(found, "")


def _elements(stream: IO[bytes], name: str) -> Iterator[Xml.Element]:
    for _, element in Xml.iterparse(stream):  # noqa: S314 - as above
        if element.tag.rpartition("}")[2] == name:
            yield element
            element.clear()


def _relations(archive: zipfile.ZipFile) -> list[Xml.Element]:
    with archive.open("xl/_rels/workbook.xml.rels") as stream:
        return list(Xml.parse(stream).getroot())  # noqa: S314 - as above


def _named(archive: zipfile.ZipFile) -> list[tuple[str, str]]:
    with archive.open("xl/workbook.xml") as stream:
        return [(one.get("name", ""), _ending(one, "id")) for one in _elements(stream, "sheet")]


def _sheet(archive: zipfile.ZipFile, target: str) -> Sheet:
    found = Sheet()
    inside = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    if inside not in archive.namelist():
        return found
    with archive.open(inside) as stream:
        for cell in _elements(stream, "c"):
            _look(cell, found)
    return found


def _look(cell: Xml.Element, sheet: Sheet) -> None:
    place = place_of(cell.get("r", ""))
    parts = {part.tag.rpartition("}")[2]: part.text or "" for part in cell}
    if place is None or not parts:
        return
    sheet.rows, sheet.columns = max(sheet.rows, place[0]), max(sheet.columns, place[1])
    if cell.get("t") == "e":
        sheet.wrong[place] = (f"the cell holds `{parts.get('v', '')}`", _FAILED)
    elif "f" in parts and not parts.get("v") and cell.get("t") != "str":  # a text may be empty
        sheet.wrong[place] = ("the formula of the cell was never reckoned", _NEVER)


def place_of(name: str) -> Place | None:
    """Row and column of a cell by its name, both from 1; None where it is no name.

    >>> place_of("D7"), place_of("AB1")
    ((7, 4), (1, 28))
    """
    found = _CELL.fullmatch(name)
    if found is None:
        return None
    column = 0
    for letter in found[1]:
        column = column * _BASE + ord(letter) - ord("A") + 1
    return int(found[2]), column
