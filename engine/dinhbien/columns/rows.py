"""Outcomes → the rows that are told of a program, of the units that its norm may apply to."""

from __future__ import annotations

from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from dinhbien.columns.on_numpy import Done
from dinhbien.columns.outcome import CODES, Asked, Ends, Outcomes, outcomes
from dinhbien.columns.table import Whole
from dinhbien.columns.tape import SLOW
from dinhbien.columns.values import Array, Value, has
from dinhbien.model.finding import ROWS

Places = NDArray[np.int32] | NDArray[np.int64]
WIDTHS = np.int32, np.int8, np.int64, np.int64
"""Of the columns of rows that are gathered from several blocks."""
LISTED = np.isin(np.arange(len(CODES)), [CODES[one] for one in ROWS])
"""Which verdicts are told, by their places."""


class Rows(Struct, frozen=True):
    """What a program says of the units it is asked of, by their places in the table's level.

    `lo` and `hi` are the amount, short by or over by, over `scale`; nothing where both are 0.
    `left` are the places of the units that only the definition can judge; no row speaks of them.
    `counts` says how many units got each verdict, by its place in `VERDICTS`.
    """

    units: Places
    verdict: NDArray[np.int8]
    lo: Whole
    hi: Whole
    scale: int
    left: Whole
    counts: Whole


class Gathered:
    """The rows of one program, block after block; what a block said is not held beside them."""

    def __init__(self, blocks: int) -> None:
        """For so many blocks, of which the first shows how much room they take."""
        self.blocks, self.many = blocks, 0
        self.last: Rows | None = None
        self.arrays: list[NDArray[Any]] = []
        self.left: list[Whole] = []
        self.counts = np.zeros(len(CODES), np.int64)

    def add(self, rows: Rows) -> None:
        """The rows of the next block."""
        self.last = rows
        if self.blocks == 1:
            return
        columns = rows.units, rows.verdict, rows.lo, rows.hi
        room, needed = (len(self.arrays[0]) if self.arrays else 0), self.many + len(rows.units)
        if needed > room or not self.arrays:
            self._widen(max(needed + needed // 2, len(rows.units) * self.blocks * 11 // 10))
        for into, one in zip(self.arrays, columns, strict=True):
            into[self.many : needed] = one
        self.many = needed
        self.left.append(rows.left)
        self.counts += rows.counts

    def _widen(self, room: int) -> None:
        before, self.arrays = self.arrays, [np.empty(room, one) for one in WIDTHS]
        for into, one in zip(self.arrays, before, strict=False):
            into[: self.many] = one[: self.many]

    def made(self) -> Rows:
        """All of them."""
        assert self.last is not None  # noqa: S101 - as there is at least one block
        if self.blocks == 1:
            return self.last
        units, verdict, lo, hi = (one[: self.many] for one in self.arrays)
        left = np.concatenate(self.left)
        return Rows(units, verdict, lo, hi, self.last.scale, left, self.counts)


def rows_of(found: Outcomes, first: int = 0) -> Rows:
    """The rows of outcomes whose units begin at `first`."""
    listed, told = LISTED[found.verdict], found.verdict
    if found.slow.any():
        listed, told = listed & ~found.slow, told[~found.slow]
    at = np.flatnonzero(listed)
    amount = _amounts(found, at)
    counts = np.bincount(told, minlength=len(CODES))
    left = np.flatnonzero(found.slow) + first
    return Rows(at + first, found.verdict[at], *amount, found.scale, left, counts)


def _amounts(found: Outcomes, at: Whole) -> Ends:
    """Short by or over by, of the rows `at`, where the verdict says that they are."""
    lo, hi = np.zeros(len(at), np.int64), np.zeros(len(at), np.int64)
    side = found.side[at]
    for sign, ends in ((1, found.short_by), (-1, found.over_by)):
        if ends is not None:
            here = np.flatnonzero(side == sign)
            for into, end in ((lo, ends.lo), (hi, ends.hi)):
                into[here] = np.broadcast_to(end, found.side.shape)[at[here]]
    return Ends(lo, hi)


def rows_within(asked: Asked, values: Done, many: int, first: int) -> Rows | None:
    """The rows of a program, reckoned only of the units that its norm may apply to.

    None where some of them need more than one look: missing words, or only the definition tells.
    """
    if asked.measured is None:
        return None
    here: Whole | None = None
    if asked.applies is not None:
        applies = values[asked.applies.place]
        if applies.lo.ndim > 1 or has(applies.flags, SLOW).any():
            return None
        here = _within(applies, many)
    found = outcomes(asked, _Part(values, here), many if here is None else len(here))
    if found.verdict.ndim > 1 or found.slow.any():
        return None
    rows = rows_of(found, first if here is None else 0)
    if here is None:
        return rows
    rows.counts[CODES["not applicable"]] += many - len(here)
    units = here[rows.units] + first
    return Rows(units, rows.verdict, rows.lo, rows.hi, rows.scale, rows.left, rows.counts)


def _within(applies: Value, many: int) -> Whole | None:
    """The units that a norm may apply to; None: all."""
    may = applies.hi > 0
    if applies.flags is not None:
        may = may | (applies.flags != 0)
    if may.all():
        return None
    return np.flatnonzero(np.broadcast_to(may, many))


class _Part:
    """The values of some units."""

    def __init__(self, values: Done, here: Whole | None) -> None:
        self.values, self.here = values, here

    def __getitem__(self, at: int) -> Value:
        whole = self.values[at]
        if self.here is None:
            return whole
        lo = self._taken(whole.lo)
        hi = lo if whole.is_exact else self._taken(whole.hi)
        return Value(lo, hi, self._taken(whole.flags), whole.none)

    def _taken(self, ends: Array) -> Array:
        return ends if ends is None or ends.shape[-1] == 1 else ends[..., self.here]
