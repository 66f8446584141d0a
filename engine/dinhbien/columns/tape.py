"""Programs as a tape: one list of steps over registers, each step made once.

A register holds, for each unit of its level, two whole numbers (lo, hi) over a common scale; a
truth is (1, 1), (0, 0) or (0, 1).  Flags beside them mark rows without a value and rows that
`meaning/` must judge.
"""

from __future__ import annotations

from collections.abc import Hashable
from math import lcm

from msgspec import Struct, field
from msgspec.structs import replace

from dinhbien.columns.table import LARGEST
from dinhbien.model.norm import Count

UNDEFINED, SLOW, WORDS = 1, 2, 4
"""Flags of a row: it has no value; only `meaning/` can tell; and that is as posts lack words."""


class NotInColumnsError(Exception):
    """What arrays do not reckon with: the program is left to `meaning/`, and why."""


class Step(Struct, frozen=True):
    """One operation: what is done, to which registers, at which level, and with what."""

    does: str
    args: tuple[int, ...]
    level: str
    more: tuple[Hashable, ...] = ()


class Leaf(Struct, frozen=True):
    """Where missing inputs of a quantity come from: two with one source may vary together.

    `kind` is ``cell``, ``list`` or ``tally``; `columns` are what a tally adds up.  `turn` is 1
    where the quantity never falls as the input grows, −1 where it never grows, 0 where neither
    is sure: what turns one way on both sides of a sum does not cancel.
    """

    kind: str
    name: Hashable
    columns: frozenset[str] = frozenset()
    count: Count | None = None
    turn: int = 0

    def turned(self, sign: int) -> Leaf:
        """The same source, of a quantity that is multiplied by a number of that sign."""
        return replace(self, turn=self.turn * sign)


class Register(Struct, frozen=True):
    """What a step gives: `most` bounds its finite size, in units of its scale.

    `exact` registers lack nothing anywhere; `leaves` are the sources of what others may lack.
    """

    place: int
    level: str
    scale: int = 1
    most: int = 1
    exact: bool = False
    leaves: frozenset[Leaf] = frozenset()
    positive: bool = False

    def shares(self, other: Register, sign: int) -> bool:
        """Whether a missing input of one may cancel in `self + sign × other`."""
        if self.exact or other.exact:
            return False
        return any(
            _are_one(one, two) and not (one.turn and one.turn == sign * two.turn)
            for one in self.leaves
            for two in other.leaves
        )


def _are_one(one: Leaf, two: Leaf) -> bool:
    if "tally" not in (one.kind, two.kind):
        return (one.kind, one.name) == (two.kind, two.name)
    if one.kind == two.kind:
        apart = one.count and two.count and _apart(one.count, two.count)
        return bool(one.columns & two.columns) and not apart
    cell, tally = (two, one) if one.kind == "tally" else (one, two)
    return cell.kind == "cell" and cell.name in tally.columns


def _apart(one: Count, two: Count) -> bool:
    """Whether no post is counted by both."""
    for name in ("category", "rank", "position", "within"):
        first, second = getattr(one, name), getattr(two, name)
        if first and second and not set(first) & set(second):
            return True
    return False


def _turned(one: Register, sign: int) -> frozenset[Leaf]:
    return frozenset(leaf.turned(sign) for leaf in one.leaves)


