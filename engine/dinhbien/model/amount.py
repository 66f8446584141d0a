"""Exact numbers and the intervals they lie in.  §1, §2"""

from __future__ import annotations

from fractions import Fraction

from msgspec import Struct

from dinhbien.model.wording import Bilingual

Bound = Fraction | None
"""A finite end, or None for no bound."""


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
        return low if low is high or low == high else None

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
        low = None if self.high is None else -self.high
        return Amount(low, None if self.low is None else -self.low)

    def joined(self, other: Amount) -> Amount:
        """The least interval that holds both."""
        low = None if self.low is None or other.low is None else min(self.low, other.low)
        high = None if self.high is None or other.high is None else max(self.high, other.high)
        return Amount(low, high)

    def floored(self) -> Amount:
        """The part that is not below zero: greatest(0, self)."""
        low = Fraction(0) if self.low is None else max(Fraction(0), self.low)
        return Amount(low, None if self.high is None else max(Fraction(0), self.high))


Reason = tuple[str | Bilingual, ...]
"""Why there is no value: the key of a phrase (``reason.<key>``), and what fills it in."""

NOTHING = Amount(Fraction(0), Fraction(0))
NOT_NEGATIVE = Amount(Fraction(0), None)


def _plus(one: Bound, other: Bound) -> Bound:
    return None if one is None or other is None else one + other


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
