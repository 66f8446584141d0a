"""What changes from scenario to scenario, and one scenario as a plan and a pack."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from math import lcm

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from dinhbien.columns.from_plan import units_by_level
from dinhbien.columns.table import INFINITE, Column, Level, Stated, Table, missing_number
from dinhbien.errors import Problem, Problems, UsageError, nearest
from dinhbien.language.operators import LawNumber, Program
from dinhbien.language.pack import EncodedNorm, Pack
from dinhbien.language.units import MalformedQuantityError, refuse_thousands
from dinhbien.model.plan import Cell, Plan, Unit
from dinhbien.model.words import Vocabulary

Values = tuple[Fraction | None, ...]
_FIGURES = "figures"


class Varied(Struct, frozen=True):
    """By path: the values of numbers of the law, and of cells, in each of `many` scenarios."""

    many: int
    numbers: dict[str, tuple[Fraction, ...]]
    cells: dict[str, Values]

    def made(self, plan: Plan, pack: Pack, scenario: int) -> tuple[Plan, Pack]:
        """The plan and the pack of one scenario."""
        numbers = {path: values[scenario] for path, values in self.numbers.items()}
        cells = {path: values[scenario] for path, values in self.cells.items()}
        other = replace(plan, root=_unit(plan.root, cells)) if cells else plan
        norms = tuple(_norm(one, numbers) for one in pack.norms)
        return other, replace(pack, norms=norms) if numbers else pack

    def in_norms(self, norms: Sequence[EncodedNorm]) -> bool:
        """Whether a number that changes is one of these norms'."""
        return any(paths_of(one) & set(self.numbers) for one in norms)

    def within(self, path: str) -> bool:
        """Whether a cell that changes is of the unit at `path`, lies within it or above it."""
        for cell in self.cells:
            unit = cell.rpartition(".")[0].removesuffix(f".{_FIGURES}").removesuffix(_FIGURES)
            if not unit or f"{unit}.".startswith(f"{path}.") or f"{path}.".startswith(f"{unit}."):
                return True
        return False

    def on(self, table: Table, plan: Plan) -> Table:
        """The arrays of a plan with the values of its cells in every scenario."""
        units = units_by_level(plan, table.vocabulary)
        levels = {
            name: self._level(one, units[name], table.vocabulary)
            for name, one in table.levels.items()
        }
        return Table(table.top, levels, table.vocabulary)

    def _level(self, level: Level, units: list[Unit], vocabulary: Vocabulary) -> Level:
        numbers, stated = dict(level.numbers), dict(level.stated)
        for place, unit in enumerate(units):
            for path, values in self.cells.items():
                name = path.removeprefix(unit.at(""))
                if name == path and unit.path:
                    continue
                figure = name.removeprefix(f"{_FIGURES}.")
                if unit.at(name) == path and name in numbers:
                    domain = missing_number(name, vocabulary, 1)
                    numbers[name] = _with(numbers[name], place, values, domain, self.many)
                elif figure != name and figure in stated and "." not in figure:
                    bounds = _with(stated[figure].bounds, place, values, None, self.many)
                    known = bounds.known
                    assert known is not None  # noqa: S101 - as it was made
                    stated[figure] = Stated(known, bounds)
        return replace(level, numbers=numbers, stated=stated)


def _with(
    column: Column, place: int, values: Values, domain: tuple[int, int] | None, many: int
) -> Column:
    """A column with the values of one unit in every scenario."""
    scale = lcm(column.scale, *(one.denominator for one in values if one is not None))
    factor = scale // column.scale
    size = column.lo.shape[-1]
    ends = [np.where(np.abs(one) >= INFINITE, one, one * factor) for one in (column.lo, column.hi)]
    lo, hi = (np.broadcast_to(one, (many, size)).copy() for one in ends)
    given = column.known if column.known is not None else np.ones(size, bool)
    known = np.broadcast_to(given, (many, size)).copy()
    low, high = domain or (-INFINITE, INFINITE)
    low = low if abs(low) >= INFINITE else low * scale
    lo[:, place] = [low if one is None else int(one * scale) for one in values]
    hi[:, place] = [high if one is None else int(one * scale) for one in values]
    known[:, place] = [one is not None for one in values]
    return Column(lo, lo if (lo == hi).all() else hi, scale, known)


def varied_of(
    plan: Plan,
    pack: Pack,
    numbers: Mapping[str, Sequence[object]],
    cells: Mapping[str, Sequence[object]],
) -> Varied:
    """What changes, read; raises `UsageError` with everything that is wrong."""
    problems = Problems()
    for path, values in (*numbers.items(), *cells.items()):
        if isinstance(values, str | bytes | Mapping) or not hasattr(values, "__len__"):
            message = f"`{values}` is no list of values"
            problems.add(message, path=path, way_out="give one value for each scenario: `[1, 2]`")
    problems.raise_as(UsageError)
    lengths = {len(values) for values in (*numbers.values(), *cells.values())}
    if len(lengths) != 1 or 0 in lengths:
        message = "there is nothing that changes" if not lengths else "the lengths differ"
        way_out = "give one value for each scenario, for at least one number or cell"
        raise UsageError([Problem(message, help=way_out)])
    law = {row.path: one for one in _numbers(pack) for rows in one.rows.values() for row in rows}
    found = dict(_cells(plan))
    told = {path: _values(path, values, problems) for path, values in numbers.items()}
    for path, values in told.items():
        _check_number(path, values, law, problems)
    inside = {path: _values(path, values, problems) for path, values in cells.items()}
    for path, values in inside.items():
        _check_cell(path, values, found, pack.rules.vocabulary, problems)
    problems.raise_as(UsageError)
    known = {path: tuple(one for one in each if one is not None) for path, each in told.items()}
    return Varied(lengths.pop(), known, inside)


