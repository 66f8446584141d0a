"""A plan → arrays."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from math import lcm

import numpy as np

from dinhbien.columns.table import (
    INFINITE,
    LARGEST,
    MISSING,
    Column,
    Level,
    Stated,
    Table,
    missing_number,
    words_of,
)
from dinhbien.model.period import day_of
from dinhbien.model.plan import Cell, Plan, Unit
from dinhbien.model.words import Vocabulary

MOST_DIGITS = 10**12
"""A number with a finer part than this is not reckoned with in arrays."""


class TooFineError(ValueError):
    """Numbers that no whole number of 62 bits holds exactly."""


def units_by_level(plan: Plan, vocabulary: Vocabulary) -> dict[str, list[Unit]]:
    """The units of a plan in the order of the units above them."""
    found: dict[str, list[Unit]] = {plan.root.level: [plan.root]}
    for level in downwards(plan.root.level, vocabulary):
        above = found[vocabulary.levels[level].within or ""]
        found[level] = [child for unit in above for child in unit.children.get(level, ())]
    return found


def downwards(top: str, vocabulary: Vocabulary) -> Iterator[str]:
    """The levels below `top`, each after the one that it lies within."""
    for child in vocabulary.children_of(top):
        yield child
        yield from downwards(child, vocabulary)


def table_of(plan: Plan, vocabulary: Vocabulary) -> Table:
    """The arrays of a plan.

    Raises `TooFineError` where a number does not fit.
    """
    units = units_by_level(plan, vocabulary)
    places = {id(unit): place for each in units.values() for place, unit in enumerate(each)}
    levels = {}
    for name, among in units.items():
        parents = [
            places[id(unit)]
            for unit in units.get(vocabulary.levels[name].within or "", ())
            for _ in unit.children.get(name, ())
        ]
        levels[name] = level_of(name, among, parents or [0] * len(among), vocabulary)
    return Table(plan.root.level, levels, vocabulary)


def level_of(name: str, units: list[Unit], parents: list[int], vocabulary: Vocabulary) -> Level:
    """The units of one level as arrays."""
    stated = {key for unit in units for key in unit.cells}
    counted = {key for unit in units for key in unit.figures}
    kinds = {key: vocabulary.attributes[key].kind for key in stated}
    codes = np.empty(len(units), object)
    codes[:] = [unit.code for unit in units]
    return Level(
        len(units),
        np.array(parents, np.int64),
        codes,
        {key: _numbers(key, units, vocabulary) for key in stated if kinds[key] in _NUMBERS},
        {key: _words(key, units, vocabulary) for key in stated if kinds[key] in _WORDS},
        {
            child: np.array([child in unit.complete for unit in units], bool)
            for child in vocabulary.children_of(name)
        },
        {key: _totals(key, units) for key in counted},
    )


_NUMBERS = ("quantity", "date")
_WORDS = ("word", "truth")


def _words(attribute: str, units: list[Unit], vocabulary: Vocabulary) -> np.ndarray:
    places = {word: place for place, word in enumerate(words_of(attribute, vocabulary))}
    stated = [unit.cell(attribute).value for unit in units]
    return np.array([MISSING if one is None else places[str(one)] for one in stated], np.int64)


def _numbers(attribute: str, units: list[Unit], vocabulary: Vocabulary) -> Column:
    read = _day if vocabulary.attributes[attribute].kind == "date" else _number
    cells = [unit.cells.get(attribute) for unit in units]
    ends = [one for cell in cells if cell for one in (read(cell), cell.least, cell.most)]
    declared = vocabulary.attributes[attribute].least
    scale = _scale([*ends, Fraction(declared) if declared is not None else None])
    return _column(cells, read, scale, missing_number(attribute, vocabulary, scale))


def _column(
    cells: list[Cell | None],
    read: Callable[[Cell], Fraction | None],
    scale: int,
    domain: tuple[int, int],
) -> Column:
    lows, highs, known = [], [], []
    for cell in cells:
        value = read(cell) if cell else None
        least, most = (cell.least, cell.most) if cell else (None, None)
        known.append(cell is not None and cell.value is not None)
        lows.append(_end(value if value is not None else least, scale, domain[0]))
        highs.append(_end(value if value is not None else most, scale, domain[1]))
    low = np.array(lows, np.int64)
    return Column(low, low if lows == highs else np.array(highs, np.int64), scale, np.array(known))


def _totals(name: str, units: list[Unit]) -> Stated:
    cells = [unit.figures.get(name) for unit in units]
    ends = [one for cell in cells if cell for one in (_number(cell), cell.least, cell.most)]
    bounds = _column(cells, _number, _scale(ends), (-INFINITE, INFINITE))
    known = np.array([cell is not None and _number(cell) is not None for cell in cells], bool)
    return Stated(known, bounds)


def _number(cell: Cell) -> Fraction | None:
    return cell.value if isinstance(cell.value, Fraction) else None


def _day(cell: Cell) -> Fraction | None:
    return Fraction(day_of(cell.value).toordinal()) if isinstance(cell.value, str) else None


def _scale(ends: list[Fraction | None]) -> int:
    found = lcm(*{one.denominator for one in ends if one is not None})
    if found > MOST_DIGITS:
        message = f"a column needs a scale of {found}"
        raise TooFineError(message)
    return found


def _end(value: Fraction | None, scale: int, otherwise: int) -> int:
    if value is None:
        return otherwise
    whole = value.numerator * (scale // value.denominator)
    if abs(whole) > LARGEST:
        message = f"a column holds {value}"
        raise TooFineError(message)
    return whole
