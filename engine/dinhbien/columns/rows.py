"""Outcomes → the rows that are told of a program, of the units that its norm may apply to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dinhbien.columns.on_numpy import Done
from dinhbien.columns.outcome import CODES, Asked, Ends, Outcomes, outcomes
from dinhbien.columns.table import Whole
from dinhbien.columns.tape import SLOW
from dinhbien.columns.values import Array, Value, has
from dinhbien.model.finding import ROWS

LISTED = np.isin(np.arange(len(CODES)), [CODES[one] for one in ROWS])
"""Which verdicts are told, by their places."""


@dataclass(frozen=True)
class Rows:
    """What a program says of the units it is asked of, by their places in the table's level.

    `lo` and `hi` are the amount, short by or over by, over `scale`; nothing where both are 0.
    `left` are the places of the units that only the definition can judge; no row speaks of them.
    `counts` says how many units got each verdict, by its place in `VERDICTS`.
    """

    units: Whole
    verdict: NDArray[np.int8]
    lo: Whole
    hi: Whole
    scale: int
    left: Whole
    counts: Whole


def rows_of(found: Outcomes, first: int = 0) -> Rows:
    """The rows of outcomes whose units begin at `first`."""
    told = ~found.slow
    at = np.flatnonzero(LISTED[found.verdict] & told)
    amount = _amounts(found, at)
    counts = np.bincount(found.verdict[told], minlength=len(CODES))
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
