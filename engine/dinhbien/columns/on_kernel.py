"""The kernel: code over lanes, done by Numba, and the rows that are told of it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit, types

from dinhbien.columns.on_groups import between_levels
from dinhbien.columns.on_lanes import (
    INFINITE,
    SIZE,
    SUM,
    TELL,
    WIDTH,
    Array,
    P,
    Q,
    R,
    at_one_level,
    bytes_at,
    fast,
    lane_of,
    numbers_at,
    shorts_at,
)  # fmt: skip
from dinhbien.columns.tape import SLOW as _SLOW
from dinhbien.columns.tape import UNDEFINED as _UNDEFINED
from dinhbien.columns.verdicts import (
    ASIDE,
    ENTRIES,
    HAS_APPLIES,
    HAS_FLAGS,
    IS_ABOVE,
    IS_BELOW,
    LOOK,
    MORE,
    NOT_ABOVE,
    NOT_BELOW,
    OPEN,
    ORDERED,
    SAID,
    SHARE,
    SHARES_LEAST,
    SHARES_MOST,
    SHORT,
    UNTOLD,
    VERDICT,
)  # fmt: skip

UNDEFINED, SLOW = _UNDEFINED, _SLOW


@fast
def _above(one: int, other_high: int, end: int) -> int:
    """By how much `one` is above the other, not below zero."""
    if abs(one) >= INFINITE or abs(other_high) >= INFINITE:
        return max(end * INFINITE, 0)
    return max(one - other_high, 0)


@fast
def _compared(
    into: Array,
    low: Array,
    high: Array,
    least: Array,
    least_high: Array,
    most: Array,
    most_high: Array,
) -> None:
    """How the three sides lie to each other, as bits."""
    for at in range(len(into)):
        found = IS_BELOW if high[at] < least[at] else 0
        found |= NOT_BELOW if low[at] >= least_high[at] else 0
        found |= IS_ABOVE if most_high[at] < low[at] else 0
        found |= NOT_ABOVE if most[at] >= high[at] else 0
        into[at] = found | (ORDERED if least_high[at] <= most[at] else 0)


@fast
def _applied(into: Array, yes: Array, may: Array) -> None:
    """Where it is open whether a norm applies, and where it does not."""
    for at in range(len(into)):
        into[at] |= (OPEN if yes[at] == 0 else 0) | (ASIDE if may[at] == 0 else 0)


@fast
def _flagged(into: Array, applies: Array, sides: Array, listed: Array) -> None:
    """Where there is no value, and where another look tells.

    Whether a norm applies is open where the condition has no value.
    """
    for at in range(len(into)):
        flags = applies[at] | sides[at]
        found = into[at] & ~ASIDE if applies[at] != 0 else into[at]
        found |= OPEN if flags & UNDEFINED or applies[at] != 0 else 0
        into[at] = found | (LOOK if (flags | listed[at]) & SLOW else 0)


@fast
def _sharing(
    into: Array,
    has: int,
    low: Array,
    high: Array,
    least: Array,
    least_high: Array,
    most: Array,
    most_high: Array,
) -> None:
    """Where two sides may lack the same, so that their difference says more."""
    for at in range(len(into)):
        varies = low[at] != high[at]
        least_varies, most_varies = least[at] != least_high[at], most[at] != most_high[at]
        found = has & SHARES_LEAST and varies and least_varies
        found = found or (has & SHARES_MOST and varies and most_varies)
        is_one_side = ((into[at] & IS_BELOW) != 0) != ((into[at] & IS_ABOVE) != 0)
        found = found or (has & SHARE and least_varies and most_varies and is_one_side)
        into[at] |= LOOK if found else 0


@fast
def _stands(row: Array, lanes: int, inputs: Array, first: int, into: Array) -> None:
    """How each unit stands, as bits of which a table says the verdict."""
    many, has = len(into), row[Q]
    low, high = _side(row, lanes, inputs, 6, first, many)
    least, least_high = _side(row, lanes, inputs, 8, first, many)
    most, most_high = _side(row, lanes, inputs, 10, first, many)
    _compared(into, low, high, least, least_high, most, most_high)
    if has & HAS_APPLIES:
        yes, may = _side(row, lanes, inputs, 3, first, many)
        _applied(into, yes, may)
    if has & HAS_FLAGS:
        applies = lane_of(lanes, inputs, row[5], first, many)
        sides, listed = _side(row, lanes, inputs, 12, first, many)
        _flagged(into, applies, sides, listed)
    if has & (SHARES_LEAST | SHARES_MOST | SHARE):
        _sharing(into, has, low, high, least, least_high, most, most_high)


@fast
def _side(row: Array, lanes: int, inputs: Array, at: int, first: int, many: int) -> Any:  # noqa: ANN401 - two arrays
    """Two lanes that stand side by side."""
    return (
        lane_of(lanes, inputs, row[at], first, many),
        lane_of(lanes, inputs, row[at + 1], first, many),
    )


@fast
def _counted(into: Array, table: Array, counts: Array) -> int:
    """Into `into` the units of which more is to be said; how many they are.

    The verdicts are counted, in turn into several counts, as one that has just been changed is
    not soon at hand.
    """
    many = 0
    for at in range(len(into)):
        entry = table[into[at]]
        into[many] = at * ENTRIES + entry
        many += (entry & SAID) != 0
        counts[at & 3, entry & VERDICT] += 1
    return many


@fast
def _tell(
    row: Array, lanes: int, inputs: Array, table: Array, first: int, many: int, into_: Array,
    left: Array, made: Array, counts: Array,
) -> None:  # fmt: skip
    """Writes the rows of a program at the addresses `into_`, after those that are `made`."""
    into = numbers_at(lanes + SIZE * row[2], many)
    _stands(row, lanes, inputs, first, into)
    said = _counted(into, table, counts)
    low, high = _side(row, lanes, inputs, 6, first, many)
    least, least_high = _side(row, lanes, inputs, 8, first, many)
    most, most_high = _side(row, lanes, inputs, 10, first, many)
    written, aside = made[0], made[1]
    units, verdicts = shorts_at(into_[0], written + said), bytes_at(into_[1], written + said)
    lows, highs = numbers_at(into_[2], written + said), numbers_at(into_[3], written + said)
    for place in range(said):
        at, entry = into[place] // ENTRIES, into[place] % ENTRIES
        left[aside] = first + at
        units[written] = first + at
        verdicts[written] = entry & VERDICT
        lo, hi = 0, 0
        if entry & SHORT:
            lo, hi = _above(least[at], high[at], -1), _above(least_high[at], low[at], 1)
        elif entry & MORE:
            lo, hi = _above(low[at], most_high[at], -1), _above(high[at], most[at], 1)
        lows[written], highs[written] = lo, hi
        is_left = (entry & VERDICT) == UNTOLD
        aside += is_left
        written += not is_left
    made[0], made[1] = written, aside


def _run(
    rows: Array, data: Array, inputs: Array, begins: Array, room: Array, lanes: Array, first: int,
    last: int, chunk: int, into: Array, left: Array, made: Array, counts: Array,
) -> None:  # fmt: skip
    """Do the code for units `first` to `last` of the level below the top, some at a time.

    `begins` are the addresses of where, within each of them, the units of every level begin; 0
    for a level above them.  What is told of a program goes to the addresses in its row of
    `into`; `made` says how long it is, and `counts` how many units got each verdict.
    """
    levels = len(begins)
    firsts, manys = np.zeros(levels, np.int64), np.zeros(levels, np.int64)
    start_of, codes = lanes.ctypes.data, rows.ctypes.data
    spare = numbers_at(start_of + SIZE * (len(lanes) - room.max() - 1), room.max() + 1)
    for start in range(first, last, chunk):
        stop = min(start + chunk, last)
        for level in range(levels):
            manys[level] = room[level]
            if begins[level] != 0:
                begin = numbers_at(begins[level], stop + 1)
                firsts[level], manys[level] = begin[start], begin[stop] - begin[start]
        for at in range(len(rows)):
            row = numbers_at(codes + SIZE * WIDTH * at, WIDTH)
            level = row[1]
            if row[0] == TELL:
                one = row[P]
                table = numbers_at(data.ctypes.data + SIZE * row[R], ENTRIES * 2)
                _tell(
                    row, start_of, inputs, table, firsts[level], manys[level], into[one],
                    left[one], made[one], counts[one],
                )  # fmt: skip
            elif row[0] >= SUM:
                between_levels(row, start_of, inputs, firsts, manys, room, spare)
            else:
                at_one_level(row, start_of, data, inputs, firsts[level], manys[level])


def compiled(*, kept: bool) -> Any:  # noqa: ANN401 - a compiled function
    """The kernel, from Numba's cache or compiled; `kept` says whether there is a cache."""
    whole_, table = types.int64[::1], types.int64[:, ::1]
    signature = types.void(
        table, whole_, whole_, whole_, whole_, whole_, types.int64, types.int64, types.int64,
        table, table, table, types.int64[:, :, ::1],
    )  # fmt: skip
    return njit(signature, nogil=True, cache=kept, error_model="numpy")(_run)
