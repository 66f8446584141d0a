"""Operations at one level, done by Numba, in loops that a processor does fast.

A row of code is: the operation, its level, where its lane begins, where those that it reads
begin, its plain numbers, and the level of what it reads.  Nothing here hangs on a norm, a number,
a date or a plan: it is compiled once.  These modules are imported where a kernel is asked for
alone.
"""

from __future__ import annotations

from typing import Any, TypeVar, cast

import numpy as np
from numba import carray, njit, types
from numba.core import cgutils
from numba.extending import intrinsic

from dinhbien.columns.lanes import ARGS, NUMBERS, OPERATIONS
from dinhbien.columns.table import INFINITE as _INFINITE

(
    FILL, _LOAD, LOAD_BITS, LINEAR, AFFINE, PRODUCT, QUOTIENT, ROUND, LEAST,
    GREATEST, BELOW, AT_MOST, EQUAL, OR, BITS, SELECT, WITHIN, LOOK_UP,
    SUM, ANY, SMALLEST, SPREAD, MANY, TALLY, TELL,
) = range(len(OPERATIONS))  # fmt: skip
INFINITE = _INFINITE
P, Q, R, BELOW_IT = (3 + ARGS + one for one in range(4))
WIDTH = 3 + ARGS + NUMBERS
"""Of a row of code."""
FULL, PART = 0, 1
SIZE = 8
"""Bytes of a number."""
Array = Any
"""Whole numbers of 64 bits, one after another."""
Function = TypeVar("Function")


def fast(function: Function) -> Function:
    """A part of the kernel."""
    return cast("Function", njit(nogil=True, error_model="numpy")(function))


@intrinsic  # type: ignore[untyped-decorator]  # numba has no types
def _pointer(_: Any, address: Any) -> Any:  # noqa: ANN401 - what numba hands in
    """The address of an array as a pointer."""

    def made(_: Any, builder: Any, __: Any, args: Any) -> Any:  # noqa: ANN401 - numba's own
        return builder.inttoptr(args[0], cgutils.voidptr_t)

    return types.voidptr(address), made


@fast
def numbers_at(address: int, many: int) -> Array:
    """The numbers that lie at an address."""
    return carray(_pointer(address), (many,), np.int64)


@fast
def shorts_at(address: int, many: int) -> Array:
    """The numbers of 32 bits that lie at an address."""
    return carray(_pointer(address), (many,), np.int32)


@fast
def bytes_at(address: int, many: int) -> Array:
    """The bytes that lie at an address."""
    return carray(_pointer(address), (many,), np.uint8)


@fast
def lane_of(lanes: int, inputs: Array, entry: int, first: int, many: int) -> Array:
    """The numbers of a lane, or those of an input, whose place the entry says as −1 and below.

    `lanes` is the address of them all: a part of an array of Numba's is counted by all cores.
    """
    address = lanes + SIZE * entry if entry >= 0 else inputs[-1 - entry] + SIZE * first
    return numbers_at(address, many)


@fast
def _linear(into: Array, one: Array, other: Array, first: int, second: int, none: int) -> None:
    for at in range(len(into)):
        x, y = one[at], other[at]
        is_none = (abs(x) >= INFINITE) | (abs(y) >= INFINITE)
        into[at] = none if is_none else first * x + second * y


@fast
def _affine(into: Array, one: Array, factor: int, more: int) -> None:
    none = INFINITE if factor > 0 else -INFINITE
    for at in range(len(into)):
        x = one[at]
        found = factor * x + more
        found = none if x >= INFINITE else found
        into[at] = -none if x <= -INFINITE else found


@fast
def _product(into: Array, one: Array, other: Array) -> None:
    for at in range(len(into)):
        x, y = one[at], other[at]
        if abs(x) < INFINITE and abs(y) < INFINITE:
            into[at] = x * y
        elif x == 0 or y == 0:
            into[at] = 0
        else:
            into[at] = INFINITE if (x > 0) == (y > 0) else -INFINITE


