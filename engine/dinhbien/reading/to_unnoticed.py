"""``unnoticed.csv`` → changes by one of which it is known why no scenario can notice them."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct

from dinhbien.errors import NormsError, Position, Problems, nearest
from dinhbien.model.wording import Bilingual
from dinhbien.reading.document import Mapping, Scalar
from dinhbien.reading.table import read_table

UNNOTICED = "unnoticed.csv"
"""The file in a folder of norms; it may be left out."""
_COLUMNS = ("path", "new", "why", "why_vi")


class Listed(Struct, frozen=True):
    """One change: the path of a number or date, what it becomes, and why nothing can differ."""

    path: str
    new: str
    why: Bilingual
    at: Position


def read_unnoticed(folder: Path) -> tuple[Listed, ...]:
    """The changes that are listed in a folder of norms, in order.

    Raises `NormsError` with every problem.
    """
    if not (folder / UNNOTICED).is_file():
        return ()
    problems = Problems()
    table = read_table(folder / UNNOTICED, f"norms/{UNNOTICED}", problems)
    for name in _COLUMNS:
        if name not in table.columns:
            problems.add(f"the column `{name}` is missing", table.at)
    for name, at in table.columns.items():
        if name not in _COLUMNS:
            problems.add(f"there is no column `{name}`", at, way_out=nearest(name, _COLUMNS))
    found = [_listed(row, problems) for row in table.rows]
    problems.raise_as(NormsError)
    return tuple(found)


def _listed(row: Mapping, problems: Problems) -> Listed:
    cells = {name: one.text for name, one in row.entries.items() if isinstance(one, Scalar)}
    for name in _COLUMNS:
        if not cells.get(name):
            problems.add(f"`{name}` is blank", row.at, way_out="every line has one")
    path, new, why, why_vi = (cells.get(name) or "?" for name in _COLUMNS)
    return Listed(path, new, Bilingual(vi=why_vi, en=why), row.at)