class Tape(Struct):
    """Steps in the order in which they can be done; the same step is done once."""

    steps: list[Step] = field(default_factory=list)
    registers: list[Register] = field(default_factory=list)
    _made: dict[Step, int] = field(default_factory=dict)

    def put(  # noqa: PLR0913 - what is known of a register, by name
        self,
        step: Step,
        *,
        scale: int = 1,
        most: int = 1,
        exact: bool | None = None,
        leaves: frozenset[Leaf] | None = None,
        positive: bool = False,
    ) -> Register:
        """The register of a step; by default exact, and lacking, as what it is made of."""
        if step in self._made:
            return self.registers[self._made[step]]
        if most > LARGEST:
            message = "its numbers may pass what 62 bits hold"
            raise NotInColumnsError(message)
        of = [self.registers[one] for one in step.args]
        if exact is None:
            exact = all(one.exact for one in of)
        if leaves is None:
            leaves = frozenset[Leaf]().union(*(one.leaves for one in of))
        made = Register(len(self.steps), step.level, scale, most, exact, leaves, positive)
        self._made[step] = made.place
        self.steps.append(step)
        self.registers.append(made)
        return made

    # -- quantities ----------------------------------------------------------

    def constant(self, value: int, level: str) -> Register:
        """A whole number."""
        step = Step("constant", (), level, (value,))
        return self.put(step, most=abs(value), exact=True)

    def added(self, one: Register, other: Register, sign: int = 1) -> Register:
        """`one + sign × other`; rows in which both lack the same are left to `meaning/`."""
        scale = lcm(one.scale, other.scale)
        factors = scale // one.scale, sign * (scale // other.scale)
        most = abs(factors[0]) * one.most + abs(factors[1]) * other.most
        step = Step("add", (one.place, other.place), one.level, (*factors, one.shares(other, sign)))
        leaves = one.leaves | _turned(other, sign)
        return self.put(step, scale=scale, most=most, leaves=leaves)

    def multiplied(self, one: Register, other: Register) -> Register:
        """`one × other`."""
        step = Step("multiply", (one.place, other.place), one.level)
        keeps = one.positive if one.exact else other.positive and other.exact
        leaves = _turned(one, int(keeps)) | _turned(other, int(keeps))
        most = one.most * other.most
        return self.put(step, scale=one.scale * other.scale, most=most, leaves=leaves)

    def quotient(self, one: Register, other: Register, mode: str) -> Register:
        """`one ÷ other` rounded to a whole number."""
        factors = other.scale, one.scale
        most = one.most * other.scale + 1
        if max(most, other.most * one.scale) > LARGEST:
            message = "a quotient may pass what 62 bits hold"
            raise NotInColumnsError(message)
        return self.put(
            Step("quotient", (one.place, other.place), one.level, (*factors, mode)),
            most=most,
            leaves=_turned(one, 0) | _turned(other, 0),
        )

    def rounded(self, one: Register, mode: str) -> Register:
        """`one` rounded to a whole number."""
        if one.scale == 1:
            return one
        step = Step("round", (one.place,), one.level, (one.scale, mode))
        return self.put(step, most=one.most // one.scale + 1)

    def chosen(self, name: str, one: Register, other: Register) -> Register:
        """The ``least`` or the ``greatest`` of two."""
        return self._joined(name, one, other)

    def _joined(self, does: str, one: Register, other: Register, *first: Register) -> Register:
        scale = lcm(one.scale, other.scale)
        factors = scale // one.scale, scale // other.scale
        most = max(factors[0] * one.most, factors[1] * other.most)
        args = tuple(each.place for each in (*first, one, other))
        sign = 0 if first else 1
        leaves = _turned(one, sign) | _turned(other, sign)
        leaves = leaves.union(*(_turned(each, 0) for each in first))
        step = Step(does, args, one.level, factors)
        return self.put(step, scale=scale, most=most, leaves=leaves)

    def branch(self, condition: Register, one: Register, other: Register) -> Register:
        """`one` where the condition holds, else `other`; either where it is open."""
        return self._joined("branch", one, other, condition)

    # -- truths --------------------------------------------------------------

    def compared(self, sign: str, one: Register, other: Register) -> Register:
        """A comparison; rows in which both sides lack the same are left to `meaning/`."""
        scale = lcm(one.scale, other.scale)
        factors = scale // one.scale, scale // other.scale
        if max(factors[0] * one.most, factors[1] * other.most) > LARGEST:
            message = "a comparison may pass what 62 bits hold"
            raise NotInColumnsError(message)
        more = (sign, *factors, one.shares(other, -1))
        step = Step("compare", (one.place, other.place), one.level, more)
        return self.put(step, leaves=frozenset())

    def logic(self, name: str, one: Register, other: Register) -> Register:
        """``and``, ``or``."""
        return self.put(Step(name, (one.place, other.place), one.level))

    def contrary(self, one: Register) -> Register:
        """``not``."""
        return self.put(Step("not", (one.place,), one.level))

    # -- between levels ------------------------------------------------------

    def gathered(self, one: Register, level: str) -> Register:
        """For each unit of `level`, what holds of the unit of `one`'s level above it."""
        if one.level == level:
            return one
        step = Step("gather", (one.place,), level, (one.level,))
        return self.put(step, scale=one.scale, most=one.most)

    def summed(self, one: Register, level: str, many: int) -> Register:
        """For each unit of `level`, the sum over what lies within it; `many` is at most there."""
        step = Step("sum", (one.place,), level, (one.level,))
        return self.put(step, scale=one.scale, most=one.most * max(1, many))