@fast
def _divided(of: int, by: int, mode: int) -> int:
    """`of ÷ by` rounded; `by` is above 0."""
    if mode == FULL:
        return of // by
    if mode == PART:
        return -(-of // by)
    size = (2 * abs(of) + by) // (2 * by)
    return size if of > 0 else -size


@fast
def _quotient(into: Array, one: Array, other: Array, mode: int) -> None:
    for at in range(len(into)):
        above, below = one[at], other[at]
        if below < 0:
            above, below = -above, -below
        if below >= INFINITE:
            into[at] = 0
        elif abs(above) >= INFINITE:
            into[at] = above
        else:
            into[at] = _divided(above, max(below, 1), mode)


@fast
def _quotient_short(into: Array, one: Array, other: Array, mode: int) -> None:
    """As `_quotient`, of numbers so short that a floating-point quotient is at most one off."""
    for at in range(len(into)):
        above, below = one[at], other[at]
        turned = -1 if (below < 0) != (mode == PART) else 1
        by = max(abs(below), 1)
        sign = 1 if above * turned > 0 else -1
        of = 2 * abs(above) + by if mode > PART else above * turned
        by = 2 * by if mode > PART else by
        found = np.int64(np.floor(np.float64(of) / np.float64(by)))
        rest = of - found * by
        found += (1 if rest >= by else 0) - (1 if rest < 0 else 0)
        back = sign if mode > PART else (-1 if mode == PART else 1)
        found = back * found
        found = (-above if below < 0 else above) if abs(above) >= INFINITE else found
        into[at] = 0 if abs(below) >= INFINITE else found


@fast
def _round(into: Array, one: Array, scale: int, mode: int) -> None:
    for at in range(len(into)):
        x = one[at]
        into[at] = x if abs(x) >= INFINITE else _divided(x, scale, mode)


@fast
def _round_short(into: Array, one: Array, scale: int, mode: int) -> None:
    """As `_round`, of numbers so short that a floating-point quotient is at most one off."""
    inverse = 1.0 / scale
    sign = -1 if mode == PART else 1
    by, times, more = (scale, 1, 0) if mode <= PART else (2 * scale, 2, scale)
    if mode > PART:
        inverse /= 2
    for at in range(len(into)):
        x = one[at]
        turned = sign * x if mode <= PART else abs(x)
        of = times * turned + more
        found = np.int64(np.floor(of * inverse))
        rest = of - found * by
        found += (1 if rest >= by else 0) - (1 if rest < 0 else 0)
        back = sign if mode <= PART else (1 if x > 0 else -1)
        into[at] = x if abs(x) >= INFINITE else back * found


@fast
def _truth(does: int, into: Array, one: Array, other: Array) -> None:
    if does == BELOW:
        for at in range(len(into)):
            into[at] = 1 if one[at] < other[at] else 0
    elif does == AT_MOST:
        for at in range(len(into)):
            into[at] = 1 if one[at] <= other[at] else 0
    else:
        for at in range(len(into)):
            into[at] = 1 if one[at] == other[at] else 0


@fast
def _pick(does: int, into: Array, one: Array, other: Array) -> None:
    if does == LEAST:
        for at in range(len(into)):
            into[at] = min(one[at], other[at])
    elif does == GREATEST:
        for at in range(len(into)):
            into[at] = max(one[at], other[at])
    else:
        for at in range(len(into)):
            into[at] = one[at] | other[at]


@fast
def _select(into: Array, condition: Array, one: Array, other: Array) -> None:
    for at in range(len(into)):
        yes, no = one[at], other[at]  # both are read, so that no jump hangs on the condition
        into[at] = yes if condition[at] != 0 else no


@fast
def _by_number(does: int, into: Array, one: Array, number: int, data: Array) -> None:
    if does == BITS:
        for at in range(len(into)):
            into[at] = one[at] & number
    elif does == WITHIN:
        for at in range(len(into)):
            into[at] = (number >> one[at]) & 1
    else:
        for at in range(len(into)):
            into[at] = data[number + one[at]]


@fast
def _of_one(does: int, into: Array, one: Array, row: Array, data: Array) -> None:
    if does == AFFINE:
        _affine(into, one, row[P], row[Q])
    elif does != ROUND:
        _by_number(does, into, one, row[P], data)
    elif row[R]:
        _round_short(into, one, row[P], row[Q])
    else:
        _round(into, one, row[P], row[Q])


@fast
def _given(does: int, into: Array, row: Array, inputs: Array, first: int) -> None:
    if does == FILL:
        into[:] = row[P]
    else:
        bits = bytes_at(inputs[row[P]] + first, len(into))
        for at in range(len(into)):
            into[at] = 1 if bits[at] != 0 else 0


@fast
def at_one_level(row: Array, lanes: int, data: Array, inputs: Array, first: int, many: int) -> None:
    """Does an operation that reads its own level alone."""
    does, into = row[0], numbers_at(lanes + SIZE * row[2], many)
    one = lane_of(lanes, inputs, row[3], first, many)
    other = lane_of(lanes, inputs, row[4], first, many)
    if does <= LOAD_BITS:
        _given(does, into, row, inputs, first)
    elif does in (AFFINE, ROUND, BITS, WITHIN, LOOK_UP):
        _of_one(does, into, one, row, data)
    elif does == LINEAR:
        _linear(into, one, other, row[P], row[Q], row[R] * INFINITE)
    elif does == PRODUCT:
        _product(into, one, other)
    elif does == QUOTIENT:
        if row[Q]:
            _quotient_short(into, one, other, row[P])
        else:
            _quotient(into, one, other, row[P])
    elif BELOW <= does <= EQUAL:
        _truth(does, into, one, other)
    elif does == SELECT:
        _select(into, one, other, lane_of(lanes, inputs, row[5], first, many))
    else:
        _pick(does, into, one, other)
