"""A plan as arrays: one table for each level, its units grouped by the unit they lie within."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
from msgspec import Struct, field
from msgspec.structs import replace
from numpy.typing import NDArray

from dinhbien.model.words import Vocabulary

Whole = NDArray[np.int64]
Bits = NDArray[np.bool_]
Array = Any
INFINITE = 2**61
"""Stands for no bound; every finite number is below a quarter of it."""
LARGEST = 2**59
"""No finite number that is reckoned with is larger."""
MISSING = -1
"""The place of a missing word."""


class Column(Struct, frozen=True, dict=True):
    """Numbers as ``lo ÷ scale`` to ``hi ÷ scale``, of shape (units,) or (scenarios, units).

    `hi` is `lo` itself where nothing is missing; `known` says where the plan states one.
    """

    lo: Whole
    hi: Whole
    scale: int = 1
    known: Bits | None = None

    @cached_property
    def largest(self) -> int:
        """The greatest finite size in it."""
        found = 0
        for ends in (self.lo,) if self.hi is self.lo else (self.lo, self.hi):
            sizes = np.abs(ends)
            finite = sizes[sizes < INFINITE]
            found = max(found, int(finite.max()) if finite.size else 0)
        return found

    @cached_property
    def none(self) -> int:
        """Which of its ends may be none: 1 lower ones, 2 upper ones."""
        if self.hi is self.lo:
            return 0
        return int((self.lo <= -INFINITE).any()) + 2 * int((self.hi >= INFINITE).any())

    def part(self, units: slice) -> Column:
        """The same numbers of some of the units."""
        lo = self.lo[..., units]
        hi = lo if self.hi is self.lo else self.hi[..., units]
        return Column(lo, hi, self.scale, None if self.known is None else self.known[..., units])


class Stated(Struct, frozen=True):
    """The totals of a named count that a plan states: a number, or bounds of one."""

    known: Bits
    bounds: Column

    def part(self, units: slice) -> Stated:
        """The same totals of some of the units."""
        return Stated(self.known[..., units], self.bounds.part(units))


class Level(Struct, frozen=True):
    """The units of one level in the order of the units above them.

    `parents` are places in the table above.  A word is its place among the words of its list,
    or `MISSING`.  `complete` says, by the level below, of which units all are listed.
    """

    size: int
    parents: Whole
    codes: NDArray[np.object_]
    numbers: dict[str, Column] = field(default_factory=dict)
    words: dict[str, Whole] = field(default_factory=dict)
    complete: dict[str, Bits] = field(default_factory=dict)
    stated: dict[str, Stated] = field(default_factory=dict)


class Table(Struct, frozen=True):
    """A plan, or a block of one: its levels by name, `top` first."""

    top: str
    levels: dict[str, Level]
    vocabulary: Vocabulary
    _starts: dict[tuple[str, str], Whole] = field(default_factory=dict)
    _above: dict[tuple[str, str], Whole] = field(default_factory=dict)
    _open: dict[tuple[str, str], Bits | None] = field(default_factory=dict)

    def size(self, level: str) -> int:
        """How many units of `level` there are."""
        return self.levels[level].size if level in self.levels else 0

    def above(self, level: str, upper: str) -> Whole:
        """For each unit of `level`, the place of the unit of `upper` that it lies within."""
        if (level, upper) not in self._above:
            places, one = np.arange(self.size(level)), level
            while one != upper:
                places = self.levels[one].parents[places]
                one = self.vocabulary.levels[one].within or upper
            self._above[level, upper] = places
        return self._above[level, upper]

    def starts(self, upper: str, level: str) -> Whole:
        """Where the units of `level` begin that lie within each unit of `upper`, and the end."""
        if (upper, level) not in self._starts:
            self._starts[upper, level] = self._counted(upper, level)
        return self._starts[upper, level]

    def _counted(self, upper: str, level: str) -> Whole:
        step = self.step(upper, level) if upper != level else level
        if step != level:
            return np.asarray(self.starts(step, level)[self.starts(upper, step)])
        if upper == level:
            return np.arange(self.size(level) + 1)
        inside = np.bincount(self.levels[level].parents, minlength=self.size(upper))
        return np.concatenate(([0], np.cumsum(inside)))

    def is_open(self, upper: str, level: str) -> Bits | None:
        """Which units of `upper` may hold more units of `level` than are listed; None: none."""
        if (upper, level) not in self._open:
            self._open[upper, level] = self._opened(upper, level)
        return self._open[upper, level]

    def _opened(self, upper: str, level: str) -> Bits | None:
        if upper == level:
            return None
        step = self.step(upper, level)
        own = self.levels[upper].complete.get(step)
        found = np.ones(self.size(upper), bool) if own is None else ~own
        deeper = self.is_open(step, level)
        if deeper is not None:
            found[self.above(step, upper)[deeper]] = True
        return found if found.any() else None

    def step(self, upper: str, level: str) -> str:
        """The level directly below `upper` on the way to `level`."""
        steps = [level, *self.vocabulary.ancestors_of(level)]
        return steps[steps.index(upper) - 1]

    def scenarios(self, block: slice) -> Table:
        """The plan in some of its scenarios."""
        levels = {
            name: replace(
                one,
                numbers={key: _some(each, block) for key, each in one.numbers.items()},
                stated={
                    key: Stated(_cut(each.known, block), _some(each.bounds, block))
                    for key, each in one.stated.items()
                },
            )
            for name, one in self.levels.items()
        }
        return Table(self.top, levels, self.vocabulary, self._starts, self._above, self._open)

    def blocks(self, level: str, many: int) -> Iterator[Table]:
        """The plan in parts of `many` units of `level` each, with all that lies within them."""
        for first in range(0, max(1, self.size(level)), many):
            yield self.block(level, first, min(first + many, self.size(level)))

    def block(self, level: str, first: int, last: int) -> Table:
        """The units `first` to `last` of `level`, what lies within them, and all above them."""
        ranges = {level: slice(first, last)}
        for name in self.levels:
            if level in self.vocabulary.ancestors_of(name):
                starts = self.starts(level, name)
                ranges[name] = slice(int(starts[first]), int(starts[last]))
        levels = {
            name: _part(one, ranges[name], ranges.get(self.vocabulary.levels[name].within or ""))
            if name in ranges
            else one
            for name, one in self.levels.items()
        }
        return Table(self.top, levels, self.vocabulary)


def _part(level: Level, units: slice, above: slice | None) -> Level:
    first = above.start if above else 0
    return Level(
        units.stop - units.start,
        level.parents[units] - first,
        level.codes[units],
        {name: one.part(units) for name, one in level.numbers.items()},
        {name: one[..., units] for name, one in level.words.items()},
        {name: one[units] for name, one in level.complete.items()},
        {name: one.part(units) for name, one in level.stated.items()},
    )


def _cut(ends: Array, block: slice) -> Array:
    return ends[block] if ends.ndim > 1 else ends


def _some(column: Column, block: slice) -> Column:
    """The numbers of some scenarios."""
    lo = _cut(column.lo, block)
    hi = lo if column.hi is column.lo else _cut(column.hi, block)
    return Column(lo, hi, column.scale, None if column.known is None else _cut(column.known, block))


def words_of(attribute: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    """The words that an attribute can have, in the order of their places."""
    declared = vocabulary.attributes[attribute]
    if declared.kind == "truth":
        return ("yes", "no")
    return tuple(vocabulary.lists[declared.words or ""])


def missing_number(attribute: str, vocabulary: Vocabulary, scale: int) -> tuple[int, int]:
    """The ends of a number that a plan does not state.  §2"""
    declared = vocabulary.attributes[attribute]
    if declared.kind == "date" or declared.least is None:
        return -INFINITE, INFINITE
    return int(Fraction(declared.least) * scale), INFINITE


def absent(attribute: str, vocabulary: Vocabulary, many: int) -> Column:
    """A column of which nothing is stated."""
    least = vocabulary.attributes[attribute].least
    scale = Fraction(least).denominator if least is not None else 1
    low, high = missing_number(attribute, vocabulary, scale)
    lo, hi = (np.full(many, one, np.int64) for one in (low, high))
    return Column(lo, hi, scale, np.zeros(many, bool))


Levels = Mapping[str, Level]
