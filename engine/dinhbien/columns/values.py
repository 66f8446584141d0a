"""What registers hold while a tape is done, and the arithmetic of their ends."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any, NamedTuple

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from dinhbien.columns.table import INFINITE, Bits, Table, Whole

Flags = NDArray[np.uint8]
Array = Any
"""An array that spans units, scenarios, or both."""


LOW, HIGH = 1, 2
"""Which ends of a value may be none somewhere: the lower ones, the upper ones."""
BOTH = LOW | HIGH


class Value(NamedTuple):
    """What a register holds; `hi` is `lo` itself where nothing is missing, `flags` may be none.

    `none` says which ends may be none; what is exact has all of them.  A truth is of 8 bits.
    """

    lo: Whole
    hi: Whole
    flags: Flags | None = None
    none: int = BOTH

    @property
    def is_exact(self) -> bool:
        """Whether it lacks nothing anywhere."""
        return self.hi is self.lo


def exact(ends: Array, flags: Flags | None = None) -> Value:
    """A value that lacks nothing."""
    whole = ends.astype(np.int64, copy=False)
    return Value(whole, whole, flags, 0)


def truth(holds: Array, may: Array | None = None, flags: Flags | None = None) -> Value:
    """A truth that holds, and where it is open one that `may` hold."""
    lo: Array = holds.view(np.int8)
    return Value(lo, lo if may is None else may.view(np.int8), flags, 0)


class Bound(Struct, frozen=True):
    """What a tape is done on: the arrays, and the rows of numbers by their place in the tape."""

    table: Table
    rows: Sequence[tuple[Whole, Bits]]


def joined(*flags: Flags | None) -> Flags | None:
    """The flags of any."""
    found: Flags | None = None
    for one in flags:
        if one is not None:
            found = one if found is None else found | one
    return found


def flagged(where: Array, flag: int) -> Flags | None:
    """A flag in some rows; None where there are none."""
    return where.astype(np.uint8) * np.uint8(flag) if where.any() else None


NO = np.zeros((), bool)
"""In no row."""


def has(flags: Flags | None, flag: int) -> Array:
    """Where a flag is set."""
    return NO if flags is None else (flags & flag) != 0


def scaled(ends: Whole, factor: int, may: int = BOTH) -> Whole:
    """``factor × ends``, no bound staying none; `may` is 0 where all have one."""
    if factor == 1:
        return ends
    found: Whole = ends * factor
    if may:
        none = np.abs(ends) >= INFINITE
        if none.any():
            found[none] = (np.sign(ends) * np.sign(factor) * INFINITE)[none]
    return found


def plus(one: Whole, other: Whole, end: int, may: int = BOTH) -> Whole:
    """The sum of two ends, none where one has none; `end` is −1 for lower ones, 1 for upper.

    What is finite is so small that a sum with one that is not cannot be taken for it.
    """
    total: Whole = one + other
    if may:
        far = total >= INFINITE // 2 if end > 0 else total <= -INFINITE // 2
        np.copyto(total, end * INFINITE, where=far)
    return total


def whole_of(one: Hashable) -> int:
    """What a step carries, as the whole number that it is."""
    assert isinstance(one, int)  # noqa: S101 - as the tape was made
    return one
