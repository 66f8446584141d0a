"""Groups, counts and gathers of a tape → code of a kernel, as `segments` and `tallies` do them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dinhbien.columns.lanes import Held, Lane, One
from dinhbien.columns.segments import own_list
from dinhbien.columns.table import INFINITE, Whole
from dinhbien.columns.tallies import IN, OPEN, Filters, classes_of
from dinhbien.columns.tape import SLOW, UNDEFINED, Step
from dinhbien.columns.to_lanes import STEPS, Lanes, NotInLanesError
from dinhbien.columns.values import whole_of

MOST_COUNTS = 60
"""So many counts of one number are made at once: each is a bit of a number."""


def _starts(self: Lanes, upper: str, level: str) -> int:
    """The input that says where the units of `level` begin within each of `upper`."""
    return self.code.input(self.bound.table.starts(upper, level))


def _gather(self: Lanes, step: Step) -> Held:
    (one,) = self.args(step)
    upper = str(step.more[0])
    lo, hi, flags = (
        end
        if isinstance(end, int)
        else self.code.put("spread", step.level, (end,), _starts(self, upper, step.level))
        for end in one
    )
    return Held(lo, lo if one.is_exact else hi, flags)


def _within(  # noqa: PLR0913, PLR0917 - a group, and what is made of it
    self: Lanes, step: Step, does: str, level: str, one: One, end: int = 0
) -> One:
    """One number of each group: its ``sum``, its ``smallest``, or ``any`` of its bits."""
    if does == "sum" and isinstance(one, int) and abs(one) < INFINITE:
        many = self.code.put("many", step.level, (), _starts(self, step.level, level))
        return self.code.affine(step.level, many, one)
    if does == "any" and one == 0:
        return 0
    lane = self.code.lane(one, level)
    return self.code.put(does, step.level, (lane,), _starts(self, step.level, level), end)


def _sum(self: Lanes, step: Step) -> Held:
    (one,) = self.args(step)
    level = str(step.more[0])
    flags = _within(self, step, "any", level, one.flags)
    lo = _within(self, step, "sum", level, one.lo, -1)
    return Held(lo, lo if one.is_exact else _within(self, step, "sum", level, one.hi, 1), flags)


def _asked(self: Lanes, step: Step) -> Held:
    level = str(step.more[0])
    flags = [_within(self, step, "any", level, one.flags) for one in self.args(step)]
    return Held(0, 0, self.any_flags(step.level, *flags))


def _member(self: Lanes, step: Step) -> Held:
    value, asked = self.args(step)
    code, level = self.code, step.level
    if asked.is_exact and value.flags == asked.flags == 0:
        lo = code.select(level, asked.lo, value.lo, 0)
        return Held(lo, lo if value.is_exact else code.select(level, asked.lo, value.hi, 0))
    nothing = code.both(
        level, code.of_two("equal", level, value.lo, 0), code.of_two("equal", level, value.hi, 0)
    )
    defined = code.of_two("equal", level, code.bits(level, value.flags, UNDEFINED), 0)
    nothing = code.both(level, nothing, defined)
    may = code.select(level, nothing, 0, asked.hi)
    own = code.select(level, may, value.flags, code.bits(level, value.flags, SLOW))
    flags = self.any_flags(level, own, code.select(level, nothing, 0, asked.flags))
    if value.is_exact and asked.is_exact:
        lo = code.select(level, may, value.lo, 0)
        return Held(lo, lo, flags)
    ends = []
    for end, pick in ((value.lo, "least"), (value.hi, "greatest")):
        unsure = code.of_two(pick, level, end, 0)
        ends.append(code.select(level, may, code.select(level, asked.lo, end, unsure), 0))
    return Held(ends[0], ends[1], flags)


def _opened(self: Lanes, step: Step) -> Held:
    (one,) = self.args(step)
    is_open = self.bound.table.is_open(step.level, str(step.more[0]))
    if is_open is None:
        return one
    code, level, least = self.code, step.level, step.more[1]
    here = self.load(level, is_open)
    more: One = -INFINITE if least is None else code.affine(level, one.lo, 1, whole_of(least))
    lo = code.select(level, here, more, one.lo)
    return Held(lo, code.select(level, here, INFINITE, one.hi), one.flags)


def _unlisted(self: Lanes, step: Step) -> Held:
    (one,) = self.args(step)
    is_open = own_list(self.bound, step.level, str(step.more[0]))
    if is_open is None:
        return one
    here = self.load(step.level, is_open)
    return Held(one.lo, self.code.select(step.level, here, INFINITE, one.hi), one.flags)


def _total(self: Lanes, step: Step) -> Held:
    (one,) = self.args(step)
    name, listed, factor, second = step.more
    code, level = self.code, step.level
    found = self.scaled(level, one, whole_of(factor))
    stated = self.bound.table.levels[level].stated.get(str(name))
    is_open = own_list(self.bound, level, str(listed))
    here = 0 if is_open is None else self.load(level, is_open)
    if stated is None:
        if is_open is None:
            return found
        return Held(found.lo, code.select(level, here, INFINITE, found.hi), one.flags)
    known = self.load(level, stated.known)
    bounds = self.scaled(
        level,
        Held(self.load(level, stated.bounds.lo), self.load(level, stated.bounds.hi)),
        whole_of(second),
    )
    if is_open is not None:
        found = _narrowed(self, level, found, here, known, bounds)
    return _told(self, level, found, known, bounds)


def _narrowed(  # noqa: PLR0913, PLR0917 - what a total is made of
    self: Lanes, level: str, one: Held, here: One, known: One, bounds: Held
) -> Held:
    """What lies below, and what the open list may hold more within the bounds of a total."""
    code = self.code
    bounded = code.select(level, known, 0, here)
    least = code.of_two("greatest", level, one.lo, bounds.lo)
    most = code.select(level, known, INFINITE, bounds.hi)
    lo = code.select(level, bounded, least, one.lo)
    return Held(lo, code.select(level, here, most, one.hi), one.flags)


def _told(self: Lanes, level: str, one: Held, known: One, bounds: Held) -> Held:
    """The total that is stated, where one is; a contradiction is for the definition to tell."""
    code, told = self.code, bounds.lo
    outside = code.either(
        level,
        code.of_two("below", level, told, one.lo),
        code.of_two("below", level, one.hi, told),
    )
    crossed = code.of_two("below", level, one.hi, one.lo)
    clash = code.either(level, code.both(level, known, outside), crossed)
    flags = self.any_flags(level, one.flags, code.affine(level, clash, SLOW))
    lo = code.select(level, known, told, one.lo)
    return Held(lo, code.select(level, known, told, one.hi), flags)


def _extreme(self: Lanes, step: Step) -> Held:
    value, asked = self.args(step)
    level, least, code = str(step.more[0]), step.more[1], self.code
    is_smallest = step.does == "smallest"
    low, high = value.lo, value.hi
    if not is_smallest:
        low, high = (code.affine(level, end, -1) for end in (value.hi, value.lo))
    possible, certain = asked.hi, asked.lo
    lo, hi = (
        _within(self, step, "smallest", level, code.select(level, among, end, INFINITE))
        for among, end in ((possible, low), (certain, high))
    )
    anyone = _within(self, step, "any", level, possible)
    unsure = code.select(level, certain, 0, possible)
    listed = _within(self, step, "any", level, unsure)
    lo = code.select(step.level, anyone, lo, -INFINITE)
    is_open = self.bound.table.is_open(step.level, level)
    if is_open is not None:
        here = self.load(step.level, is_open)
        listed = code.either(step.level, listed, here)
        other = -INFINITE if not is_smallest or least is None else whole_of(least)
        lo = code.select(step.level, here, code.of_two("least", step.level, lo, other), lo)
    flags = _flags_of_extreme(self, step, value, asked, code.either(step.level, anyone, listed))
    if is_smallest:
        return Held(lo, hi, flags)
    return Held(code.affine(step.level, hi, -1), code.affine(step.level, lo, -1), flags)


def _flags_of_extreme(self: Lanes, step: Step, value: Held, asked: Held, anyone: One) -> One:
    """The flags of a group, and that it has no value where nobody is in it."""
    code, level = self.code, str(step.more[0])
    own = code.select(level, asked.hi, value.flags, code.bits(level, value.flags, SLOW))
    flags = _within(self, step, "any", level, self.any_flags(level, own, asked.flags))
    nobody = code.affine(step.level, code.contrary(step.level, anyone), UNDEFINED)
    return self.any_flags(step.level, flags, nobody)


def _spread(self: Lanes, step: Step) -> Held:
    (one,) = self.args(step)
    slow = self.code.affine(step.level, self.varies(step.level, one), SLOW)
    return Held(one.lo, one.hi, self.any_flags(step.level, one.flags, slow))


# -- counts of posts -------------------------------------------------------------


def _tally(self: Lanes, step: Step) -> Held:
    """All counts of one number of the posts that programs ask for, at once."""
    below, each = str(step.more[0]), self.of(step.args[0])
    if each.flags != 0:
        message = "a count of numbers without a value is not made by the kernel"
        raise NotInLanesError(message)
    alike = dict.fromkeys(
        (one.args, one.more[2:])
        for at in self.asked
        for one in [self.tape.steps[at]]
        if one.does == "tally" and one.args[0] == step.args[0]
    )
    place = list(alike).index((step.args, step.more[2:]))
    first = place // MOST_COUNTS * MOST_COUNTS
    counts = list(alike)[first : first + MOST_COUNTS]
    sides, is_open = _classes(self, below, counts)
    which, wide = place - first, 2 + is_open
    ends = [self.code.lane(end, below) for end in (each.lo, each.hi)]
    starts = _starts(self, step.level, below)
    made = self.code.put(
        "tally", step.level, (*ends, *sides), starts, len(counts), is_open,
        wide=wide * len(counts),
    )  # fmt: skip
    lo, hi, *flags = (Lane(made.at, wide * which + one, made.level) for one in range(wide))
    return Held(lo, lo if each.is_exact else hi, flags[0] if flags else 0)


Counted = tuple[tuple[int, ...], tuple[object, ...]]
"""The number that is counted with the words that are asked, and which of them are counted."""


def _classes(self: Lanes, below: str, counts: list[Counted]) -> tuple[list[Lane], int]:
    """The counts that each post is in, as bits, and that it may be in; whether words lack."""
    words = sorted({word for (_, *asked), _ in counts for word in asked})
    sizes = tuple(self.tape.registers[word].most + 1 for word in words)
    found = classes_of(tuple(_filters(one, words) for one in counts), sizes)
    code, is_open = self.code, 0
    lane: One = 0
    for word, size in zip(words, sizes, strict=True):
        held = self.of(word)
        is_open |= int(held.flags != 0)
        own = code.select(below, held.flags, size - 1, held.lo)
        lane = code.linear(below, lane, size, own, 1, 1)
    sides = []
    for one in (IN, OPEN)[: 1 + is_open]:
        bits = _bits(found.counted == one)[found.of]
        sides.append(code.put("look_up", below, (lane,), code.table(bits.tolist())))
    return sides, is_open


def _bits(counted: NDArray[np.bool_]) -> Whole:
    """For each class the counts that it is in, as the bits of a number."""
    places = np.int64(1) << np.arange(len(counted), dtype=np.int64)
    return np.asarray((counted * places[:, np.newaxis]).sum(axis=0), np.int64)


def _filters(one: Counted, words: list[int]) -> Filters:
    pairs = zip(one[0][1:], one[1], strict=True)
    return tuple((words.index(word), among) for word, among in pairs if isinstance(among, tuple))


STEPS.update({
    "gather": _gather, "sum": _sum, "member": _member, "opened": _opened,
    "unlisted": _unlisted, "total": _total, "smallest": _extreme, "largest": _extreme,
    "spread": _spread, "asked": _asked, "tally": _tally,
})  # fmt: skip