def _numbers(pack: Pack) -> Iterator[LawNumber]:
    for norm in pack.norms:
        for reading in norm.readings:
            yield from reading.program.numbers.values()


def _cells(plan: Plan) -> Iterator[tuple[str, Cell]]:
    for unit in plan.root.walk():
        for name, cell in unit.cells.items():
            yield unit.at(name), cell
        for name, cell in unit.figures.items():
            yield unit.at(f"{_FIGURES}.{name}"), cell


def _values(path: str, values: Sequence[object], problems: Problems) -> Values:
    return tuple(_value(path, one, problems) for one in values)


def _value(path: str, one: object, problems: Problems) -> Fraction | None:
    if one is None:
        return None
    if isinstance(one, np.generic):
        one = one.item()
    try:
        return _number(one)
    except MalformedQuantityError as error:
        problems.add(str(error), path=path, way_out="give a number, and not a text")
    except (TypeError, ValueError, OverflowError, ZeroDivisionError):
        problems.add(f"`{one}` is not a number", path=path, way_out="give a number")
    return None


def _number(one: object) -> Fraction:
    if isinstance(one, bool) or not isinstance(one, int | Fraction | Decimal | float | str):
        raise TypeError(one)
    if isinstance(one, str):
        refuse_thousands(one.strip())
    return Fraction(str(one) if isinstance(one, float) else one)


def _check_number(
    path: str, values: Values, law: Mapping[str, LawNumber], problems: Problems
) -> None:
    number = law.get(path)
    if number is None:
        way_out = nearest(path, law) or "`dinhbien explain` prints the paths of numbers"
        problems.add(f"there is no number of the law `{path}`", path=path, way_out=way_out)
    elif number.kind == "date":
        problems.add("it is a day, and no number", path=path, way_out="judge on another day")
    elif None in values:
        problems.add("a number of the law is always known", path=path, way_out="leave it out")
    elif number.whole and any(one is not None and one.denominator != 1 for one in values):
        message = "it is counted in wholes, and a value is not whole"
        problems.add(message, path=path, way_out="give whole numbers")


def _check_cell(
    path: str, values: Values, found: Mapping[str, Cell], vocabulary: Vocabulary,
    problems: Problems,
) -> None:  # fmt: skip
    name = path.rpartition(".")[2]
    attribute = vocabulary.attributes.get(name)
    is_total = path.rpartition(".")[0].endswith(_FIGURES)
    if path not in found or not (is_total or (attribute and attribute.kind == "quantity")):
        way_out = nearest(path, found) or "state it in the plan first, as unknown if it is"
        problems.add(f"the plan states no number `{path}`", path=path, way_out=way_out)
        return
    unit = vocabulary.units.get((attribute.unit if attribute else "") or "")
    whole = is_total or (unit is not None and unit.countable == "yes")
    least = (
        Fraction(0)
        if is_total
        else Fraction(attribute.least)
        if attribute and attribute.least
        else None
    )
    for one in values:
        if one is not None and whole and one.denominator != 1:
            problems.add(f"`{one}` is not a whole number", path=path, way_out="it comes in wholes")
        if one is not None and least is not None and one < least:
            problems.add(f"`{one}` is outside its possible values", path=path)


def _unit(unit: Unit, cells: Mapping[str, Fraction | None]) -> Unit:
    """The unit with other values in some cells; what is not concerned stays as it is."""
    start = unit.at("")
    mine = {path: one for path, one in cells.items() if path.startswith(start)}
    if not mine:
        return unit
    own = {
        name: replace(cell, value=mine[unit.at(name)]) if unit.at(name) in mine else cell
        for name, cell in unit.cells.items()
    }
    figures = {
        name: replace(cell, value=mine[at])
        if (at := unit.at(f"{_FIGURES}.{name}")) in mine
        else cell
        for name, cell in unit.figures.items()
    }
    children = {
        level: tuple(_unit(child, mine) for child in among)
        for level, among in unit.children.items()
    }
    return replace(unit, cells=own, figures=figures, children=children)


def paths_of(norm: EncodedNorm) -> set[str]:
    """The paths of the numbers that a norm may read."""
    return {
        row.path
        for reading in norm.readings
        for one in reading.program.numbers.values()
        for rows in one.rows.values()
        for row in rows
    }


def _norm(norm: EncodedNorm, numbers: Mapping[str, Fraction]) -> EncodedNorm:
    if not paths_of(norm) & set(numbers):
        return norm
    readings = tuple(replace(one, program=_program(one.program, numbers)) for one in norm.readings)
    return replace(norm, readings=readings)


def _program(program: Program, numbers: Mapping[str, Fraction]) -> Program:
    made = {
        name: replace(
            one,
            rows={
                key: tuple(
                    replace(row, value=numbers[row.path])
                    if row.path in numbers and row.value is not None
                    else row
                    for row in rows
                )
                for key, rows in one.rows.items()
            },
        )
        for name, one in program.numbers.items()
    }
    return replace(program, numbers=made)
