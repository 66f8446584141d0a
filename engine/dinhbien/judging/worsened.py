"""Two outcomes of one norm, before and after → whether the second is worse.  §2, §11

True and False are certain; None is what cannot be told.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct, field

from dinhbien.judging.proposed import End
from dinhbien.language.operators import CellOf, Operator, Program, Tally, within
from dinhbien.meaning.subjects import Subjects
from dinhbien.model.amount import NOT_NEGATIVE, NOTHING, Amount, whole
from dinhbien.model.finding import Outcome
from dinhbien.model.plan import Unit

_ASIDE = ("not applicable", "exempt")
_OPEN = "undetermined"
_ZERO = whole(0)
Reading = tuple[Operator, ...]


class Reach(Struct, frozen=True):
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


def reach(program: Program, subject: Unit, ends: Iterable[End], sight: Sight) -> Reach:
    """What of `program`, asked of `subject`, may change with what happens at `ends`."""
    seen, subjects = [one for one in ends if sight.sees(program, subject, one)], sight.subjects
    measured = program.measured
    own, others = sight.reading(program)
    elsewhere = any(_reads(one, seen) for one in others)
    sides = (program.least is not None, program.most is not None)
    if not isinstance(measured, Tally) or elsewhere:
        inside = measured is not None and any(_reads(one, seen) for one in own)
        return Reach(elsewhere or inside, None, *sides, measured is None)
    ways = (subject.level, *subjects.vocabulary.ancestors_of(subject.level))
    counted = subjects.above(subject, measured.level) if measured.level in ways else subject
    close = [one for one in seen if _near(counted, one)]
    inside = _reads(measured, close)
    shifts = [_shift(measured, one, counted) for one in close]
    low, high = (sum(one[place] for one in shifts) for place in (0, 1))
    return Reach(inside, Amount(whole(low), whole(high)), *sides)


class Sights(Struct, frozen=True):
    """What is told of programs whatever the plan, by their identity: they outlive a question."""

    outermost: dict[tuple[int, str], str] = field(default_factory=dict)
    reading: dict[int, tuple[Reading, Reading]] = field(default_factory=dict)


class Sight(Struct, frozen=True):
    """What programs may read of the units of one plan."""

    subjects: Subjects
    _told: Sights = field(default_factory=Sights)

    def reading(self, program: Program) -> tuple[Reading, Reading]:
        """The counts and cells that are read in what is measured, and in all else."""
        told = self._told.reading
        if id(program) not in told:
            measured = program.measured
            own = () if measured is None else _reading([measured])
            others = _reading([one for one in _judged(program) if one is not measured])
            told[id(program)] = own, others
        return told[id(program)]

    def sees(self, program: Program, subject: Unit, end: End) -> bool:
        """Whether `program`, asked of `subject`, may read what happens at `end`.

        It reads all that lies within the outermost unit that one of its operators starts from:
        a cap by the least of its peers reads the unit above.
        """
        told, key = self._told.outermost, (id(program), subject.level)
        if key not in told:
            told[key] = self._outermost(program, subject.level)
        return _near(self.subjects.above(subject, told[key]), end)

    def _outermost(self, program: Program, level: str) -> str:
        """The highest level at or above `level` that one of its operators starts from."""
        ways = (level, *self.subjects.vocabulary.ancestors_of(level))
        inside = [one for root in roots(program) for one in within(root)]
        levels = {getattr(one, name, None) for one in inside for name in ("level", "within")}
        return max((way for way in ways if way in levels), key=ways.index, default=level)


def roots(program: Program) -> list[Operator]:
    """Everything that is read to give a verdict and to list who holds an excess."""
    holders = program.holders
    listed = (holders.members, holders.shows) if holders else ()
    return [*_judged(program), *listed]


def _judged(program: Program) -> list[Operator]:
    """What the verdict is made of; who holds an excess changes none."""
    tops = (program.measured, program.applies, program.least, program.most)
    return [*(one for one in tops if one is not None), *(part.must for part in program.parts)]


def _reading(tops: list[Operator]) -> Reading:
    every = (one for top in tops for one in within(top))
    return tuple(one for one in every if isinstance(one, (CellOf, Tally)))


def _near(unit: Unit, end: End) -> bool:
    return _inside(unit, end.at) or _inside(end.at, unit)


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
        return NOT_NEGATIVE
    found = found or NOTHING
    return Amount(NOTHING.low, found.high) if outcome.verdict == _OPEN else found


def _grown(before: Amount, after: Amount, grows: Amount | None) -> bool | None:
    """Whether one side is broken by more.

    Where the measured number certainly grows and the bound stays, whatever is broken
    afterwards is broken by more.
    """
    low, high = after.low or _ZERO, after.high
    if high is not None and high <= 0:
        return False
    if grows is not None and grows.high is not None and grows.high <= 0:
        return False
    if grows is not None and grows.low is not None and grows.low > 0:
        return True if low > 0 else None
    if before.high is not None and low > before.high:
        return True
    return False if high is not None and high <= (before.low or _ZERO) else None
