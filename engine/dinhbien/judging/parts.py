"""What a finding adds to a row of flags: intervals that remember what they lack.  §2, §11"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from fractions import Fraction
from functools import reduce

from msgspec import Struct

from dinhbien.meaning.quantity import Quantity, between, undefined
from dinhbien.model.amount import NOT_NEGATIVE, NOTHING, Amount, Reason, total
from dinhbien.model.finding import Finding

ASIDE = ("not applicable", "exempt")


class Part(Struct, frozen=True):
    """One quantity of a row: an interval with what it lacks; None where none can be told."""

    amount: Amount | None
    missing: frozenset[str] = frozenset()
    because: frozenset[Reason] = frozenset()

    def __add__(self, other: Part) -> Part:
        none = self.amount is None or other.amount is None
        total = None if none else self.amount + other.amount  # type: ignore[operator]  # none
        return Part(total, self.missing | other.missing, self.because | other.because)

    def less(self, other: Part) -> Part:
        """The part that is above `other`, not below zero."""
        none = self.amount is None or other.amount is None
        left = None if none else (self.amount + other.amount.negative).floored()  # type: ignore[operator, union-attr]  # none
        return Part(left, self.missing | other.missing, self.because | other.because)

    def quantity(self, key: tuple[str, ...]) -> Quantity:
        """As a quantity that an expression can use."""
        if self.amount is None:
            return undefined(*(self.because or {("no_amount", key[-1])}))
        return between(key, self.amount, self.missing, whole=True)


NONE = Part(NOTHING)
UNTOLD = Part(None, because=frozenset([("no_norm",)]))
"""No norm that is judged says anything of it."""


Naming = Callable[[str], str]
"""Gives an input a name that it shares with the same input of other units."""


class Pool(Struct, frozen=True):
    """The sum of many parts, from which any one can be taken out again.

    `low` and `high` add up the finite ends; `unbounded` and `untold` count the others.
    A sum over all units names what it lacks once for all of them, by `naming`.
    """

    low: Fraction
    high: Fraction
    unbounded: int
    untold: int
    missing: Counter[str]
    because: Counter[Reason]
    naming: Naming

    @classmethod
    def of(cls, parts: Iterable[Part], naming: Naming) -> Pool:
        """The sum of `parts`, none of which is below zero."""
        zero = Fraction(0)
        made = cls(zero, zero, 0, 0, Counter(), Counter(), naming)
        return reduce(Pool.plus, parts, made)

    def plus(self, part: Part, times: int = 1) -> Pool:
        """The sum with one part more, or with one part less where `times` is -1."""
        told = part.amount
        low, high = (Fraction(0), Fraction(0)) if told is None else (told.low or 0, told.high or 0)
        missing, because = self.missing, self.because
        if part.missing:
            missing = missing.copy()
            missing.update({self.naming(path): times for path in part.missing})
        if part.because:
            because = because.copy()
            because.update(dict.fromkeys(part.because, times))
        return Pool(
            self.low + times * low if low else self.low,
            self.high + times * high if high else self.high,
            self.unbounded + times * (told is not None and told.high is None),
            self.untold + times * (told is None),
            missing,
            because,
            self.naming,
        )

    def without(self, own: Part) -> Part:
        """The sum of all but `own`."""
        told, named = own.amount, {self.naming(path) for path in own.missing}
        missing = frozenset([name for name, many in self.missing.items() if many - (name in named)])
        if self.untold - (told is None):
            reasons = [one for one, many in self.because.items() if many - (one in own.because)]
            return Part(None, missing, frozenset(reasons))
        low, high = (None, None) if told is None else (told.low, told.high)
        unbounded = self.unbounded - (told is not None and high is None)
        amount = Amount(
            self.low - low if low else self.low,
            None if unbounded else self.high - high if high else self.high,
        )
        return Part(amount, missing if amount.exact is None else frozenset())


def widest(parts: list[Part]) -> Part:
    """Where several norms compare one count: from the least to the greatest that any says."""
    if not parts:
        return UNTOLD
    known = [one.amount for one in parts if one.amount is not None]
    amount = reduce(Amount.joined, known) if len(known) == len(parts) else None
    missing = frozenset[str]().union(*(one.missing for one in parts))
    return Part(amount, missing, frozenset[Reason]().union(*(one.because for one in parts)))


def summed(found: Iterable[Finding], name: str) -> Part:
    """The sum of one quantity over findings."""
    parts = [_part(one, name) for one in found]
    if len(parts) < 2:
        return parts[0] if parts else NONE
    amounts = [one.amount for one in parts if one.amount is not None]
    return Part(
        total(amounts) if len(amounts) == len(parts) else None,
        frozenset[str]().union(*[one.missing for one in parts if one.missing]),
        frozenset[Reason]().union(*[one.because for one in parts if one.because]),
    )


def _part(finding: Finding, name: str) -> Part:
    outcome = finding.outcome
    missing = frozenset(outcome.missing)
    if finding.unlisted:
        return Part(NOT_NEGATIVE, missing)
    if finding.verdict in ASIDE:
        return NONE
    if finding.verdict == "conflict" or outcome.because:
        return Part(None, missing, frozenset(outcome.because or [("in_conflict", finding.norm)]))
    if finding.verdict == "undetermined" and outcome.measured is outcome.short_by is None:
        return Part(NOT_NEGATIVE, missing)
    amount = _amount(finding, name)
    if finding.verdict == "undetermined" and amount is not None:
        amount = Amount(NOTHING.low, amount.high)  # it may not apply at all
    if amount is not None and amount.exact is None and not missing:
        missing = frozenset([finding.subject.code])
    return Part(amount, missing)


def _amount(finding: Finding, name: str) -> Amount | None:
    """What a finding adds to one quantity of a row."""
    one = finding.outcome
    if name == "gap":
        return NOTHING if one.measured is not None else one.short_by or NOTHING
    if one.measured is None:
        return NOTHING
    if name in {"short", "over"}:
        return (one.short_by if name == "short" else one.over_by) or NOTHING
    bound, side = (one.least, one.short_by) if name == "spare" else (one.most, one.over_by)
    if bound is None:
        return NOTHING if side is None else NOT_NEGATIVE
    left = (one.measured, bound) if name == "spare" else (bound, one.measured)
    return (left[0] + left[1].negative).floored()
