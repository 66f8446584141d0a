"""What a program's registers say of every subject: verdicts and amounts.  §2, §3"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import lcm
from typing import Any, NamedTuple, Protocol, get_args

import numpy as np
from msgspec import Struct, field
from numpy.typing import NDArray

from dinhbien.columns.from_program import Lowering, Place, inside
from dinhbien.columns.table import INFINITE, LARGEST, Bits, Whole
from dinhbien.columns.tape import SLOW, UNDEFINED, NotInColumnsError, Register, Step
from dinhbien.columns.values import HIGH, LOW, NO, Array, Value, has, plus, scaled
from dinhbien.language import operators as op
from dinhbien.model.amount import Amount
from dinhbien.model.finding import Verdict

VERDICTS: tuple[str, ...] = get_args(Verdict)
"""A verdict is its place among these."""
CODES = {name: np.int8(place) for place, name in enumerate(VERDICTS)}


class Values(Protocol):
    """The value of each register, by its place."""

    def __getitem__(self, at: int, /) -> Value: ...


class Ends(NamedTuple):
    """Numbers of many rows: from `lo` to `hi`, over a scale that is said elsewhere."""

    lo: Whole
    hi: Whole


class Asked(Struct, frozen=True):
    """A program on a tape: where its condition, its number, its bounds and its parts are."""

    program: op.Program
    applies: Register | None
    measured: Register | None
    least: Register | None
    most: Register | None
    parts: tuple[Register, ...]
    listed: Register | None

    @property
    def scale(self) -> int:
        """The scale of all numbers of its outcomes."""
        sides = [one.scale for one in (self.measured, self.least, self.most) if one]
        return lcm(*sides) if sides else 1


def asked_of(program: op.Program, lowering: Lowering) -> Asked:
    """Puts a program on the tape.

    Raises `NotInColumnsError`, with the reason, where only `meaning/` can judge it.
    """
    lowering.numbers = program.numbers
    at = Place(program.level, program.level)
    tops = (program.measured, program.least, program.most)
    measured, least, most = (lowering.quantity(one, at) if one else None for one in tops)
    made = Asked(
        program,
        lowering.truth(program.applies, at) if program.applies else None,
        measured,
        least,
        most,
        tuple(lowering.truth(part.must, at) for part in program.parts),
        _listed(program.holders, lowering, at) if program.holders else None,
    )
    sizes = [one.most * (made.scale // one.scale) for one in (measured, least, most) if one]
    if sum(sizes) > LARGEST:
        message = "its numbers may pass what 62 bits hold"
        raise NotInColumnsError(message)
    return made


def _listed(holders: op.HolderList, lowering: Lowering, at: Place) -> Register:
    """The flags of what is read to list the members of a group."""
    members = holders.members
    within = lowering.level_of(members.base, members.within, at)
    below = inside(at, members)
    read = [lowering.quantity(holders.shows, below)]
    if members.where:
        read.append(lowering.truth(members.where, below))
    step = Step("asked", tuple(one.place for one in read), within, (members.level,))
    return lowering.tape.gathered(lowering.tape.put(step), at.level)


class Outcomes(Struct, frozen=True):
    """What a program says of each subject, the scenarios along the first axis if there are any.

    `side` is 1 where less is there than the least, −1 where more than the most.  `slow` rows say
    nothing: `meaning/` judges them.  Numbers hold where `told`.  It is `open` whether the norm
    applies; None where that is never open.
    """

    verdict: NDArray[np.int8]
    side: NDArray[np.int8]
    slow: Bits
    told: Bits
    scale: int
    measured: Ends | None = None
    least: Ends | None = None
    most: Ends | None = None
    short_by: Ends | None = None
    over_by: Ends | None = None
    failed: tuple[Bits, ...] = field(default=())
    open: Bits | None = None

    def amount(self) -> Ends:
        """Short by or over by, where the verdict says that it is; else nothing."""
        lo = np.zeros(self.verdict.shape, np.int64)
        hi = lo.copy()
        for sign, ends in ((1, self.short_by), (-1, self.over_by)):
            if ends is not None:
                here = self.side == sign
                lo[here], hi[here] = _full(ends.lo, lo)[here], _full(ends.hi, hi)[here]
        return Ends(lo, hi)


def _full(ends: NDArray[Any], like: NDArray[Any]) -> NDArray[Any]:
    return np.broadcast_to(ends, like.shape)


def amount_at(ends: Ends, scale: int, place: tuple[int, ...]) -> Amount:
    """The interval of one row."""
    low, high = (int(one[tuple(_within(one, place))]) for one in ends)
    return Amount(
        None if low <= -INFINITE else Fraction(low, scale),
        None if high >= INFINITE else Fraction(high, scale),
    )


def _within(ends: NDArray[Any], place: tuple[int, ...]) -> list[int]:
    """A row's place in an array that may be the same for all scenarios, or for all units."""
    tail = place[len(place) - ends.ndim :]
    return [0 if size == 1 else at for size, at in zip(ends.shape, tail, strict=True)]


