"""Operations between levels, done by Numba: sums, gathers, and counts of posts."""

from __future__ import annotations

from dinhbien.columns.on_lanes import (
    ANY,
    BELOW_IT,
    INFINITE,
    MANY,
    SIZE,
    SPREAD,
    SUM,
    TALLY,
    Array,
    P,
    Q,
    R,
    fast,
    lane_of,
    numbers_at,
)  # fmt: skip
from dinhbien.columns.tape import SLOW as _SLOW

SLOW = _SLOW
TOP_BIT = 63


@fast
def _sum(into: Array, one: Array, starts: Array, below: int, none: int, spare: Array) -> None:
    """The sum of each group: what is summed up before its end, less what is before its start."""
    is_none = False
    for at in range(len(one)):
        is_none |= abs(one[at]) >= INFINITE
    total = 0
    spare[0] = 0
    if is_none:
        for at in range(len(one)):
            total += one[at] if abs(one[at]) < INFINITE else 0
            spare[at + 1] = total
    else:
        for at in range(len(one)):
            total += one[at]
            spare[at + 1] = total
    _differences(into, spare, starts, below)
    if is_none:
        _without_bound(into, one, starts, below, none, spare)


@fast
def _differences(into: Array, sums: Array, starts: Array, below: int) -> None:
    for unit in range(len(into)):
        into[unit] = sums[starts[unit + 1] - below] - sums[starts[unit] - below]


@fast
def _without_bound(
    into: Array, one: Array, starts: Array, below: int, none: int, spare: Array
) -> None:
    """No bound for each group that holds a number without one."""
    many = 0
    for at in range(len(one)):
        many += abs(one[at]) >= INFINITE
        spare[at + 1] = many
    for unit in range(len(into)):
        if spare[starts[unit + 1] - below] != spare[starts[unit] - below]:
            into[unit] = none


@fast
def _grouped(does: int, into: Array, one: Array, starts: Array, below: int) -> None:
    for unit in range(len(into)):
        begin, end = starts[unit] - below, starts[unit + 1] - below
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
    into: int, size: int, posts: tuple[Array, ...], table: tuple[int, ...], starts: Array,
    below: int, spare: Array,
) -> None:  # fmt: skip
    """The sums of the lower ends, and by how much those of the upper ends are more."""
    lows, highs, inside, _ = posts
    counts, is_open, many = table
    wide, is_none = 2 + is_open, False
    for at in range(len(lows)):
        is_none |= lows[at] <= -INFINITE
    if is_none:
        _tallied_slowly(into, size, posts, table, starts, below)
    else:
        for one in range(counts):
            start = into + SIZE * one * wide * size
            _added(numbers_at(start, many), lows, inside, one, starts, below, spare)
            numbers_at(start + SIZE * size, many)[:] = 0
        _add_more(into + SIZE * size, wide * size, lows, highs, inside, starts, below)
        for one in range(counts):
            start = into + SIZE * one * wide * size
            _closed(numbers_at(start, many), numbers_at(start + SIZE * size, many))
    if is_open:
        for one in range(counts):
            numbers_at(into + SIZE * (one * wide + 2) * size, many)[:] = 0
        _mark(into + SIZE * 2 * size, wide * size, posts, starts, below)


@fast
def _added(
    into: Array, lows: Array, inside: Array, one: int, starts: Array, below: int, spare: Array
) -> None:
    """The sums of one count: as `_sum`, of the posts that are in it."""
    total, up = 0, TOP_BIT - one
    spare[0] = 0
    for at in range(len(lows)):
        total += lows[at] & ((inside[at] << up) >> TOP_BIT)  # all bits of it or none
        spare[at + 1] = total
    _differences(into, spare, starts, below)


@fast
def _add_more(
    into: int, step: int, lows: Array, highs: Array, inside: Array, starts: Array, below: int
) -> None:
    """By how much upper ends are more, of the few posts that lack a number; no bound stays none."""
    unit = 0
    for at in range(len(lows)):
        if lows[at] != highs[at]:
            while starts[unit + 1] - below <= at:
                unit += 1
            more = INFINITE if highs[at] >= INFINITE else highs[at] - lows[at]
            bits, place = inside[at], into + SIZE * unit
            while bits:
                if bits & 1:
                    found = numbers_at(place, 1)
                    is_none = more >= INFINITE or found[0] >= INFINITE
                    found[0] = INFINITE if is_none else found[0] + more
                bits >>= 1
                place += SIZE * step


@fast
def _mark(into: int, step: int, posts: tuple[Array, ...], starts: Array, below: int) -> None:
    """The flags of counts that a post may be in, of which a word is missing."""
    lows, highs, _, unsure = posts
    unit = 0
    for at in range(len(lows)):
        if unsure[at] != 0 and (lows[at] != 0 or highs[at] != 0):
            while starts[unit + 1] - below <= at:
                unit += 1
            bits, place = unsure[at], into + SIZE * unit
            while bits:
                if bits & 1:
                    numbers_at(place, 1)[0] = SLOW
                bits >>= 1
                place += SIZE * step


@fast
def _closed(lows: Array, mores: Array) -> None:
    """The sums of the upper ends."""
    for at in range(len(lows)):
        mores[at] = INFINITE if mores[at] >= INFINITE else lows[at] + mores[at]


@fast
def _tallied_slowly(
    into: int, size: int, posts: tuple[Array, ...], table: tuple[int, ...], starts: Array,
    below: int,
) -> None:  # fmt: skip
    """The sums of both ends, where a lower one may be none."""
    lows, highs, inside, _ = posts
    counts, is_open, many = table
    for one in range(counts):
        start = into + SIZE * one * (2 + is_open) * size
        low, high = numbers_at(start, many), numbers_at(start + SIZE * size, many)
        for unit in range(many):
            least, most = 0, 0
            for at in range(starts[unit] - below, starts[unit + 1] - below):
                if (inside[at] >> one) & 1:
                    is_none = lows[at] <= -INFINITE or least <= -INFINITE
                    least = -INFINITE if is_none else least + lows[at]
                    is_none = highs[at] >= INFINITE or most >= INFINITE
                    most = INFINITE if is_none else most + highs[at]
            low[unit], high[unit] = least, most


@fast
def between_levels(
    row: Array, lanes: int, inputs: Array, firsts: Array, manys: Array, room: Array, spare: Array
) -> None:  # fmt: skip
    """Does an operation that reads another level than its own."""
    does, level, lower = row[0], row[1], row[BELOW_IT]
    first, many, below = firsts[level], manys[level], firsts[lower]
    into = numbers_at(lanes + SIZE * row[2], many)
    one = lane_of(lanes, inputs, row[3], below, manys[lower])
    if does == SPREAD:
        _spread(into, one, numbers_at(inputs[row[P]], below + len(one) + 1), below, first)
        return
    starts = numbers_at(inputs[row[P]] + SIZE * first, many + 1)
    if does == TALLY:
        other, inside, unsure = (
            lane_of(lanes, inputs, row[4], below, len(one)),
            lane_of(lanes, inputs, row[5], below, len(one)),
            lane_of(lanes, inputs, row[6], below, len(one)),
        )
        posts, table = (one, other, inside, unsure), (row[Q], row[R], many)
        _tallied(lanes + SIZE * row[2], room[level], posts, table, starts, below, spare)
    elif does == SUM:
        _sum(into, one, starts, below, row[Q] * INFINITE, spare)
    else:
        _grouped(does, into, one, starts, below)
