"""What comes before what, over arrays: as `judging/precedence.py` says it of findings.  §8

A row that only the definition can settle is marked; nothing is said of it here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import combinations
from math import lcm
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from dinhbien.columns.outcome import CODES, Ends, Outcomes
from dinhbien.columns.table import INFINITE, Bits
from dinhbien.judging.precedence import prevailing
from dinhbien.judging.standing import Judged, transition
from dinhbien.language.pack import EncodedNorm, Pack
from dinhbien.model.finding import BROKEN

STANDINGS = ("used", "alternative", "overruled")
OVERRULED = np.int8(STANDINGS.index("overruled"))
_BROKEN = [CODES[one] for one in BROKEN]
_NOT_APPLICABLE = CODES["not applicable"]


@dataclass
class Findings:
    """What one norm says of all units of its level, in one block; changed as texts give way.

    `unsettled` rows are left to the definition.
    """

    judged: Judged
    used: Outcomes
    others: tuple[Outcomes, ...]
    verdict: NDArray[np.int8] = field(init=False)
    standing: NDArray[np.int8] = field(init=False)
    unsettled: Bits = field(init=False)
    depends: Bits = field(init=False)
    told: Bits = field(init=False)
    open: Bits = field(init=False)
    amounts: Ends = field(init=False)
    side: NDArray[np.int8] = field(init=False)
    shape: tuple[int, ...] = field(init=False)

    def __post_init__(self) -> None:
        used = self.used
        shapes = [one.verdict.shape for one in (used, *self.others)]
        self.shape = np.broadcast_shapes(*shapes)
        self.verdict = np.broadcast_to(used.verdict, self.shape).copy()
        self.standing = np.full(self.shape, STANDINGS.index(self.judged.standing), np.int8)
        slow = [np.broadcast_to(one.slow, self.shape) for one in (used, *self.others)]
        self.unsettled = np.logical_or.reduce(slow)
        self.side = np.broadcast_to(used.side, self.shape).copy()
        self.told = np.broadcast_to(used.told, self.shape).copy()
        is_open = False if used.open is None else used.open
        self.open = np.broadcast_to(is_open, self.shape).copy()
        self.amounts = Ends(*(np.broadcast_to(one, self.shape).copy() for one in used.amount()))
        self.compare([one.verdict for one in self.others])

    @property
    def norm(self) -> EncodedNorm:
        """The norm."""
        return self.judged.norm

    def compare(self, others: Sequence[NDArray[np.int8]]) -> None:
        """Tell where another reading gives another verdict."""
        self.depends = np.zeros(self.verdict.shape, bool)
        for one in others:
            self.depends |= one != self.verdict

    def put_aside(self, where: Bits, verdict: np.int8) -> None:
        """A verdict without numbers, under every reading."""
        self.verdict[where] = verdict
        for one in (self.depends, self.told, self.open):
            one[where] = False
        self.without_amount(where)

    def without_amount(self, where: Bits) -> None:
        """No amount, short or over."""
        self.amounts.lo[where] = self.amounts.hi[where] = 0
        self.side[where] = 0

    def widen(self, shape: tuple[int, ...]) -> None:
        """The same findings in every scenario."""
        for name in ("verdict", "side", "standing", "unsettled", "depends", "told", "open"):
            setattr(self, name, np.broadcast_to(getattr(self, name), shape).copy())
        self.amounts = Ends(*(np.broadcast_to(one, shape).copy() for one in self.amounts))

    def due(self, day: date) -> Bits:
        """Where a difference is within a transition."""
        told = [one.verdict for one in (self.used, *self.others)]
        return np.broadcast_to(within_transition(self.norm, day, told), self.verdict.shape)


def within_transition(norm: EncodedNorm, day: date, verdicts: Sequence[NDArray[np.int8]]) -> Bits:
    """Where a difference is within the transition of a norm, by the verdicts of its readings."""
    grace = transition(norm, day)
    if grace is None:
        return np.zeros(np.broadcast_shapes(*(one.shape for one in verdicts)), bool)
    program = norm.used.program
    covered = {"above": {program.above}, "below": {program.below}, "both": set(BROKEN)}
    codes = [CODES[one] for one in covered[grace.covers]]
    return np.asarray(np.logical_or.reduce([np.isin(one, codes) for one in verdicts]))


class HasNorm(Protocol):
    """What speaks of a norm and how it stands."""

    @property
    def judged(self) -> Judged:
        """The norm as it was judged."""

    @property
    def norm(self) -> EncodedNorm:
        """The norm."""


Asked = TypeVar("Asked", bound=HasNorm)
Codes = Callable[[str], Sequence[str]]
"""The codes of the units of a level in the block."""


def settle(
    found: Sequence[Findings], pack: Pack, day: date, codes: Codes, judged: set[str]
) -> None:
    """Let texts give way to others: exemptions, exceptions, and what cannot all be met.

    `found` are the findings of the norms of some levels, in the order of their ids; `judged` are
    the ids of all that are certainly in force.
    """
    _oppose(found, judged)
    _exempt(found, pack, day, codes)
    _except(found)
    _conflict(found, pack)


def _oppose(found: Sequence[Findings], names: set[str]) -> None:
    for one in found:
        sides = one.norm.norm.between
        if sides and names.issuperset(sides):
            others = [np.where(np.isin(other.verdict, _BROKEN), CODES["conflict"], other.verdict)
                      for other in one.others]  # fmt: skip
            broken = np.isin(one.verdict, _BROKEN)
            one.without_amount(broken)
            one.verdict[broken] = CODES["conflict"]
            one.compare(others)


def _exempt(found: Sequence[Findings], pack: Pack, day: date, codes: Codes) -> None:
    for exemption in pack.exemptions:
        for one in found:
            if one.norm.id != exemption.norm:
                continue
            held = [exemption.excuses(one.norm.id, code, day) for code in codes(_level(one))]
            aside = np.isin(one.verdict, [CODES["met"], _NOT_APPLICABLE]) & ~one.depends
            one.put_aside(np.array(held, bool) & ~aside, CODES["exempt"])


def _level(one: Findings) -> str:
    return one.norm.used.program.level


def _except(found: Sequence[Findings]) -> None:
    """An exception that applies puts the general norm aside; one that may leaves it open."""
    special: dict[str, list[tuple[Findings, Bits, Bits]]] = {}
    for one in found:
        if one.judged.standing == "used":
            for general in one.norm.norm.exception_to:
                stands = one.verdict != _NOT_APPLICABLE
                special.setdefault(general, []).append((one, stands, one.open & stands))
    for one in found:
        taken = np.zeros(one.verdict.shape, bool)
        for other, stands, is_open in reversed(special.get(one.norm.id, [])):
            if _level(other) != _level(one):
                continue
            here = stands & ~taken
            one.unsettled |= (is_open & here & (one.verdict != _NOT_APPLICABLE)) | other.unsettled
            one.put_aside(here & ~is_open, _NOT_APPLICABLE)
            taken |= stands


def _conflict(found: Sequence[Findings], pack: Pack) -> None:
    """Two norms that count the same and cannot both be met: force settles it, or neither does."""
    settled = {one.norm.id: np.zeros(one.verdict.shape, bool) for one in found}
    pairs = sorted(_pairs(found), key=lambda pair: tuple(one.norm.id for one in pair))
    before = {one.norm.id: one.unsettled.copy() for one in found}
    clashes = [(pair, _impossible(*pair)) for pair in pairs]
    for (one, other), here in clashes:
        either = before[one.norm.id] | before[other.norm.id]
        first = prevailing((one.norm.id, other.norm.id), pack)
        for side in (one, other):
            side.unsettled |= either
            if first != side.norm.id:
                rows = here & ~settled[side.norm.id]
                settled[side.norm.id] |= rows
                _give_way(side, rows, overruled=bool(first))


def _give_way(one: Findings, rows: Bits, *, overruled: bool) -> None:
    if overruled:
        one.standing[rows] = OVERRULED
        return
    one.verdict[rows] = CODES["conflict"]
    one.without_amount(rows)
    one.compare([other.verdict for other in one.others])


def _pairs(found: Sequence[Asked]) -> Iterator[tuple[Asked, Asked]]:
    for one, other in combinations(found, 2):
        first, second = one.norm.used.program, other.norm.used.program
        alike = first.measured is not None and first.measured == second.measured
        same = first.level == second.level and first.baseline == second.baseline
        used = one.judged.standing == other.judged.standing == "used"
        names = (*one.norm.norm.exception_to, *other.norm.norm.exception_to)
        excepted = one.norm.id in names or other.norm.id in names
        if alike and same and used and not excepted:
            yield one, other


def _impossible(one: Findings, other: Findings) -> Bits:
    found = np.zeros(one.verdict.shape, bool)
    for above, below in ((one, other), (other, one)):
        most, least = above.used.most, below.used.least
        if most is not None and least is not None:
            scale = lcm(above.used.scale, below.used.scale)
            high = most.hi * (scale // above.used.scale)
            low = least.lo * (scale // below.used.scale)
            bounded = (most.hi < INFINITE) & (least.lo > -INFINITE)
            found |= bounded & (high < low)
    return found & one.told & other.told & ~one.open & ~other.open


def related(found: Sequence[Asked]) -> dict[str, list[Judged]]:
    """By norm: itself and those that it may give way to, or that may give way to it."""
    group = {one.norm.id: [one] for one in found}
    names = [(one, other) for one in found for other in _special(one, found)]
    for one, other in (*names, *_pairs(found)):
        if group[one.norm.id] is not group[other.norm.id]:
            both = group[one.norm.id] + group[other.norm.id]
            group.update({each.norm.id: both for each in both})
    return {
        name: sorted((one.judged for one in among), key=lambda one: one.norm.id)
        for name, among in group.items()
    }


def _special(one: Asked, found: Sequence[Asked]) -> Iterator[Asked]:
    return (other for other in found if other.norm.id in one.norm.norm.exception_to)


def nothing(many: int) -> Outcomes:
    """The outcomes of a program that only the definition judges."""
    zeros, ones = np.zeros(many, np.int8), np.ones(many, bool)
    return Outcomes(zeros, zeros, ones, ~ones, 1)


def widen(found: Sequence[Findings], many: int) -> None:
    """Give norms that may give way to each other one shape: that of `many` scenarios."""
    by_id = {one.norm.id: one for one in found}
    for name, group in related(found).items():
        if any(by_id[one.norm.id].verdict.ndim > 1 for one in group):
            by_id[name].widen((many, by_id[name].verdict.shape[-1]))
