"""What is made of a group: the units of one level that lie within each unit of another.  §12"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dinhbien.columns.table import INFINITE, Bits, Whole
from dinhbien.columns.tape import SLOW, UNDEFINED, Step
from dinhbien.columns.values import (
    BOTH,
    HIGH,
    LOW,
    Array,
    Bound,
    Flags,
    Value,
    exact,
    flagged,
    has,
    joined,
    scaled,
    whole_of,
)

Reduce = Callable[..., Any]


def reduced(ufunc: np.ufunc, over: NDArray[Any], starts: Whole, empty: int) -> NDArray[Any]:
    """`ufunc` over each part of the last axis; `empty` where a part has nothing."""
    many = int(starts[-1])
    whole = np.broadcast_to(over, (*over.shape[:-1], many)) if over.shape[-1] != many else over
    filled = starts[1:] > starts[:-1]
    if filled.all() and many:
        return np.asarray(ufunc.reduceat(whole, starts[:-1], axis=-1))
    found = np.full((*whole.shape[:-1], len(starts) - 1), empty, whole.dtype)
    if filled.any():
        found[..., filled] = ufunc.reduceat(whole, starts[:-1][filled], axis=-1)
    return found


def _flags_within(flags: Flags | None, starts: Whole) -> Flags | None:
    if flags is None:
        return None
    found = reduced(np.bitwise_or, flags, starts, 0)
    return found if found.any() else None


def _summed_ends(ends: Whole, starts: Whole, end: int, may: int) -> Whole:
    if ends.dtype != np.int64:
        ends = ends.astype(np.int64)  # truths
    if not may:
        return reduced(np.add, ends, starts, 0)
    none = ends * end >= INFINITE
    if not none.any():
        return reduced(np.add, ends, starts, 0)
    found = reduced(np.add, np.where(none, 0, ends), starts, 0)
    found[reduced(np.logical_or, none, starts, 0)] = end * INFINITE
    return found


def _sum(bound: Bound, step: Step, args: list[Value]) -> Value:
    (one,) = args
    starts = bound.table.starts(step.level, str(step.more[0]))
    flags = _flags_within(one.flags, starts)
    lo = _summed_ends(one.lo, starts, -1, one.none & LOW)
    hi = lo if one.is_exact else _summed_ends(one.hi, starts, 1, one.none & HIGH)
    return Value(lo, hi, flags, one.none)


def _member(_: Bound, __: Step, args: list[Value]) -> Value:
    """What a possible member adds to a sum; who adds nothing is not asked whether it is one."""
    value, asked = args
    if asked.is_exact and value.flags is asked.flags is None:
        lo = value.lo * asked.lo
        return Value(lo, lo if value.is_exact else value.hi * asked.lo, None, value.none)
    nothing = (value.lo == 0) & (value.hi == 0) & ~has(value.flags, UNDEFINED)
    yes, no = asked.lo > 0, (asked.hi < 1) | nothing
    if value.is_exact and asked.is_exact:
        lo = hi = np.where(no, 0, value.lo)
    else:
        lo = np.where(no, 0, np.where(yes, value.lo, np.minimum(value.lo, 0)))
        hi = np.where(no, 0, np.where(yes, value.hi, np.maximum(value.hi, 0)))
    flags = _flags_of_member(value.flags, asked.flags, no, nothing)
    return Value(lo, hi, flags, value.none)


def _flags_of_member(
    value: Flags | None, asked: Flags | None, no: NDArray[Any], nothing: NDArray[Any]
) -> Flags | None:
    """A number is reckoned of each member, and has to have a value only if it is one."""
    own = None if value is None else np.where(no, value & np.uint8(SLOW), value)
    return joined(own, None if asked is None else np.where(nothing, np.uint8(0), asked))


def _opened(bound: Bound, step: Step, args: list[Value]) -> Value:
    """A sum with what an open list may hold more: at least `more[1]`, or any number."""
    (one,) = args
    is_open = bound.table.is_open(step.level, str(step.more[0]))
    if is_open is None:
        return one
    least = step.more[1]
    if least is None:
        lo = np.where(is_open, -INFINITE, one.lo)
    else:
        lo = np.where(is_open & (one.lo > -INFINITE), one.lo + whole_of(least), one.lo)
    return Value(lo, np.where(is_open, INFINITE, one.hi), one.flags)


def _unlisted(bound: Bound, step: Step, args: list[Value]) -> Value:
    """A count with what the unit's own list may hold more."""
    (one,) = args
    is_open = own_list(bound, step.level, str(step.more[0]))
    if is_open is None:
        return one
    return Value(one.lo, np.where(is_open, INFINITE, one.hi), one.flags, one.none | HIGH)


