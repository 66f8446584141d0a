"""A tape → values, by NumPy: one pass over the units of a level for each step."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property

import numpy as np

from dinhbien.columns.calendar import elapsed, later
from dinhbien.columns.inputs import INPUTS
from dinhbien.columns.segments import GROUPS
from dinhbien.columns.table import INFINITE, Whole
from dinhbien.columns.tallies import Posts, classes_of, posts_of, tallied
from dinhbien.columns.tape import SLOW, UNDEFINED, Step, Tape
from dinhbien.columns.values import (
    HIGH,
    LOW,
    Array,
    Bound,
    Flags,
    Value,
    exact,
    flagged,
    joined,
    plus,
    scaled,
    truth,
    whole_of,
)


def evaluated(tape: Tape, bound: Bound, steps: Sequence[int] | None = None) -> list[Value]:
    """The value of every register; only of the `steps` that are given, if any are."""
    done = Done(tape, bound, range(len(tape.steps)) if steps is None else steps)
    nothing = exact(np.zeros(1))
    return [done[at] if at in done.asked else nothing for at in range(len(tape.steps))]


class Done:
    """The registers of a tape, each made when it is first asked for."""

    def __init__(self, tape: Tape, bound: Bound, steps: Iterable[int]) -> None:
        """Only `steps` are asked for, which are in order and hold what they need."""
        self.tape, self.bound = tape, bound
        self.asked = frozenset(steps)
        self._made: dict[int, Value] = {}
        self._posts: Posts | None = None

    def __getitem__(self, at: int) -> Value:
        """The value of a register."""
        if at not in self._made:
            step = self.tape.steps[at]
            if step.does == "tally":
                self._counted(step.args[0])
            else:
                args = [self[one] for one in step.args]
                self._made[at] = STEPS[step.does](self.bound, step, args)
        return self._made[at]

    def forget(self, steps: Iterable[int]) -> None:
        """Nobody asks for these again."""
        for one in steps:
            self._made.pop(one, None)

    def _counted(self, each: int) -> None:
        """Every count of one number of the posts."""
        tallies = [at for at in self._tallies if self.tape.steps[at].args[0] == each]
        if self._posts is None:
            self._posts = self._in_classes()
        most = max(self.tape.registers[at].most for at in tallies)
        places = [self._tallies.index(at) for at in tallies]
        made = tallied(self._posts, self[each], places, most)
        self._made.update(zip(tallies, made, strict=True))

    @cached_property
    def _tallies(self) -> list[int]:
        return [at for at in sorted(self.asked) if self.tape.steps[at].does == "tally"]

    def _in_classes(self) -> Posts:
        """The posts by the words that any count asks for."""
        steps = [self.tape.steps[at] for at in self._tallies]
        words = sorted({word for step in steps for word in step.args[1:]})
        sizes = tuple(self.tape.registers[word].most + 1 for word in words)
        filters = tuple(
            tuple(
                (words.index(word), among)
                for word, among in zip(step.args[1:], step.more[2:], strict=True)
                if isinstance(among, tuple)
            )
            for step in steps
        )
        table, (level, below) = self.bound.table, (steps[0].level, str(steps[0].more[0]))
        return posts_of(
            classes_of(filters, sizes), sizes, [self[word] for word in words],
            table.above(below, level), table.starts(level, below),
        )  # fmt: skip


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
    turned = other.none if second > 0 else _turned(other.none)
    none = one.none | turned
    lo = plus(scaled(one.lo, first, one.none), scaled(low, second, other.none), -1, none & LOW)
    if one.is_exact and other.is_exact:
        return Value(lo, lo, flags, 0)
    hi = plus(scaled(one.hi, first, one.none), scaled(high, second, other.none), 1, none & HIGH)
    return Value(lo, hi, flags, none)


def _turned(none: int) -> int:
    """Which ends may be none where lower ones become upper ones."""
    return (HIGH if none & LOW else 0) | (LOW if none & HIGH else 0)


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
    for left, right in ((one, other), (other, one)):
        if right.is_exact and right.lo.size == 1:
            return _times(left, int(right.lo.flat[0]), flags)
    ends = [product(first, second) for first in _ends(one) for second in _ends(other)]
    return Value(_fewest(ends), _most(ends), flags)


def _times(one: Value, factor: int, flags: Flags | None) -> Value:
    """One number times another that is the same in all rows; nothing times no bound is nothing."""
    low, high = (one.lo, one.hi) if factor >= 0 else (one.hi, one.lo)
    none = one.none if factor > 0 else _turned(one.none) if factor else 0
    may = one.none if factor else 0
    return Value(scaled(low, factor, may), scaled(high, factor, may), flags, none)


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
    ends = [whole(end, scale, mode) for end in _ends(one)]
    for end, found in zip(_ends(one), ends, strict=True):
        if one.none:
            np.copyto(found, end, where=np.abs(end) >= INFINITE)
    return Value(ends[0], ends[-1], one.flags, one.none)


def _choose(_: Bound, step: Step, args: list[Value]) -> Value:
    one, other = args
    pick = np.minimum if step.does == "least" else np.maximum
    first, second = whole_of(step.more[0]), whole_of(step.more[1])
    flags = joined(one.flags, other.flags)
    lo = pick(scaled(one.lo, first, one.none), scaled(other.lo, second, other.none))
    if one.is_exact and other.is_exact:
        return Value(lo, lo, flags, 0)
    hi = pick(scaled(one.hi, first, one.none), scaled(other.hi, second, other.none))
    return Value(lo, hi, flags, one.none | other.none)


def _branch(_: Bound, step: Step, args: list[Value]) -> Value:
    asked, one, other = args
    first, second = whole_of(step.more[0]), whole_of(step.more[1])
    yes = asked.lo > 0
    no = ~yes if asked.is_exact else asked.hi < 1
    flags = _flags_of_branch(asked, yes, no, one.flags, other.flags)
    lows, others = scaled(one.lo, first, one.none), scaled(other.lo, second, other.none)
    if asked.is_exact and one.is_exact and other.is_exact:
        lo = np.where(yes, lows, others)
        return Value(lo, lo, flags, 0)
    highs, tops = scaled(one.hi, first, one.none), scaled(other.hi, second, other.none)
    none = one.none | other.none
    if asked.is_exact:
        return Value(np.where(yes, lows, others), np.where(yes, highs, tops), flags, none)
    lo = np.where(yes, lows, np.where(no, others, np.minimum(lows, others)))
    hi = np.where(yes, highs, np.where(no, tops, np.maximum(highs, tops)))
    return Value(lo, hi, flags, none)


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
    left, right = _scaled(one, first), _scaled(other, second)
    if one.is_exact and other.is_exact:
        return _without_value(truth(_EXACTLY[str(sign)](left.lo, right.lo)), flags)
    holds, fails = _decided(str(sign), left, right)
    return _without_value(truth(holds, ~fails), flags)


def _scaled(one: Value, factor: int) -> Value:
    lo = scaled(one.lo, factor, one.none)
    return Value(lo, lo if one.is_exact else scaled(one.hi, factor, one.none))


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
    return truth((one.lo > 0) & ~none, (one.hi > 0) | none, flags)


def _logic(_: Bound, step: Step, args: list[Value]) -> Value:
    one, other = args
    settles = (one.lo > 0) if step.does == "or" else (one.hi < 1)
    pick = np.maximum if step.does == "or" else np.minimum
    flags = _flags_of_logic(step.does, settles, one.flags, other)
    lo = pick(one.lo, other.lo)
    if one.is_exact and other.is_exact:
        return Value(lo, lo, flags, 0)
    return Value(lo, pick(one.hi, other.hi), flags, 0)


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
    return Value(lo, lo if one.is_exact else 1 - one.lo, one.flags, 0)


# -- between levels ----------------------------------------------------------


def _gather(bound: Bound, step: Step, args: list[Value]) -> Value:
    (one,) = args
    places = bound.table.above(step.level, str(step.more[0]))
    lo = _at(one.lo, places)
    hi = lo if one.is_exact else _at(one.hi, places)
    return Value(lo, hi, None if one.flags is None else _at(one.flags, places), one.none)


def _same(_: Bound, __: Step, args: list[Value]) -> Value:
    return args[0]


def _at(ends: Array, places: Whole) -> Array:
    return ends if ends.shape[-1] == 1 else np.take(ends, places, axis=-1)


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
