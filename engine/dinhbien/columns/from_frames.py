"""Frames → arrays, column by column: no unit is made, and only distinct texts are read one by one.

Tables and columns are those of `Plan.from_frames`.  What is said of a cell (origin, source,
how, scope, date, note) decides nothing, and is not read.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
from msgspec import Struct, field
from numpy.typing import NDArray

from dinhbien.columns.from_plan import downwards, level_of
from dinhbien.columns.table import (
    INFINITE,
    LARGEST,
    MISSING,
    Column,
    Level,
    Stated,
    Table,
    Whole,
    missing_number,
    words_of,
)
from dinhbien.errors import Position, Problems
from dinhbien.language.from_norms import Rules
from dinhbien.model.plan import Unit
from dinhbien.model.wording import Bilingual
from dinhbien.model.words import Attribute
from dinhbien.reading.document import Scalar
from dinhbien.reading.rows import Line, cleaned, table_of
from dinhbien.reading.stored import stored_cell
from dinhbien.reading.to_cells import CellReader
from dinhbien.reading.to_figures import count_attribute
from dinhbien.reading.to_tree import COMPLETE, TreeReader, no_rows, whole_code
from dinhbien.reading.to_units import among_digits, wrong_code
from dinhbien.reading.written import FIGURES

MOST_DECIMALS = 6
"""How many decimals a column of binary numbers may have."""
LEAST, MOST = ".at_least", ".at_most"
Array = NDArray[Any]
_NAME = Bilingual(vi="complete", en="complete")


class FrameReader(Struct, dict=True):
    """Reads the tables of units in frames; `lists` says which lists are complete by default."""

    rules: Rules
    problems: Problems
    lists: Mapping[str, str]
    levels: dict[str, Level] = field(default_factory=dict)
    rows: dict[str, Whole] = field(default_factory=dict)
    """By level, the row of the frame of each unit."""

    def __post_init__(self) -> None:
        self.cells = CellReader(self.rules.vocabulary, self.problems, frozenset(), frozenset())

    def table(self, root: Unit, frames: Mapping[str, pd.DataFrame]) -> Table:
        """The arrays of a plan below `root`; what is wrong is kept with the problems."""
        vocabulary = self.rules.vocabulary
        self.levels[root.level] = level_of(root.level, [root], [0], vocabulary)
        for name in downwards(root.level, vocabulary):
            listed = vocabulary.levels[name].listed
            frame = frames.get(listed)
            within = vocabulary.levels[name].within or root.level
            above = [one for one in vocabulary.ancestors_of(name)[::-1] if one != root.level]
            if frame is None or not len(frame):
                self._nothing(name)
            else:
                _Frame(self, listed, frame, name, within, above).read()
        self._refuse_none(root.level, frames)
        return Table(root.level, self.levels, vocabulary)

    def _refuse_none(self, top: str, frames: Mapping[str, pd.DataFrame]) -> None:
        """Refuse tables of units that leave a plan without any."""
        words = self.rules.vocabulary
        below = words.children_of(top)
        given = [one for one in (words.levels[name].listed for name in below) if one in frames]
        if given and not self.problems and not any(len(self.levels[one].codes) for one in below):
            at = Position(f"frame {given[0]}", cell="its columns")
            self.problems.add(*no_rows(given[0], at))

    def _nothing(self, name: str) -> None:
        none = np.zeros(0, np.int64)
        self.levels[name] = Level(0, none, np.empty(0, object))


class _Frame(Struct, dict=True):
    """One table of units, in the order in which it comes; it is put in order at the end."""

    reader: FrameReader
    name: str
    frame: pd.DataFrame
    level: str
    within: str
    above: list[str]

    def __post_init__(self) -> None:
        named = [one for one in self.frame.index.names if one and one not in self.frame.columns]
        self.frame = self.frame.reset_index(named) if named else self.frame
        names = [cleaned(str(one)) for one in self.frame.columns]
        at = [Scalar(one, self.place(0, one)) for one in names]
        kept = table_of(self.name, Line(self.place(0, "its columns"), at), [], self.problems)
        tree = TreeReader(self.reader.rules, self.problems)
        self.columns = {
            one: names.index(one) for one in tree.checked(kept, self.level, self.above).columns
        }

    @property
    def problems(self) -> Problems:
        return self.reader.problems

    def place(self, row: int, column: str) -> Position:
        """Where a value stands, as `Plan.from_frames` says it."""
        at = 1 + self.columns[column] if column in getattr(self, "columns", {}) else 1
        label = self.frame.index[row - 1] if row else ""
        said = f"row {label}, column {column}" if row else column
        return Position(f"frame {self.name}", row + 1, at, cell=said)

    def series(self, column: str) -> pd.Series[Any]:
        """The values of a column."""
        return self.frame.iloc[:, self.columns[column]]

    def read(self) -> None:
        """The level, its units in the order of the units above them and of their codes."""
        codes = self._codes("code", self.level)
        parents, known = self._parents()
        rank, names = pd.factorize(codes, sort=True)
        self._refuse_doubles(parents, rank, known, codes)
        self._refuse_wrong(parents, rank, names)
        key = parents * max(1, len(names)) + rank
        order = np.arange(len(key)) if _rises(key) else np.argsort(key, kind="stable")
        order = order[known[order]]
        vocabulary = self.reader.rules.vocabulary
        self.reader.rows[self.level] = order
        self.reader.levels[self.level] = Level(
            len(order),
            parents[order],
            codes[order],
            self._numbers(order),
            self._words(order),
            {child: self._complete(child)[order] for child in vocabulary.children_of(self.level)},
            self._totals(order),
        )

    # -- where a unit stands -------------------------------------------------

    def _codes(self, column: str, level: str) -> Array:
        """The codes in a column, as texts; digits that were lost are put back, and it is said."""
        if column not in self.columns:
            self.problems.add("the rows have no `code`", self.place(0, column), column)
            return np.full(len(self.frame), "", object)
        series = self.series(column)
        places, texts = pd.factorize(series)
        read = [self._code(one, level) for one in texts]
        found = np.array([*read, ""], object)[places]
        blank = np.flatnonzero(found == "")
        if len(blank):
            at = self.place(int(blank[0]) + 1, column)
            self.problems.add(f"the row has no `{column}`", at, column)
        return np.asarray(found)

    def _code(self, value: object, level: str) -> str:
        node = stored_cell(
            _plain(value), Position(f"frame {self.name}", cell="codes"), self.problems
        )
        return whole_code(node, level, self.reader.rules.vocabulary, self.problems)

    def _parents(self) -> tuple[Whole, NDArray[np.bool_]]:
        """The places of the units above, and of which rows they are known."""
        parents = np.zeros(len(self.frame), np.int64)
        known = np.ones(len(self.frame), bool)
        for level in self.above:
            codes = self._codes(level, level)
            there = self.reader.levels[level]
            parents = _found(there, parents, codes)
            lost = np.flatnonzero(known & (parents < 0))
            for row in lost[:1]:
                message = f"there is no {level} `{codes[row]}`"
                at = self.place(int(row) + 1, level)
                self.problems.add(message, at, level, "list it before what lies within it")
            known &= parents >= 0
            parents = np.maximum(parents, 0)
        return parents, known

    def _refuse_doubles(self, parents: Whole, rank: Whole, known: Array, codes: Array) -> None:
        key = pd.Series(parents * 2**31 + rank)
        for row in np.flatnonzero(np.asarray(key.duplicated()) & known)[:1]:
            message = f"`{codes[row]}` is listed twice"
            self.problems.add(message, self.place(int(row) + 1, "code"), "code", "keep one row")

    def _refuse_wrong(self, parents: Whole, rank: Whole, names: Array) -> None:
        """Refuse what is no code, and a code of letters beside codes of digits."""
        words = self.reader.rules.vocabulary
        decimal = np.array([str(one).isdecimal() for one in names], bool)
        beside = np.bincount(parents, weights=decimal[rank]) > 0
        rows = np.unique(rank, return_index=True)[1]
        for row, code in zip(rows, names, strict=True):
            for message, way_out in wrong_code(code, self.level, words) if code else ():
                self.problems.add(message, self.place(int(row) + 1, "code"), "code", way_out)
        for row in np.flatnonzero(beside[parents] & ~decimal[rank]):
            for message, way_out in among_digits(names[rank[row]], self.level, words):
                self.problems.add(message, self.place(int(row) + 1, "code"), "code", way_out)

    # -- what is said of it --------------------------------------------------

    def _numbers(self, order: Whole) -> dict[str, Column]:
        found = {}
        for name, attribute in self.reader.rules.vocabulary.attributes.items():
            if attribute.kind in {"quantity", "date"} and self._says(name):
                found[name] = self._column(name, attribute, order)
        return found

    def _says(self, name: str) -> bool:
        stated = any(f"{name}{one}" in self.columns for one in ("", LEAST, MOST))
        attribute = self.reader.rules.vocabulary.attributes.get(name)
        return stated and (attribute is None or self.level in attribute.of)

    def _column(self, name: str, attribute: Attribute, order: Whole) -> Column:
        own = self._read(name, attribute)
        ends = [self._read(f"{name}{one}", attribute) for one in (LEAST, MOST)]
        declared = Fraction(attribute.least or 0)
        scale = np.lcm.reduce([own.scale, *(one.scale for one in ends), declared.denominator])
        if name in self.reader.rules.vocabulary.attributes:
            low, high = missing_number(name, self.reader.rules.vocabulary, int(scale))
        else:
            low, high = -INFINITE, INFINITE
        lo = own.at(int(scale), ends[0].at(int(scale), np.full(len(self.frame), low)))
        if own.known.all():
            return Column(lo[order], lo[order], int(scale), own.known[order])
        hi = own.at(int(scale), ends[1].at(int(scale), np.full(len(self.frame), high)))
        lo, hi = lo[order], hi[order]
        return Column(lo, hi, int(scale), own.known[order])

    def _read(self, column: str, attribute: Attribute) -> _Numbers:
        """The numbers of a column; texts are read once for each that differs."""
        if column not in self.columns:
            return _Numbers(np.zeros(len(self.frame), np.int64), np.zeros(len(self.frame), bool), 1)
        series = self.series(column)
        kinds = pd.api.types
        number = kinds.is_numeric_dtype(series.dtype) and not kinds.is_bool_dtype(series.dtype)
        found = self._binary(series, attribute) if number and attribute.kind == "quantity" else None
        if found is not None:
            return found
        places, values = pd.factorize(series)
        rows = _first(places, len(values))
        read = [
            self._value(column, one, row, attribute) for one, row in zip(values, rows, strict=True)
        ]
        known = [one is not None for one in read]
        scale = int(np.lcm.reduce([one.denominator for one in read if one is not None] or [1]))
        ends = [0 if one is None else int(one * scale) for one in read]
        if max(map(abs, ends), default=0) > LARGEST:
            self.problems.add("the numbers are too long", self.place(0, column), column)
            ends = [0] * len(ends)
        return _Numbers(
            np.array([*ends, 0], np.int64)[places], np.array([*known, False])[places], scale
        )

    def _value(self, column: str, value: object, row: int, attribute: Attribute) -> Fraction | None:
        cell = self.cell(column, value, row, attribute)
        if attribute.kind == "date" and isinstance(cell, str):
            return Fraction(date.fromisoformat(cell).toordinal())
        return cell if isinstance(cell, Fraction) else None

    def cell(self, column: str, value: object, row: int, attribute: Attribute) -> object:
        """What a value says of an attribute, as `Plan.from_frames` reads it."""
        node = stored_cell(_plain(value), self.place(row, column), self.problems)
        path = f"{self.name}.{column}"
        return self.reader.cells.cell(node, path, attribute, None).value if node.text else None

    def _binary(self, series: pd.Series[Any], attribute: Attribute) -> _Numbers | None:
        """Numbers that are stored as such; None where one is not what the attribute may be."""
        known = np.asarray(series.notna())
        if pd.api.types.is_integer_dtype(series.dtype):
            ends, scale = np.asarray(series.fillna(0), np.int64), 1
        else:
            scaled = _decimals(np.asarray(series.fillna(0.0), float))
            if scaled is None:
                return None
            ends, scale = scaled
        unit = self.reader.rules.vocabulary.units.get(attribute.unit or "")
        whole = scale == 1 or unit is None or unit.countable != "yes"
        least = Fraction(attribute.least) * scale if attribute.least is not None else None
        fits = whole and (least is None or bool((ends[known] >= least).all()))
        small = not len(ends) or int(np.abs(ends).max()) <= LARGEST
        return _Numbers(np.where(known, ends, 0), known, scale) if fits and small else None

    def _words(self, order: Whole) -> dict[str, Whole]:
        found = {}
        vocabulary = self.reader.rules.vocabulary
        for name, attribute in vocabulary.attributes.items():
            if attribute.kind in {"word", "truth"} and name in self.columns and self._says(name):
                found[name] = self._word(name, attribute, words_of(name, vocabulary))[order]
        return found

    def _word(self, column: str, attribute: Attribute, words: tuple[str, ...]) -> Whole:
        places, values = pd.factorize(self.series(column))
        read: list[int] = []
        for one, row in zip(values, _first(places, len(values)), strict=True):
            said = self.cell(column, one, row, attribute)
            read.append(words.index(str(said)) if said is not None else MISSING)
        return np.array([*read, MISSING], np.int64)[places]

    def _complete(self, child: str) -> NDArray[np.bool_]:
        """Of which units all of a level below are listed."""
        default = self.reader.lists.get(child) == "yes"
        column = f"{COMPLETE}.{child}"
        if column not in self.columns:
            return np.full(len(self.frame), default)
        truth = Attribute(name=_NAME, of=(self.level,), kind="truth")
        places = self._word(column, truth, ("yes", "no"))
        return np.where(places == MISSING, default, places == 0)

    def _totals(self, order: Whole) -> dict[str, Stated]:
        found = {}
        for name in self.reader.rules.counts:
            if self._says(f"{FIGURES}.{name}"):
                attribute = count_attribute(name, self.reader.rules)
                column = self._column(f"{FIGURES}.{name}", attribute, order)
                known = column.known
                assert known is not None  # noqa: S101 - as it was read
                found[name] = Stated(known, column)
        return found


class _Numbers(Struct, frozen=True):
    """The numbers of a column over a scale, and where one is stated."""

    ends: Whole
    known: NDArray[np.bool_]
    scale: int

    def at(self, scale: int, otherwise: Whole) -> Whole:
        """The numbers over another scale, and others where none is stated."""
        return np.where(self.known, self.ends * (scale // self.scale), otherwise)


def _first(places: Array, many: int) -> list[int]:
    """The first row of each distinct value, counted from 1."""
    found = np.zeros(many, np.int64)
    stated = np.flatnonzero(places >= 0)[::-1]
    found[places[stated]] = stated + 1
    return [int(one) for one in found]


def _rises(key: Array) -> bool:
    return bool((key[1:] >= key[:-1]).all())


def _found(there: Level, parents: Whole, codes: Array) -> Whole:
    """The places of the units of a level by the unit above and the code; −1 where there is none."""
    rank, names = pd.factorize(np.concatenate([there.codes, codes]))
    many = max(1, len(names))
    index = pd.Index(there.parents * many + rank[: there.size])
    if not index.is_unique:
        index = index.drop_duplicates()
    return np.asarray(index.get_indexer(parents * many + rank[there.size :]), np.int64)


def _decimals(values: NDArray[np.float64]) -> tuple[Whole, int] | None:
    """Binary numbers as whole ones over a scale; None where they have too many decimals."""
    if not np.isfinite(values).all():
        return None
    for decimals in range(MOST_DECIMALS + 1):
        scale = 10**decimals
        whole = np.rint(values * scale)
        if (np.abs(whole) < 10**15).all() and (whole / scale == values).all():
            return whole.astype(np.int64), scale
    return None


def _plain(value: Any) -> object:  # noqa: ANN401 - a frame holds anything
    """A value of a frame as Python has it."""
    if isinstance(value, np.generic):
        return value.item()
    return value.to_pydatetime() if isinstance(value, pd.Timestamp) else value
