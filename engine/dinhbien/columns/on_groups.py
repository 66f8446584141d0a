"""Operations between levels, done by Numba: sums, gathers, and counts of posts."""

from __future__ import annotations

from dinhbien.columns.on_lanes import (
    ANY,
    BELOW_IT,
    INFINITE,
    MANY,
    OWNER,
    SPREAD,
    SUM,
    TALLY,
    Array,
    P,
    Q,
    fast,
    numbers_at,
)  # fmt: skip
from dinhbien.columns.tape import SLOW as _SLOW

SLOW = _SLOW


@fast
def _sum(into: Array, one: Array, starts: Array, first: int, below: int, none: int) -> None:
    for unit in range(len(into)):
        total, is_none = 0, False
        for at in range(starts[first + unit] - below, starts[first + unit + 1] - below):
            x = one[at]
            if abs(x) >= INFINITE:
                is_none = True
            else:
                total += x
        into[unit] = none if is_none else total


@fast
def _grouped(does: int, into: Array, one: Array, starts: Array, first: int, below: int) -> None:
    for unit in range(len(into)):
        begin, end = starts[first + unit] - below, starts[first + unit + 1] - below
        found = 0
        if does == MANY:
            found = end - begin
        elif does == ANY:
            for at in range(begin, end):
                found |= one[at]
        else:
            found = INFINITE
            for at in range(begin, end):
                found = min(found, one[at])
        into[unit] = found


@fast
def _spread(into: Array, one: Array, starts: Array, first: int, below: int) -> None:
    for unit in range(len(one)):
        begin = max(starts[first + unit] - below, 0)
        end = min(starts[first + unit + 1] - below, len(into))
        for at in range(begin, end):
            into[at] = one[unit]


@fast
def _tallied(
    lanes: Array, into: Array, size: int, many: int, posts: tuple[Array, ...], table: Array
) -> None:
    """The sums of the lower ends, and by how much those of the upper ends are more.

    Every class is added to as many counts: to one that nobody reads where it is in fewer.
    """
    classes, lows, highs, owners = posts
    wide, most, length = 2 + table[1], table[2], 2 + table[2]
    for one in range(table[0] * wide):
        lanes[into + one * size : into + one * size + many] = 0
    is_none = False
    for at in range(len(classes)):
        low, row, unit = lows[at], 3 + classes[at] * length, into + owners[at]
        if low != highs[at]:
            is_none |= low <= -INFINITE
            more = INFINITE if highs[at] >= INFINITE else highs[at] - low
            _add_more(lanes, unit + size, size, table, row, more)
        if wide > 2 and table[row + 1] != 0 and (low != 0 or highs[at] != 0):
            _mark(lanes, unit + 2 * size, size, wide, table[row + 1], SLOW)
        for place in range(row + 2, row + 2 + most):
            lanes[unit + table[place] * size] += low
    if is_none:
        _tallied_slowly(lanes, into, size, many, posts, table)
        return
    for one in range(table[0]):
        start = into + one * wide * size
        _closed(lanes[start : start + many], lanes[start + size : start + size + many])


@fast
def _add_more(lanes: Array, into: Array, size: int, table: Array, row: Array, more: int) -> None:
    """By how much an upper end is more; no bound stays none."""
    for place in range(row + 2, row + 2 + table[2]):
        at = into + table[place] * size
        found = lanes[at]
        lanes[at] = INFINITE if more >= INFINITE or found >= INFINITE else found + more


@fast
def _mark(lanes: Array, into: Array, size: int, wide: int, mask: int, mark: int) -> None:
    """Sets the lanes of some counts."""
    one = 0
    while mask >> one:
        if (mask >> one) & 1:
            lanes[into + one * wide * size] = mark
        one += 1


@fast
def _closed(lows: Array, mores: Array) -> None:
    """The sums of the upper ends."""
    for at in range(len(lows)):
        mores[at] = INFINITE if mores[at] >= INFINITE else lows[at] + mores[at]


@fast
def _tallied_slowly(
    lanes: Array, into: Array, size: int, many: int, posts: tuple[Array, ...], table: Array
) -> None:
    """The sums of both ends, where a lower one may be none."""
    classes, lows, highs, owners = posts
    wide, length = 2 + table[1], 2 + table[2]
    for one in range(table[0]):
        start = into + one * wide * size
        lanes[start : start + many] = 0
        lanes[start + size : start + size + many] = 0
        for at in range(len(classes)):
            if (table[3 + classes[at] * length] >> one) & 1:
                low, high = start + owners[at], start + size + owners[at]
                is_none = lows[at] <= -INFINITE or lanes[low] <= -INFINITE
                lanes[low] = -INFINITE if is_none else lanes[low] + lows[at]
                is_none = highs[at] >= INFINITE or lanes[high] >= INFINITE
                lanes[high] = INFINITE if is_none else lanes[high] + highs[at]


@fast
def _owned(into: Array, starts: Array, first: int, many: int, origin: int) -> None:
    """For each unit the place of the one that it lies within."""
    for unit in range(many):
        for at in range(starts[first + unit] - origin, starts[first + unit + 1] - origin):
            into[at] = unit


@fast
def between_levels(
    row: Array, lanes: Array, data: Array, inputs: Array, firsts: Array, manys: Array, room: Array
) -> None:
    """Does an operation that reads another level than its own."""
    does, level, lower = row[0], row[1], row[BELOW_IT]
    first, many = firsts[level], manys[level]
    into, one = lanes[row[2] : row[2] + many], lanes[row[3] : row[3] + manys[lower]]
    if does in (SPREAD, OWNER):
        starts = numbers_at(inputs[row[P]], firsts[lower] + manys[lower] + 1)
        if does == SPREAD:
            _spread(into, one, starts, firsts[lower], first)
        else:
            _owned(into, starts, firsts[lower], manys[lower], first)
        return
    if does == TALLY:
        posts = (
            one, lanes[row[4] : row[4] + manys[lower]], lanes[row[5] : row[5] + manys[lower]],
            lanes[row[6] : row[6] + manys[lower]],
        )  # fmt: skip
        _tallied(lanes, row[2], room[level], many, posts, data[row[P] :])
        return
    starts = numbers_at(inputs[row[P]], first + many + 1)
    if does == SUM:
        _sum(into, one, starts, first, firsts[lower], row[Q] * INFINITE)
    else:
        _grouped(does, into, one, starts, first, firsts[lower])
