"""Numbers and truths that may be open, over the expressions that engines write.

A number is an interval; all inputs are counts, so a missing one is at least 0 and has no upper
end.  A truth is what certainly holds and what certainly does not.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from math import lcm

from tests.bench.peers.expressions import (
    FALSE,
    ZERO,
    Node,
    at_most,
    below,
    both,
    chosen,
    either,
    negated,
    number_of,
    reckoned,
    whole,
)

UNBOUNDED = 2**31 - 1
"""Stands for an amount without an upper end."""


@dataclass(frozen=True)
class Interval:
    """(`low` … `high`) / `parts`; `high` counts only where it is not `open`."""

    low: Node
    high: Node
    open: Node = FALSE
    parts: int = 1

    def over(self, parts: int) -> Interval:
        """The same number over more parts."""
        by = whole(parts // self.parts)
        low, high = (reckoned("*", end, by) for end in (self.low, self.high))
        return Interval(low, high, self.open, parts)

    @property
    def ends(self) -> tuple[Node, Node]:
        """The low and the high end, a number for all where there is none."""
        return self.low, chosen(self.open, whole(UNBOUNDED), self.high)

    @property
    def exact(self) -> bool:
        """Whether it is always known."""
        return self.open is FALSE and self.low is self.high


NO_LEAST = Interval(ZERO, ZERO)
NO_MOST = Interval(whole(UNBOUNDED), whole(UNBOUNDED))


@dataclass(frozen=True)
class Truth:
    """When it certainly holds, and when it certainly does not."""

    yes: Node
    no: Node


def added(op: str, one: Interval, other: Interval) -> Interval:
    parts = lcm(one.parts, other.parts)
    one, other = one.over(parts), other.over(parts)
    if op == "-":
        assert other.open is FALSE, "less what may be without an end"
        other = replace(other, low=other.high, high=other.low)
    low, high = reckoned(op, one.low, other.low), reckoned(op, one.high, other.high)
    return Interval(low, high, either(one.open, other.open), parts)


def product(one: Interval, other: Interval) -> Interval:
    assert one.exact or other.exact, "a product of what may be missing"
    low, high = reckoned("*", one.low, other.low), reckoned("*", one.high, other.high)
    return Interval(low, high, either(one.open, other.open), one.parts * other.parts)


def quotient(one: Interval, other: Interval) -> Interval:
    divisor = number_of(other.low)
    assert other.exact, "a divisor that may be missing"
    assert divisor, "a divisor that is no number"
    share = Fraction(other.parts, divisor)
    return product(one, known(share))


def known(number: Fraction) -> Interval:
    return Interval(whole(number.numerator), whole(number.numerator), FALSE, number.denominator)


def rounded(operator: str, one: Interval) -> Interval:
    """`full`, `part` and `half_up` of what is not below zero."""

    def end(number: Node) -> Node:
        twice = reckoned("*", number, whole(2 if operator == "half_up" else 1))
        more = {"full": 0, "part": one.parts - 1, "half_up": one.parts}[operator]
        by = one.parts * (2 if operator == "half_up" else 1)
        return reckoned("//", reckoned("+", twice, whole(more)), whole(by))

    return one if one.parts == 1 else Interval(end(one.low), end(one.high), one.open)


def least_of(one: Interval, other: Interval) -> Interval:
    parts = lcm(one.parts, other.parts)
    one, other = one.over(parts), other.over(parts)
    nearer = chosen(other.open, one.high, reckoned("least", one.high, other.high))
    high = chosen(one.open, other.high, nearer)
    return Interval(reckoned("least", one.low, other.low), high, both(one.open, other.open), parts)


def greatest_of(one: Interval, other: Interval) -> Interval:
    parts = lcm(one.parts, other.parts)
    one, other = one.over(parts), other.over(parts)
    low = reckoned("greatest", one.low, other.low)
    high = reckoned("greatest", one.high, other.high)
    return Interval(low, high, either(one.open, other.open), parts)


def one_or_other(when: Truth, one: Interval, other: Interval) -> Interval:
    """The interval of both where it is open which of them it is."""
    parts = lcm(one.parts, other.parts)
    one, other = one.over(parts), other.over(parts)

    def end(join: Callable[[Node, Node], Node], first: Node, second: Node) -> Node:
        if negated(when.yes) is when.no:
            return chosen(when.yes, first, second)
        return chosen(when.yes, first, chosen(when.no, second, join(first, second)))

    low = end(lambda first, second: reckoned("least", first, second), one.low, other.low)
    high = end(lambda first, second: reckoned("greatest", first, second), one.high, other.high)
    is_open = end(either, one.open, other.open) if one.open is not other.open else one.open
    return Interval(low, high, is_open, parts)


def is_below(one: Interval, other: Interval) -> Truth:
    """`one < other`."""
    parts = lcm(one.parts, other.parts)
    one, other = one.over(parts), other.over(parts)
    yes = both(below(one.high, other.low), negated(one.open))
    return Truth(yes, both(at_most(other.high, one.low), negated(other.open)))


def contrary(one: Truth) -> Truth:
    return Truth(one.no, one.yes)
