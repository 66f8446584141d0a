"""Steps of a tape → code of a kernel; each function is that of `on_numpy` in lanes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from msgspec import Struct, field

from dinhbien.columns.inputs import INPUTS
from dinhbien.columns.lanes import Code, Held, One
from dinhbien.columns.table import MISSING, absent
from dinhbien.columns.tape import SLOW, UNDEFINED, Step, Tape
from dinhbien.columns.values import Array, Bound, whole_of

FEWEST_BITS = 62
"""So many words fit into the bits of a number."""
MODES = ("full", "part", "half_up")
SHORT = 2**50
"""Numbers below it are divided by way of floating-point numbers."""


class NotInLanesError(Exception):
    """What a kernel does not do: the program is left to NumPy, and why."""


Does = Callable[["Lanes", Step], Held]


class Lanes(Struct):
    """Puts the registers of a tape into code, each when it is first asked for.

    `asked` are the steps of all programs.  Raises `NotInLanesError`.
    """

    tape: Tape
    bound: Bound
    asked: Sequence[int]
    code: Code = field(default_factory=Code)
    _held: dict[int, Held] = field(default_factory=dict)
    _arrays: dict[object, Array] = field(default_factory=dict)
    _lacking: dict[tuple[str, str], bool] = field(default_factory=dict)

    def of(self, at: int) -> Held:
        """The lanes of a register."""
        if at not in self._held:
            step = self.tape.steps[at]
            does = STEPS.get(step.does)
            if does is None:
                message = f"`{step.does}` is not done by the kernel"
                raise NotInLanesError(message)
            self._held[at] = does(self, step)
        return self._held[at]

    def args(self, step: Step) -> list[Held]:
        """The lanes of what a step reads."""
        return [self.of(one) for one in step.args]

    def load(self, level: str, array: Array) -> One:
        """The lane of an input array."""
        if array.ndim > 1:
            message = "a number varies from scenario to scenario"
            raise NotInLanesError(message)
        if array.shape[-1] == 1 != self.bound.table.size(level):
            return int(array[0])
        kept = array if array.flags.c_contiguous and array.flags.aligned else array.copy()
        if kept.dtype not in (np.bool_, np.int64):
            kept = kept.astype(np.int64)
        kept = self._arrays.setdefault(id(array), kept)
        self._arrays.setdefault(("kept", id(array)), array)  # so that its id is not another's
        return self.code.load(level, kept)

    def lacks(self, level: str, attribute: str) -> bool:
        """Whether a word is missing anywhere."""
        key = level, attribute
        if key not in self._lacking:
            words = self.bound.table.levels[level].words[attribute]
            self._lacking[key] = bool(len(words)) and int(words.min()) == MISSING
        return self._lacking[key]

    def any_flags(self, level: str, *flags: One) -> One:
        """The flags of any."""
        found: One = 0
        for one in flags:
            found = self.code.of_two("or", level, found, one)
        return found

    def varies(self, level: str, one: Held) -> One:
        """Where something is missing."""
        if one.is_exact:
            return 0
        return self.code.contrary(level, self.code.of_two("equal", level, one.lo, one.hi))

    def scaled(self, level: str, one: Held, factor: int) -> Held:
        """A multiple; its lower end stays the lower one, as its factor is above 0."""
        lo = self.code.affine(level, one.lo, factor)
        return Held(lo, lo if one.is_exact else self.code.affine(level, one.hi, factor), one.flags)


def _shared(self: Lanes, step: Step, one: Held, other: Held) -> One:
    """The flag of rows in which both may lack the same."""
    code, level = self.code, step.level
    both = code.both(level, self.varies(level, one), self.varies(level, other))
    return code.affine(level, both, SLOW)


# -- inputs --------------------------------------------------------------------


def _constant(_: Lanes, step: Step) -> Held:
    value = whole_of(step.more[0])
    return Held(value, value)


def _undefined(_: Lanes, __: Step) -> Held:
    return Held(0, 0, UNDEFINED)


def _cell(self: Lanes, step: Step) -> Held:
    name, level = str(step.more[0]), self.bound.table.levels[step.level]
    column = level.numbers.get(name)
    if column is None:
        column = absent(name, self.bound.table.vocabulary, level.size)
    lo = self.load(step.level, column.lo)
    hi = lo if column.hi is column.lo else self.load(step.level, column.hi)
    return self.scaled(step.level, Held(lo, hi), whole_of(step.more[1]))


def _known(self: Lanes, step: Step) -> Held:
    name, level = str(step.more[0]), self.bound.table.levels[step.level]
    if name in level.words:
        word = self.load(step.level, level.words[name])
        known = self.code.of_two("below", step.level, MISSING, word)
    elif name not in level.numbers:
        known = 0
    else:
        stated = level.numbers[name].known
        known = 1 if stated is None else self.load(step.level, stated)
    return Held(known, known)


def _word(self: Lanes, step: Step) -> Held:
    name = str(step.more[0])
    words = self.bound.table.levels[step.level].words.get(name)
    if words is None:
        return Held(0, 0, SLOW)
    lane = self.load(step.level, words)
    if not self.lacks(step.level, name):
        return Held(lane, lane)
    code = self.code
    missing = code.of_two("below", step.level, lane, 0)
    lane = code.of_two("greatest", step.level, lane, 0)
    return Held(lane, lane, code.affine(step.level, missing, SLOW))


def _code(self: Lanes, step: Step) -> Held:
    lane = self.load(step.level, INPUTS["code"](self.bound, step, []).lo)
    return Held(lane, lane)


def _number(self: Lanes, step: Step) -> Held:
    place, *sizes = (whole_of(one) for one in step.more)
    values, known = self.bound.rows[place]
    if values.ndim > 1:
        message = "a number of the law varies from scenario to scenario"
        raise NotInLanesError(message)
    keys, level, at = self.args(step), step.level, 0
    flags = self.any_flags(level, *(key.flags for key in keys))
    lane: One = at
    for key, size in zip(keys, sizes, strict=True):
        lane = self.code.linear(level, lane, size, key.lo, 1, 1)
    value = _looked_up(self, level, lane, values.tolist())
    if not known.all():
        missing = [0 if one else UNDEFINED for one in known.tolist()]
        flags = self.any_flags(level, flags, _looked_up(self, level, lane, missing))
    return Held(value, value, flags)


def _looked_up(self: Lanes, level: str, lane: One, numbers: Sequence[int]) -> One:
    if isinstance(lane, int):
        return int(numbers[lane])
    return self.code.put("look_up", level, (lane,), self.code.table(numbers))


def _among(self: Lanes, step: Step) -> Held:
    (word,) = self.args(step)
    places, level, code = [whole_of(one) for one in step.more], step.level, self.code
    holds: One
    if isinstance(word.lo, int):
        holds = int(word.lo in places)
    elif max(places, default=0) < FEWEST_BITS:
        holds = code.put("within", level, (word.lo,), sum(1 << one for one in places))
    else:
        many = self.tape.registers[step.args[0]].most
        table = [int(one in places) for one in range(many)]
        holds = _looked_up(self, level, word.lo, table)
    if word.flags == 0:
        return Held(holds, holds)
    slow = code.affine(level, code.of_two("equal", level, word.flags, 0), -1, 1)
    lo = code.both(level, holds, code.contrary(level, slow))
    return Held(lo, code.either(level, holds, slow), word.flags)


# -- quantities ----------------------------------------------------------------


def _add(self: Lanes, step: Step) -> Held:
    one, other = self.args(step)
    first, second, shares = whole_of(step.more[0]), whole_of(step.more[1]), step.more[2]
    code, level = self.code, step.level
    flags = self.any_flags(level, one.flags, other.flags)
    if shares is True:
        flags = self.any_flags(level, flags, _shared(self, step, one, other))
    low, high = (other.lo, other.hi) if second > 0 else (other.hi, other.lo)
    lo = code.linear(level, one.lo, first, low, second, -1)
    if one.is_exact and other.is_exact:
        return Held(lo, lo, flags)
    return Held(lo, code.linear(level, one.hi, first, high, second, 1), flags)


def _multiply(self: Lanes, step: Step) -> Held:
    one, other = self.args(step)
    code, level = self.code, step.level
    flags = self.any_flags(level, one.flags, other.flags)
    ends = [code.product(level, first, second) for first in one.ends() for second in other.ends()]
    return _between(self, level, ends, flags)


def _between(self: Lanes, level: str, ends: list[One], flags: One) -> Held:
    """From the least to the greatest of some ends."""
    least = most = ends[0]
    for one in ends[1:]:
        least = self.code.of_two("least", level, least, one)
        most = self.code.of_two("greatest", level, most, one)
    return Held(least, least if len(ends) == 1 else most, flags)


def _quotient(self: Lanes, step: Step) -> Held:
    first, second = whole_of(step.more[0]), whole_of(step.more[1])
    code, level, mode = self.code, step.level, MODES.index(str(step.more[2]))
    one, other = self.args(step)
    none = code.both(
        level,
        code.of_two("at_most", level, other.lo, 0),
        code.of_two("at_most", level, 0, other.hi),
    )
    flags = self.any_flags(level, one.flags, other.flags, code.affine(level, none, UNDEFINED))
    above, below = self.scaled(level, one, first), self.scaled(level, other, second)
    mosts = [
        self.tape.registers[at].most * by for at, by in zip(step.args, (first, second), strict=True)
    ]
    is_short = int(max(mosts) < SHORT // 2)
    ends: list[One] = [
        code.put("quotient", level, (left, right), mode, is_short)
        for left in above.ends()
        for right in below.ends()
    ]
    return _between(self, level, ends, flags)


def _round(self: Lanes, step: Step) -> Held:
    (one,) = self.args(step)
    scale, mode = whole_of(step.more[0]), MODES.index(str(step.more[1]))
    is_short = int(self.tape.registers[step.args[0]].most < SHORT and scale < SHORT)
    lo, *hi = (
        self.code.put("round", step.level, (end,), scale, mode, is_short) for end in one.ends()
    )
    return Held(lo, hi[0] if hi else lo, one.flags)


def _choose(self: Lanes, step: Step) -> Held:
    one, other = self.args(step)
    level, does = step.level, step.does
    first = self.scaled(level, one, whole_of(step.more[0]))
    second = self.scaled(level, other, whole_of(step.more[1]))
    flags = self.any_flags(level, one.flags, other.flags)
    lo = self.code.of_two(does, level, first.lo, second.lo)
    if one.is_exact and other.is_exact:
        return Held(lo, lo, flags)
    return Held(lo, self.code.of_two(does, level, first.hi, second.hi), flags)


def _branch(self: Lanes, step: Step) -> Held:
    asked, one, other = self.args(step)
    level, code = step.level, self.code
    first = self.scaled(level, one, whole_of(step.more[0]))
    second = self.scaled(level, other, whole_of(step.more[1]))
    taken = code.select(level, asked.hi, one.flags, 0)
    left = code.select(level, asked.lo, 0, other.flags)
    flags = self.any_flags(level, asked.flags, taken, left)
    lo, hi = (
        _taken(self, level, asked, ends, pick)
        for ends, pick in (((first.lo, second.lo), "least"), ((first.hi, second.hi), "greatest"))
    )
    is_exact = asked.is_exact and one.is_exact and other.is_exact
    return Held(lo, lo if is_exact else hi, flags)


def _taken(self: Lanes, level: str, asked: Held, ends: tuple[One, One], pick: str) -> One:
    code, (one, other) = self.code, ends
    if asked.is_exact:
        return code.select(level, asked.lo, one, other)
    either = code.of_two(pick, level, one, other)
    return code.select(level, asked.lo, one, code.select(level, asked.hi, either, other))


# -- truths --------------------------------------------------------------------


def _compare(self: Lanes, step: Step) -> Held:
    one, other = self.args(step)
    sign, *factors, shares = step.more
    level = step.level
    flags = self.any_flags(level, one.flags, other.flags)
    if shares is True:
        flags = self.any_flags(level, flags, _shared(self, step, one, other))
    left = self.scaled(level, one, whole_of(factors[0]))
    right = self.scaled(level, other, whole_of(factors[1]))
    holds, may = _decided(self, level, str(sign), left, right)
    if flags == 0:
        return Held(holds, may)
    code = self.code
    told = code.of_two("equal", level, flags, 0)
    lo = code.both(level, holds, told)
    return Held(lo, code.either(level, may, code.contrary(level, told)), flags)


def _decided(self: Lanes, level: str, sign: str, left: Held, right: Held) -> tuple[One, One]:
    """Where a comparison holds, and where it may."""
    code = self.code
    if sign in {">", ">="}:
        return _decided(self, level, sign.replace(">", "<"), right, left)
    if sign in {"<", "<="}:
        does = "below" if sign == "<" else "at_most"
        holds = code.of_two(does, level, left.hi, right.lo)
        exactly = left.is_exact and right.is_exact
        return holds, holds if exactly else code.of_two(does, level, left.lo, right.hi)
    same = code.both(
        level,
        code.of_two("at_most", level, right.hi, left.lo),
        code.of_two("at_most", level, left.hi, right.lo),
    )
    apart = code.either(
        level,
        code.of_two("below", level, right.hi, left.lo),
        code.of_two("below", level, left.hi, right.lo),
    )
    holds, fails = (same, apart) if sign == "=" else (apart, same)
    return holds, code.contrary(level, fails)


def _logic(self: Lanes, step: Step) -> Held:
    one, other = self.args(step)
    code, level = self.code, step.level
    is_or = step.does == "or"
    pick = code.either if is_or else code.both
    lo, hi = pick(level, one.lo, other.lo), pick(level, one.hi, other.hi)
    settles, ends = (one.lo, other.lo) if is_or else (one.hi, other.hi)
    asked: One = other.flags
    left = one.flags
    if is_or:
        asked = code.select(level, settles, 0, asked)
        left = code.select(level, ends, code.bits(level, left, SLOW), left)
    else:
        asked = code.select(level, settles, asked, 0)
        left = code.select(level, ends, left, code.bits(level, left, SLOW))
    is_exact = one.is_exact and other.is_exact
    return Held(lo, lo if is_exact else hi, self.any_flags(level, left, asked))


def _not(self: Lanes, step: Step) -> Held:
    (one,) = self.args(step)
    lo = self.code.contrary(step.level, one.hi)
    return Held(lo, lo if one.is_exact else self.code.contrary(step.level, one.lo), one.flags)


def _same(self: Lanes, step: Step) -> Held:
    return self.of(step.args[0])


STEPS: dict[str, Does] = {
    "constant": _constant, "undefined": _undefined, "cell": _cell, "known": _known,
    "word": _word, "code": _code, "number": _number, "among": _among,
    "add": _add, "multiply": _multiply, "quotient": _quotient, "round": _round,
    "least": _choose, "greatest": _choose, "branch": _branch, "compare": _compare,
    "and": _logic, "or": _logic, "not": _not, "same": _same,
}  # fmt: skip
