"""Two outcomes of one norm, before and after → whether the second is worse.  §2, §11

True and False are certain; None is what cannot be told.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from dinhbien.judging.proposed import End
from dinhbien.language.operators import CellOf, Operator, Program, Tally, within
from dinhbien.model.amount import NOTHING, Amount
from dinhbien.model.finding import Outcome
from dinhbien.model.plan import Unit

_ASIDE = ("not applicable", "exempt")
_OPEN = "undetermined"
_ANY = Amount(Fraction(0), None)


@dataclass(frozen=True)
class Reach:
    """How far a proposal reaches into what one norm reads of one unit.

    `grows` is by how much the measured number changes; None where only its values tell.
    `floor` and `ceiling` say whether it may be too few or too many; `conditions` that nothing
    is measured.
    """

    touched: bool
    grows: Amount | None
    floor: bool = True
    ceiling: bool = True
    conditions: bool = False


def reach(program: Program, subject: Unit, ends: Iterable[End]) -> Reach:
    """What of `program`, asked of `subject`, may change with what happens at `ends`."""
    close = [one for one in ends if near(subject, one)]
    measured = program.measured
    roots = [program.applies, program.least, program.most, *(one.must for one in program.parts)]
    others = [one for root in roots if root is not None for one in within(root)]
    elsewhere = any(_reads(one, close) for one in others)
    inside = measured is not None and any(_reads(one, close) for one in within(measured))
    sides = (program.least is not None, program.most is not None)
    if not isinstance(measured, Tally) or elsewhere:
        return Reach(elsewhere or inside, None, *sides, measured is None)
    shifts = [_shift(measured, one, subject) for one in close]
    low, high = (sum(one[place] for one in shifts) for place in (0, 1))
    return Reach(inside, Amount(Fraction(low), Fraction(high)), *sides)


def near(subject: Unit, end: End) -> bool:
    """Whether what happens at `end` may be seen from `subject`."""
    return _inside(subject, end.at) or _inside(end.at, subject)


def _inside(outer: Unit, inner: Unit) -> bool:
    return not outer.path or inner.path == outer.path or inner.path.startswith(f"{outer.path}.")


def _reads(operator: Operator, ends: list[End]) -> bool:
    if isinstance(operator, CellOf):
        return any(operator.attribute == one.column for one in ends)
    return isinstance(operator, Tally) and any(one.shift(operator.count) != (0, 0) for one in ends)


def _shift(measured: Tally, end: End, subject: Unit) -> tuple[int, int]:
    """The change of a count seen from `subject`; it may be elsewhere where `end` lies above."""
    low, high = end.shift(measured.count)
    return (low, high) if _inside(subject, end.at) else (min(0, low), max(0, high))


def worsened(before: Outcome | None, after: Outcome, reached: Reach) -> bool | None:
    """Whether `after` newly breaks what was kept, or breaks it by more."""
    if before is not None and not reached.touched:
        return False
    if reached.conditions:
        return _failing(before, after)
    grows = reached.grows
    sides: list[bool | None] = []
    if reached.ceiling:
        sides.append(_grown(_amount(before, "over"), _amount(after, "over"), grows))
    if reached.floor:
        falls = grows and grows.negative
        sides.append(_grown(_amount(before, "short"), _amount(after, "short"), falls))
    return True if True in sides else None if None in sides else False


def _failing(before: Outcome | None, after: Outcome) -> bool | None:
    """Conditions: more of them fail, or what was kept is broken."""
    if after.verdict == "breach":
        if before is None or before.verdict in ("met", *_ASIDE):
            return True
        more = bool(set(after.failed) - set(before.failed))
        return (more or after.amount != before.amount) if before.verdict == "breach" else None
    if after.verdict == _OPEN:
        return False if before is not None and before.verdict == "breach" else None
    return False


def _amount(outcome: Outcome | None, side: str) -> Amount:
    """By how much a side is broken; from zero up where that is not known."""
    if outcome is None or outcome.verdict in _ASIDE:
        return NOTHING
    found = outcome.over_by if side == "over" else outcome.short_by
    if outcome.because or (found is None and outcome.verdict == _OPEN):
        return _ANY
    found = found or NOTHING
    return Amount(NOTHING.low, found.high) if outcome.verdict == _OPEN else found


def _grown(before: Amount, after: Amount, grows: Amount | None) -> bool | None:
    """Whether one side is broken by more.

    Where the measured number certainly grows and the bound stays, whatever is broken
    afterwards is broken by more.
    """
    low, high = after.low or Fraction(0), after.high
    if high is not None and high <= 0:
        return False
    if grows is not None and grows.high is not None and grows.high <= 0:
        return False
    if grows is not None and grows.low is not None and grows.low > 0:
        return True if low > 0 else None
    if before.high is not None and low > before.high:
        return True
    return False if high is not None and high <= (before.low or Fraction(0)) else None
