"""How a unit stands to a norm, as bits, and the table that says the verdict of each.  §2, §3"""

from __future__ import annotations

from dinhbien.columns.lanes import Held, Lane, One
from dinhbien.columns.outcome import CODES, Asked
from dinhbien.columns.rows import LISTED
from dinhbien.columns.to_lanes import Lanes, NotInLanesError

HAS_APPLIES, HAS_FLAGS, SHARES_LEAST, SHARES_MOST, SHARE = (1 << one for one in range(5))
"""What a program has: a condition, flags, sides that may lack the same."""
IS_BELOW, NOT_BELOW, IS_ABOVE, NOT_ABOVE, ORDERED, OPEN, LOOK, ASIDE = (
    1 << one for one in range(8)
)
"""How a unit stands: it certainly is or is not below the least or above the most; the least is not
above the most; what is asked is open; another look tells; the norm does not apply."""
VERDICT, SAID, SHORT, MORE = 15, 16, 32, 64
"""What an entry of the table says: the verdict, whether a row tells of it, and whether it is too
little or too much."""
UNTOLD = VERDICT
"""In the place of a verdict: only another look tells."""
ENTRIES = 128


def told(lanes: Lanes, one: Asked, place: int) -> None:
    """Puts into code the operation that tells the rows of a program, which is the one at `place`.

    Raises `NotInLanesError` for what the kernel does not do.
    """
    if one.measured is None:
        message = "a program of conditions is not told by the kernel"
        raise NotInLanesError(message)
    level, nothing = one.program.level, Held(0, 0)
    applies = lanes.of(one.applies.place) if one.applies else Held(1, 1)
    sides = [
        lanes.scaled(level, lanes.of(side.place), one.scale // side.scale) if side else nothing
        for side in (one.measured, one.least, one.most)
    ]
    flags = lanes.any_flags(level, *(side.flags for side in sides))
    listed = lanes.of(one.listed.place).flags if one.listed else 0
    ends = [end for side in sides for end in (side.lo, side.hi)]
    args: list[One | Lane] = [applies.lo, applies.hi, applies.flags, *ends, flags, listed]
    is_flagged = any(each != 0 for each in (applies.flags, flags, listed))
    has = _has(one) | HAS_FLAGS * int(is_flagged)
    table = lanes.code.table(entry(one, stands) for stands in range(2 * ASIDE))
    lanes.code.put("tell", level, args, place, has, table)


def _has(one: Asked) -> int:
    """What a program has."""
    measured, least, most = one.measured, one.least, one.most
    assert measured is not None  # noqa: S101 - as it was asked before
    return (
        HAS_APPLIES * int(one.applies is not None)
        | SHARES_LEAST * int(least is not None and measured.shares(least, -1))
        | SHARES_MOST * int(most is not None and measured.shares(most, -1))
        | SHARE * int(least is not None and most is not None and least.shares(most, -1))
    )


def entry(one: Asked, stands: int) -> int:
    """The verdict of a unit that stands so, and what is said of it; as `outcome` decides it."""
    if stands & ASIDE:
        return _said("not applicable")
    if stands & LOOK:
        return UNTOLD | SAID
    if stands & OPEN:
        return _said("undetermined")
    return _compared(one, stands)


def _compared(one: Asked, stands: int) -> int:
    has_least, has_most = one.least is not None, one.most is not None
    below, above = has_least and stands & IS_BELOW, has_most and stands & IS_ABOVE
    not_below = not has_least or stands & NOT_BELOW
    not_above = not has_most or stands & NOT_ABOVE
    ordered = not (has_least and has_most) or stands & ORDERED
    if below and above:
        return _said("conflict")
    if below and (not_above or ordered):
        return _said(one.program.below) | SHORT
    if above and (not_below or ordered):
        return _said(one.program.above) | MORE
    return _said(one.program.within if not_below and not_above else "undetermined")


def _said(verdict: str) -> int:
    code = int(CODES[verdict])
    return code | SAID * int(LISTED[code])
