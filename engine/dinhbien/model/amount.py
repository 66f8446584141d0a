"""Exact numbers and the intervals they lie in.  §1, §2"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache

from msgspec import Struct

from dinhbien.model.wording import Bilingual

Bound = Fraction | None
"""A finite end, or None for no bound."""
_WHOLES = 2**10


@lru_cache(maxsize=_WHOLES)
def whole(number: int) -> Fraction:
    """A whole number; the same is one object."""
    return Fraction(number)


def added(one: Fraction, other: Fraction) -> Fraction:
    """``one + other``; whole numbers, as nearly all are, without a common denominator.

    >>> added(Fraction(7), Fraction(-2)), added(Fraction(1, 2), Fraction(1, 2))
    (Fraction(5, 1), Fraction(1, 1))
    """
    above, below = one.as_integer_ratio()
    more, parts = other.as_integer_ratio()
    return whole(above + more) if below == 1 == parts else one + other


def negated(one: Fraction) -> Fraction:
    """``-one``."""
    above, below = one.as_integer_ratio()
    return whole(-above) if below == 1 else -one


class Amount(Struct, frozen=True):
    """All that is known of a number: between `low` and `high`, both included.

    >>> Amount(Fraction(5, 2), Fraction(5, 2)).json, Amount(Fraction(32), None).json
    ('2.5', {'from': '32', 'to': None})
    """

    low: Bound
    high: Bound

    @property
    def exact(self) -> Fraction | None:
        """The number, if it is known."""
        low, high = self.low, self.high
        if low is None or high is None:
            return None
        if low is high or low.as_integer_ratio() == high.as_integer_ratio():
            return low
        return None

    @property
    def json(self) -> str | dict[str, str | None]:
        """A decimal string, or its two ends."""
        if self.exact is not None:
            return decimal_text(self.exact)
        return {
            "from": None if self.low is None else decimal_text(self.low),
            "to": None if self.high is None else decimal_text(self.high),
        }

    def __str__(self) -> str:
        if self.exact is not None:
            return decimal_text(self.exact)
        low = "−∞" if self.low is None else decimal_text(self.low)
        return f"{low} to {'∞' if self.high is None else decimal_text(self.high)}"

    def __add__(self, other: Amount) -> Amount:
        return Amount(_plus(self.low, other.low), _plus(self.high, other.high))

    @property
    def negative(self) -> Amount:
        """The interval of the negated numbers."""
        low = None if self.high is None else negated(self.high)
        return Amount(low, None if self.low is None else negated(self.low))

    def joined(self, other: Amount) -> Amount:
        """The least interval that holds both."""
        if self is other:
            return self
        low = None if self.low is None or other.low is None else min(self.low, other.low)
        high = None if self.high is None or other.high is None else max(self.high, other.high)
        return Amount(low, high)

    def floored(self) -> Amount:
        """The part that is not below zero: greatest(0, self)."""
        low = _ZERO if self.low is None or self.low.numerator <= 0 else self.low
        if self.high is None or self.high.numerator > 0:
            return self if low is self.low else Amount(low, self.high)
        return NOTHING


Reason = tuple[str | Bilingual, ...]
"""Why there is no value: the key of a phrase (``reason.<key>``), and what fills it in."""

_ZERO = whole(0)
NOTHING = Amount(_ZERO, _ZERO)
NOT_NEGATIVE = Amount(_ZERO, None)


def _plus(one: Bound, other: Bound) -> Bound:
    return None if one is None or other is None else added(one, other)


def total(amounts: Sequence[Amount]) -> Amount:
    """What intervals add up to."""
    return Amount(sum_of([one.low for one in amounts]), sum_of([one.high for one in amounts]))


def sum_of(ends: Sequence[Bound]) -> Bound:
    """What finite ends add up to; None where one of them is no bound.

    >>> sum_of([Fraction(2), Fraction(1, 2)]), sum_of([]), sum_of([Fraction(2), None])
    (Fraction(5, 2), Fraction(0, 1), None)
    """
    known = [one for one in ends if one is not None]
    if len(known) < len(ends):
        return None
    ratios = [one.as_integer_ratio() for one in known]
    if all(below == 1 for _, below in ratios):
        return whole(sum(above for above, _ in ratios))
    return sum(known, _ZERO)


def decimal_text(number: Fraction) -> str:
    """An exact decimal where one exists, else a ratio.

    >>> decimal_text(Fraction(1, 8)), decimal_text(Fraction(1, 3)), decimal_text(Fraction(-7))
    ('0.125', '1/3', '-7')
    """
    rest, digits = number.denominator, 0
    twos = fives = 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    if rest != 1:
        return f"{number.numerator}/{number.denominator}"
    digits = max(twos, fives)
    scaled = number.numerator * 10**digits // number.denominator
    text = str(abs(scaled)).rjust(digits + 1, "0")
    sign = "-" if scaled < 0 else ""
    return f"{sign}{text[:-digits]}.{text[-digits:]}" if digits else f"{sign}{text}"
