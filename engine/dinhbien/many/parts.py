"""What findings add to the rows of flags, over arrays: as `judging/parts.py` says it.  §10, §11"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from math import lcm
from typing import Any

import numpy as np
from msgspec import Struct

from dinhbien.columns.outcome import CODES, Ends
from dinhbien.columns.table import INFINITE, Bits, Column, Table, Whole
from dinhbien.columns.values import plus, scaled
from dinhbien.judging.parts import ASIDE
from dinhbien.many.settled import STANDINGS, Findings

_ASIDE = [CODES[one] for one in ASIDE]
_USED = STANDINGS.index("used")


class Parts(Struct, frozen=True):
    """One quantity of the rows of a level: each from `lo` to `hi` over `scale`.

    Rows that are `left` are told by the definition alone.
    """

    lo: Whole
    hi: Whole
    scale: int
    left: Bits

    @classmethod
    def none(cls, many: int) -> Parts:
        """Nothing, for certain."""
        return cls(np.zeros(many, np.int64), np.zeros(many, np.int64), 1, np.zeros(many, bool))

    def column(self) -> Column:
        """As numbers of a table; of a row that is left they mean nothing."""
        lo, hi = (np.where(self.left, 0, one) for one in (self.lo, self.hi))
        return Column(lo, lo if (lo == hi).all() else hi, self.scale)

    def only(self, where: Bits) -> Parts:
        """The same in some rows, and nothing in the others."""
        lo, hi = (np.where(where, one, 0) for one in (self.lo, self.hi))
        return Parts(lo, hi, self.scale, self.left)


def widest(parts: Sequence[Parts]) -> Parts:
    """Where several norms compare one count: from the least to the greatest that any says."""
    scale = lcm(*(one.scale for one in parts))
    lo = reduce(np.minimum, [scaled(one.lo, scale // one.scale) for one in parts])
    hi = reduce(np.maximum, [scaled(one.hi, scale // one.scale) for one in parts])
    return Parts(lo, hi, scale, np.logical_or.reduce([one.left for one in parts]))


class Rows(Struct, frozen=True):
    """The findings of one norm, gathered by the units of `level` that they lie within."""

    table: Table
    found: Findings
    level: str

    @property
    def of(self) -> str:
        """The level of the units that the norm is asked of."""
        return self.found.norm.used.program.level

    @property
    def is_within(self) -> bool:
        """Whether those are the units of the rows, or lie within them."""
        return self.level in (self.of, *self.table.vocabulary.ancestors_of(self.of))

    @property
    def unlisted(self) -> Bits:
        """Of which units a list is open on the way to those that the norm is asked of."""
        found = None if self.of == self.level else self.table.is_open(self.level, self.of)
        return np.zeros(self.table.size(self.level), bool) if found is None else found

    def part(self, name: str) -> Parts:
        """One quantity, summed over what lies within each unit."""
        many = self.table.size(self.level)
        if not self.is_within:
            return Parts.none(many)
        places = self.table.above(self.of, self.level)
        here = self.found.standing == _USED
        lo, hi = self._ends(name)
        lo, hi = (np.where(here, one, 0) for one in (lo, hi))
        left = np.zeros(many, bool)
        left[places[self._left]] = True
        ends = _summed(lo, places, many), _summed(hi, places, many)
        return Parts(
            ends[0], np.where(self.unlisted, INFINITE, ends[1]), self.found.used.scale, left
        )

    @property
    def alone(self) -> Bits:
        """Which units have one finding of the norm, and no open list on the way."""
        places = self.table.above(self.of, self.level)
        used = np.bincount(places[self.found.standing == _USED],
                           minlength=self.table.size(self.level))  # fmt: skip
        return np.asarray((used == 1) & ~self.unlisted)

    @property
    def _left(self) -> Bits:
        """The findings of which only the definition says what they add."""
        one = self.found
        aside, is_open = np.isin(one.verdict, _ASIDE), one.verdict == CODES["undetermined"]
        untold = (one.verdict == CODES["conflict"]) | (is_open & ~one.told)
        return np.asarray(one.unsettled | (untold & ~aside & (one.standing == _USED)))

    def _ends(self, name: str) -> tuple[Whole, Whole]:
        """What each finding adds."""
        one = self.found
        lo, hi = (np.broadcast_to(end, one.shape).copy() for end in self._amount(name))
        aside = np.isin(one.verdict, _ASIDE)
        lo[aside | (one.verdict == CODES["undetermined"])] = 0  # it may not apply at all
        hi[aside] = 0
        return lo, hi

    def _amount(self, name: str) -> Ends:
        used = self.found.used
        none = Ends(*(np.zeros(self.found.shape, np.int64) for _ in range(2)))
        if name == "gap":
            return none if used.measured is not None else used.short_by or none
        if used.measured is None:
            return none
        if name in {"short", "over"}:
            return (used.short_by if name == "short" else used.over_by) or none
        bound = used.least if name == "spare" else used.most
        if bound is None:
            return none
        first, second = (used.measured, bound) if name == "spare" else (bound, used.measured)
        lo = np.maximum(plus(np.array(first.lo), -second.hi, -1), 0)
        return Ends(lo, np.maximum(plus(np.array(first.hi), -second.lo, 1), 0))


def _summed(ends: Whole, places: Whole, many: int) -> Whole:
    """The sum of ends by place, none where one has none; no end is below zero."""
    none = ends >= INFINITE
    total: Any = np.zeros(many, np.int64)
    np.add.at(total, places, np.where(none, 0, ends))
    total[places[none]] = INFINITE
    return np.asarray(total)