def outcomes(asked: Asked, values: Values, many: int) -> Outcomes:
    """The outcomes of a program for `many` subjects, from the values of its tape."""
    applies = values[asked.applies.place] if asked.applies else None
    listed = values[asked.listed.place].flags if asked.listed else None
    if asked.measured is None:
        return _of_parts(asked, applies, [values[one.place] for one in asked.parts], many)
    return _of_numbers(asked, applies, values, listed, many)


def _shape(arrays: Sequence[NDArray[Any]], many: int) -> tuple[int, ...]:
    return np.broadcast_shapes((many,), *(one.shape for one in arrays))


def _wide(one: NDArray[Any], shape: tuple[int, ...]) -> NDArray[Any]:
    return one if one.shape == shape else np.broadcast_to(one, shape)


def _truth(applies: Value | None) -> tuple[Bits, Bits]:
    """Where a norm certainly applies, and where it certainly does not."""
    if applies is None:
        return ~NO, NO
    decided = ~NO if applies.flags is None else applies.flags == 0
    return (applies.lo > 0) & decided, (applies.hi < 1) & decided


def _of_numbers(
    asked: Asked, applies: Value | None, values: Values, listed: Array, many: int
) -> Outcomes:
    measured, least, most = (
        None if one is None else _scaled(values[one.place], asked.scale // one.scale)
        for one in (asked.measured, asked.least, asked.most)
    )
    assert measured is not None  # noqa: S101 - who calls asks it
    sides = [one for one in (measured, least, most) if one is not None]
    verdict, side, slow = _compared(asked, measured, least, most)
    stands = _stands(applies, [one.flags for one in sides], listed, slow)
    shape = _shape([verdict, stands.slow, *(one.lo for one in sides)], many)
    return Outcomes(
        _wide(_given(stands, verdict), shape),
        _wide(np.where(stands.decided, side, np.int8(0)), shape),
        _wide(stands.slow, shape),
        _wide(stands.told, shape),
        asked.scale,
        Ends(measured.lo, measured.hi),
        Ends(least.lo, least.hi) if least else None,
        Ends(most.lo, most.hi) if most else None,
        _beyond(least, measured) if least else None,
        _beyond(measured, most) if most else None,
        open=_wide(stands.open, shape) if applies else None,
    )


class _Stands(NamedTuple):
    """Where a norm applies and its sides have values, where it does not, and what is not told."""

    decided: Array
    no: Array
    told: Array
    slow: Array
    open: Array


def _stands(applies: Value | None, flags: Sequence[Array], listed: Array, slow: Array) -> _Stands:
    yes, no = _truth(applies)
    first = applies.flags if applies else None
    undefined = _any([has(one, UNDEFINED) for one in (first, *flags)])
    slow = slow | _any([has(one, SLOW) for one in (first, *flags, listed)])
    slow = np.where(no, has(first, SLOW), slow)
    return _Stands(yes & ~undefined, no, ~no & ~undefined, slow, ~(yes | no))


def _given(stands: _Stands, found: Array) -> Array:
    """The verdict where it is decided that a norm applies, and what stands elsewhere."""
    found = np.where(stands.decided, found, CODES["undetermined"])
    return np.where(stands.no, CODES["not applicable"], found)


def _any(found: Sequence[Array]) -> Array:
    total: Array = NO
    for one in found:
        total = total | one
    return total


def _scaled(value: Value, factor: int) -> Value:
    lo = scaled(value.lo, factor)
    return Value(lo, lo if value.is_exact else scaled(value.hi, factor), value.flags, value.none)


def _beyond(one: Value, other: Value) -> Ends:
    """By how much `one` is above `other`, not below zero."""
    may = one.none & LOW | other.none & HIGH
    lo = np.maximum(plus(one.lo, -other.hi, -1, may), 0)
    if one.is_exact and other.is_exact:
        return Ends(lo, lo)
    may = one.none & HIGH | other.none & LOW
    return Ends(lo, np.maximum(plus(one.hi, -other.lo, 1, may), 0))


def _compared(
    asked: Asked, measured: Value, least: Value | None, most: Value | None
) -> tuple[Array, Array, Array]:
    """The verdict of a norm that applies, the side that it is on, and what may not be told."""
    if least is None or most is None:
        return _beside(asked, measured, least, most)
    below, not_below = _less(measured, least)
    above, not_above = _less(most, measured)
    ordered = least.hi <= most.lo
    program = asked.program
    is_below, is_above = below & (not_above | ordered), above & (not_below | ordered)
    both = below & above
    found = np.where(not_below & not_above, CODES[program.within], CODES["undetermined"])
    found = np.where(is_above, CODES[program.above], found)
    found = np.where(is_below, CODES[program.below], found)
    found = np.where(both, CODES["conflict"], found)
    side = np.where(
        is_below & ~both, np.int8(1), np.where(is_above & ~both, np.int8(-1), np.int8(0))
    )
    return found, side, _shared(asked, measured, least, most, below ^ above)


def _beside(
    asked: Asked, measured: Value, least: Value | None, most: Value | None
) -> tuple[Array, Array, Array]:
    """As `_compared`, of a norm that has a least or a most alone, or neither."""
    program = asked.program
    out, inside, verdict, side = NO, ~NO, program.within, 0
    if least is not None:
        (out, inside), verdict, side = _less(measured, least), program.below, 1
    elif most is not None:
        (out, inside), verdict, side = _less(most, measured), program.above, -1
    found = np.where(inside, CODES[program.within], CODES["undetermined"])
    found = np.where(out, CODES[verdict], found)
    return found, out * np.int8(side), _shared(asked, measured, least, most, out)


def _less(one: Value, other: Value) -> tuple[Array, Array]:
    """Where `one` is certainly below `other`, and where it certainly is not."""
    return one.hi < other.lo, one.lo >= other.hi


def _shared(
    asked: Asked,
    measured: Value,
    least: Value | None,
    most: Value | None,
    one_side: Array,
) -> Array:
    """The rows in which two sides may lack the same, so that their difference says more."""
    slow: Array = NO
    register, low, high = asked.measured, asked.least, asked.most
    assert register is not None  # noqa: S101 - who calls asks it
    for side, bound in ((low, least), (high, most)):
        if side is not None and bound is not None and register.shares(side, -1):
            slow = slow | (_vary(measured) & _vary(bound))
    if low is not None and high is not None and low.shares(high, -1) and least and most:
        slow = slow | (_vary(least) & _vary(most) & one_side)
    return slow


def _vary(value: Value) -> Array:
    return value.lo != value.hi


def _of_parts(asked: Asked, applies: Value | None, parts: Sequence[Value], many: int) -> Outcomes:
    stands = _stands(applies, [one.flags for one in parts], None, NO)
    failed = [one.hi < 1 for one in parts]
    fails = _counted(failed)
    unsure = _counted([one.lo < 1 for one in parts])
    found = np.where(unsure > 0, CODES["undetermined"], CODES[asked.program.within])
    found = np.where(fails > 0, CODES[asked.program.below], found)
    verdict = _given(stands, found)
    shape = _shape([verdict, stands.slow], many)
    return Outcomes(
        _wide(verdict, shape),
        np.zeros(shape, np.int8),
        _wide(stands.slow, shape),
        _wide(stands.told, shape),
        1,
        short_by=Ends(np.where(_truth(applies)[0], fails, 0), unsure),
        failed=tuple(_wide(one & stands.decided, shape) for one in failed),
        open=_wide(stands.open, shape) if applies else None,
    )


def _counted(found: Sequence[Array]) -> Whole:
    """In how many of them a row is marked."""
    return np.asarray(np.sum(np.broadcast_arrays(*found), axis=0, dtype=np.int64))