def _total(bound: Bound, step: Step, args: list[Value]) -> Value:
    """A named count with the total that a plan states, or one that would settle an open list.

    `more` is the name, the level that is listed (or empty), and the factors of both scales.
    """
    (one,) = args
    name, listed, factor, second = step.more
    lo = scaled(one.lo, whole_of(factor), one.none)
    hi = lo if one.is_exact else scaled(one.hi, whole_of(factor), one.none)
    none = one.none
    stated = bound.table.levels[step.level].stated.get(str(name))
    is_open = own_list(bound, step.level, str(listed))
    flags = one.flags
    if is_open is not None:
        lo, hi = _narrowed(lo, hi, is_open, stated, whole_of(second))
        none = BOTH
    if stated is not None:
        told = scaled(stated.bounds.lo, whole_of(second))
        clash = (stated.known & ((told < lo) | (told > hi))) | (lo > hi)
        flags = joined(flags, flagged(clash, SLOW))
        lo, hi = np.where(stated.known, told, lo), np.where(stated.known, told, hi)
    return Value(lo, hi if is_open is not None or not one.is_exact else lo, flags, none)


def own_list(bound: Bound, level: str, listed: str) -> Bits | None:
    """Which units of `level` may hold more units of `listed` than are listed; None: none."""
    if not listed:
        return None
    complete = bound.table.levels[level].complete.get(listed)
    is_open = np.ones(bound.table.size(level), bool) if complete is None else ~complete
    return is_open if is_open.any() else None


def _narrowed(
    lo: Whole, hi: Whole, is_open: Bits, stated: Array, factor: int
) -> tuple[Whole, Whole]:  # fmt: skip
    if stated is None:
        return lo, np.where(is_open, INFINITE, hi)
    bounded = is_open & ~stated.known
    least, most = scaled(stated.bounds.lo, factor), scaled(stated.bounds.hi, factor)
    lo = np.where(bounded, np.maximum(lo, least), lo)
    return lo, np.where(is_open, np.where(stated.known, INFINITE, most), hi)


def _extreme(bound: Bound, step: Step, args: list[Value]) -> Value:
    """The smallest or the largest number of a group; `more[1]` is the least of one not listed."""
    value, asked = args
    name, level, least = step.does, str(step.more[0]), step.more[1]
    starts = bound.table.starts(step.level, level)
    sign = 1 if name == "smallest" else -1
    low, high = (value.lo, value.hi) if sign > 0 else (-value.hi, -value.lo)
    possible, certain = asked.hi > 0, asked.lo > 0
    lo = reduced(np.minimum, np.where(possible, low, INFINITE), starts, INFINITE)
    hi = reduced(np.minimum, np.where(certain, high, INFINITE), starts, INFINITE)
    unsure = reduced(np.logical_or, possible & ~certain, starts, 0)
    is_open = bound.table.is_open(step.level, level)
    listed = unsure if is_open is None else unsure | is_open
    anyone = reduced(np.logical_or, possible, starts, 0)
    lo = np.where(anyone, lo, -INFINITE)
    if is_open is not None:
        other = -INFINITE if sign < 0 or least is None else whole_of(least)
        lo = np.where(is_open, np.minimum(lo, other), lo)
    own = None if value.flags is None else np.where(possible, value.flags, value.flags & SLOW)
    flags = _flags_within(joined(own, asked.flags), starts)
    flags = joined(flags, flagged(~(anyone | listed), UNDEFINED))
    return Value(lo, hi, flags) if sign > 0 else Value(-hi, -lo, flags)


def _spread(_: Bound, __: Step, args: list[Value]) -> Value:
    """A number that several members may share: not added up where it lacks something."""
    (one,) = args
    return Value(one.lo, one.hi, joined(one.flags, flagged(one.lo != one.hi, SLOW)))


def _asked(bound: Bound, step: Step, args: list[Value]) -> Value:
    """Nothing, with the flags of a group: its words are read although they decide nothing."""
    starts = bound.table.starts(step.level, str(step.more[0]))
    return exact(np.zeros(1), _flags_within(joined(*(one.flags for one in args)), starts))


GROUPS = {
    "sum": _sum, "member": _member, "opened": _opened, "unlisted": _unlisted, "total": _total,
    "smallest": _extreme, "largest": _extreme, "spread": _spread, "asked": _asked,
}  # fmt: skip
