"""A tape → values, by NumPy: one pass over the units of a level for each step."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from dinhbien.columns.calendar import elapsed, later
from dinhbien.columns.inputs import INPUTS
from dinhbien.columns.segments import GROUPS
from dinhbien.columns.table import INFINITE, Whole
from dinhbien.columns.tape import SLOW, UNDEFINED, Step, Tape
from dinhbien.columns.values import (
    Array,
    Bound,
    Flags,
    Value,
    exact,
    flagged,
    joined,
    plus,
    scaled,
    whole_of,
)


def evaluated(tape: Tape, bound: Bound, steps: Sequence[int] | None = None) -> list[Value]:
    """The value of every register; only of the `steps` that are given, if any are."""
    nothing = exact(np.zeros(1))
    done = [nothing] * len(tape.steps)
    with np.errstate(divide="ignore", invalid="ignore"):
        for at in range(len(done)) if steps is None else steps:
            step = tape.steps[at]
            done[at] = STEPS[step.does](bound, step, [done[one] for one in step.args])
    return done


def _vary(one: Value, other: Value) -> Flags | None:
    """The rows in which both lack something: they may lack the same."""
    if one.is_exact or other.is_exact:
        return None
    return flagged((one.lo != one.hi) & (other.lo != other.hi), SLOW)


# -- quantities --------------------------------------------------------------


def _add(_: Bound, step: Step, args: list[Value]) -> Value:
    one, other = args
    first, second, shares = whole_of(step.more[0]), whole_of(step.more[1]), step.more[2]
    flags = joined(one.flags, other.flags, _vary(one, other) if shares is True else None)
    low, high = (other.lo, other.hi) if second > 0 else (other.hi, other.lo)
    lo = plus(scaled(one.lo, first), scaled(low, second), -1)
    if one.is_exact and other.is_exact:
        return Value(lo, lo, flags)
    return Value(lo, plus(scaled(one.hi, first), scaled(high, second), 1), flags)


def product(one: Whole, other: Whole) -> Whole:
    """The product of two ends; nothing times no bound is nothing."""
    none = (np.abs(one) >= INFINITE) | (np.abs(other) >= INFINITE)
    if not none.any():
        return one * other
    finite = np.where(none, 0, one) * np.where(none, 0, other)
    return np.where(none, np.sign(one) * np.sign(other) * INFINITE, finite)


def _multiply(_: Bound, __: Step, args: list[Value]) -> Value:
    one, other = args
    flags = joined(one.flags, other.flags)
    if one.is_exact and other.is_exact:
        return exact(one.lo * other.lo, flags)
    ends = [product(first, second) for first in _ends(one) for second in _ends(other)]
    return Value(_fewest(ends), _most(ends), flags)


def _ends(one: Value) -> tuple[Whole, ...]:
    return (one.lo,) if one.is_exact else (one.lo, one.hi)


def _fewest(ends: Sequence[Whole]) -> Whole:
    found = ends[0]
    for one in ends[1:]:
        found = np.minimum(found, one)
    return found


def _most(ends: Sequence[Whole]) -> Whole:
    found = ends[0]
    for one in ends[1:]:
        found = np.maximum(found, one)
    return found


def _quotient(_: Bound, step: Step, args: list[Value]) -> Value:
    one, other = args
    first, second, mode = whole_of(step.more[0]), whole_of(step.more[1]), str(step.more[2])
    flags = joined(one.flags, other.flags, flagged((other.lo <= 0) & (other.hi >= 0), UNDEFINED))
    ends = [
        _divided(scaled(above, first), scaled(below, second), mode)
        for above in _ends(one)
        for below in _ends(other)
    ]
    lo = _fewest(ends)
    return Value(lo, lo if one.is_exact and other.is_exact else _most(ends), flags)


def _divided(above: Whole, below: Whole, mode: str) -> Whole:
    """The quotient of two ends, rounded; by no bound it is nothing, else of no bound none."""
    by = np.where((below == 0) | (np.abs(below) >= INFINITE), 1, np.abs(below))
    none = np.abs(above) >= INFINITE
    sign = np.where(below < 0, -1, 1)
    found = whole(np.where(none, 0, above) * sign, by, mode)
    found = np.where(none, np.sign(above) * sign * INFINITE, found)
    return np.where(np.abs(below) >= INFINITE, 0, found)


def whole(of: Whole, by: int | Whole, mode: str) -> Whole:
    """`of ÷ by` rounded down (``full``), up (``part``) or half away from zero; `by` above 0."""
    if mode == "full":
        return np.asarray(of // by)
    if mode == "part":
        return np.asarray(-(-of // by))
    size = (2 * np.abs(of) + by) // (2 * by)
    return np.asarray(np.sign(of) * size)


def _round(_: Bound, step: Step, args: list[Value]) -> Value:
    (one,) = args
    scale, mode = whole_of(step.more[0]), str(step.more[1])
    ends = [np.where(np.abs(end) >= INFINITE, end, whole(end, scale, mode)) for end in _ends(one)]
    return Value(ends[0], ends[-1], one.flags)


def _choose(_: Bound, step: Step, args: list[Value]) -> Value:
    one, other = args
    pick = np.minimum if step.does == "least" else np.maximum
    first, second = whole_of(step.more[0]), whole_of(step.more[1])
    flags = joined(one.flags, other.flags)
    lo = pick(scaled(one.lo, first), scaled(other.lo, second))
    if one.is_exact and other.is_exact:
        return Value(lo, lo, flags)
    return Value(lo, pick(scaled(one.hi, first), scaled(other.hi, second)), flags)


def _branch(_: Bound, step: Step, args: list[Value]) -> Value:
    asked, one, other = args
    first, second = whole_of(step.more[0]), whole_of(step.more[1])
    yes, no = asked.lo > 0, asked.hi < 1
    lows, others = scaled(one.lo, first), scaled(other.lo, second)
    if asked.is_exact and one.is_exact and other.is_exact:
        lo = hi = np.where(yes, lows, others)
    else:
        highs, tops = scaled(one.hi, first), scaled(other.hi, second)
        lo = np.where(yes, lows, np.where(no, others, np.minimum(lows, others)))
        hi = np.where(yes, highs, np.where(no, tops, np.maximum(highs, tops)))
    return Value(lo, hi, _flags_of_branch(asked, yes, no, one.flags, other.flags))


def _flags_of_branch(
    asked: Value, yes: Array, no: Array, one: Flags | None, other: Flags | None
) -> Flags | None:
    taken = None if one is None else np.where(no, np.uint8(0), one)
    left = None if other is None else np.where(yes, np.uint8(0), other)
    return joined(asked.flags, taken, left)


# -- truths ------------------------------------------------------------------


def _compare(_: Bound, step: Step, args: list[Value]) -> Value:
    one, other = args
    sign, *factors, shares = step.more
    first, second = (whole_of(each) for each in factors)
    flags = joined(one.flags, other.flags, _vary(one, other) if shares is True else None)
    left = Value(scaled(one.lo, first), scaled(one.hi, first))
    right = Value(scaled(other.lo, second), scaled(other.hi, second))
    if one.is_exact and other.is_exact:
        return _without_value(exact(_EXACTLY[str(sign)](left.lo, right.lo)), flags)
    holds, fails = _decided(str(sign), left, right)
    return _without_value(Value(holds.astype(np.int64), (~fails).astype(np.int64)), flags)


_EXACTLY: dict[str, Callable[[Whole, Whole], Array]] = {
    "<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal,
    "=": np.equal, "!=": np.not_equal,
}  # fmt: skip


def _decided(sign: str, left: Value, right: Value) -> tuple[Array, Array]:
    """Where a comparison certainly holds, and where it certainly fails."""
    if sign in {">", ">="}:
        return _decided(sign.replace(">", "<"), right, left)
    if sign == "<":
        return left.hi < right.lo, left.lo >= right.hi
    if sign == "<=":
        return left.hi <= right.lo, left.lo > right.hi
    same = (left.lo >= right.hi) & (left.hi <= right.lo)
    apart = (left.lo > right.hi) | (left.hi < right.lo)
    return (same, apart) if sign == "=" else (apart, same)


def _without_value(one: Value, flags: Flags | None) -> Value:
    """The truth is open where a side has no value."""
    if flags is None:
        return one
    none = flags != 0
    return Value(np.where(none, 0, one.lo), np.where(none, 1, one.hi), flags)


def _logic(_: Bound, step: Step, args: list[Value]) -> Value:
    one, other = args
    settles = (one.lo > 0) if step.does == "or" else (one.hi < 1)
    pick = np.maximum if step.does == "or" else np.minimum
    flags = _flags_of_logic(step.does, settles, one.flags, other)
    lo = pick(one.lo, other.lo)
    if one.is_exact and other.is_exact:
        return Value(lo, lo, flags)
    return Value(lo, pick(one.hi, other.hi), flags)


def _flags_of_logic(name: str, settles: Array, flags: Flags | None, other: Value) -> Flags | None:
    """What stands on the right is not asked where the left settles it.

    Where the right settles it, it does not matter that the left has no value.
    """
    asked = None if other.flags is None else np.where(settles, np.uint8(0), other.flags)
    if flags is None:
        return asked
    ends = (other.lo > 0) if name == "or" else (other.hi < 1)
    left = np.where(ends, flags & np.uint8(SLOW), flags)
    return joined(left, asked)


def _not(_: Bound, __: Step, args: list[Value]) -> Value:
    (one,) = args
    lo = 1 - one.hi
    return Value(lo, lo if one.is_exact else 1 - one.lo, one.flags)


# -- between levels ----------------------------------------------------------


def _gather(bound: Bound, step: Step, args: list[Value]) -> Value:
    (one,) = args
    places = bound.table.above(step.level, str(step.more[0]))
    lo = _at(one.lo, places)
    hi = lo if one.is_exact else _at(one.hi, places)
    return Value(lo, hi, None if one.flags is None else _at(one.flags, places))


def _same(_: Bound, __: Step, args: list[Value]) -> Value:
    return args[0]


def _at(ends: Array, places: Whole) -> Array:
    return ends if ends.shape[-1] == 1 else ends[..., places]


def _elapsed(_: Bound, step: Step, args: list[Value]) -> Value:
    start, end = args
    unit = str(step.more[0])
    flags = joined(start.flags, end.flags)
    lo = elapsed(unit, start.hi, end.lo, -INFINITE)
    if start.is_exact and end.is_exact:
        return Value(lo, lo, flags)
    return Value(lo, elapsed(unit, start.lo, end.hi, INFINITE), flags)


def _later(_: Bound, step: Step, args: list[Value]) -> Value:
    start, length = args
    unit = str(step.more[0])
    lo = later(unit, start.lo, length.lo, -INFINITE)
    hi = later(unit, start.hi, length.hi, INFINITE)
    exactly = (start.lo == start.hi) & (length.lo == length.hi)
    past = flagged(exactly & (lo <= -INFINITE), UNDEFINED)
    return Value(lo, hi, joined(start.flags, length.flags, past))


STEPS: dict[str, Callable[[Bound, Step, list[Value]], Value]] = {
    **INPUTS, **GROUPS,
    "add": _add, "multiply": _multiply, "quotient": _quotient, "round": _round,
    "least": _choose, "greatest": _choose, "branch": _branch, "compare": _compare,
    "and": _logic, "or": _logic, "not": _not, "gather": _gather, "same": _same,
    "elapsed": _elapsed, "later": _later,
}  # fmt: skip
