"""A number that remembers what it lacks.  §1, §2

A quantity is ``constant + Σ coefficient × term``.  A term is a missing input, or the result
of an operation that is not linear on missing inputs.  Equal terms cancel, so that a linear
comparison is decided whenever all values of the inputs agree.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from fractions import Fraction
from functools import cached_property
from itertools import count
from math import floor

from msgspec import Struct, field

from dinhbien.model.amount import Amount, Bound, Reason, added, negated, whole

NONE: frozenset[str] = frozenset()
_SERIALS = count()
_ZERO, _ONE, _MINUS_ONE = whole(0), whole(1), whole(-1)


class Term(Struct, frozen=True, eq=False):
    """Something between `low` and `high`; two terms are one if their keys are equal."""

    key: Hashable
    low: Bound
    high: Bound
    whole: bool
    missing: frozenset[str]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Term) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)


class Quantity(Struct, dict=True):
    """An exact linear combination; `undefined` holds the reasons why there is no value.

    It is never changed.
    """

    constant: Fraction
    terms: dict[Term, Fraction] = field(default_factory=dict)
    undefined: frozenset[Reason] = frozenset()

    @cached_property
    def bounds(self) -> Amount:
        """The least interval that holds every value."""
        low: Bound = self.constant
        high: Bound = self.constant
        for term, factor in self.terms.items():
            upward = factor.numerator > 0
            least, most = (term.low, term.high) if upward else (term.high, term.low)
            low = None if low is None or least is None else added(low, _scaled(least, factor))
            high = None if high is None or most is None else added(high, _scaled(most, factor))
        return Amount(low, high)

    @cached_property
    def missing(self) -> frozenset[str]:
        """The inputs it lacks."""
        if not self.terms:
            return NONE
        return frozenset().union(*(term.missing for term in self.terms))

    @cached_property
    def serial(self) -> int:
        """A number that no other quantity of this process has: it tells this one apart."""
        return next(_SERIALS)

    @property
    def is_nothing(self) -> bool:
        """Whether it is 0 and lacks nothing: what is added to it stays as it is."""
        return not (self.terms or self.undefined or self.constant)

    @property
    def exact(self) -> Fraction | None:
        """The number, if it lacks nothing."""
        return self.constant if not self.terms and not self.undefined else None

    @cached_property
    def whole(self) -> bool:
        """Whether every value is a whole number."""
        factors = all(term.whole and one.denominator == 1 for term, one in self.terms.items())
        return factors and self.constant.denominator == 1

    def shares_with(self, other: Quantity) -> bool:
        """Whether a term of one is a term of the other: the two do not vary apart."""
        return bool(self.terms and other.terms) and not self.terms.keys().isdisjoint(other.terms)

    def plus(self, other: Quantity, times: Fraction) -> Quantity:
        """``self + times × other``."""
        if other.is_nothing:
            return self
        if times is _ONE and self.is_nothing:
            return other
        terms = dict(self.terms) if other.terms else self.terms
        for term, factor in other.terms.items():
            more, here = _scaled(factor, times), terms.get(term)
            total = more if here is None else added(here, more)
            if total:
                terms[term] = total
            else:
                terms.pop(term, None)
        constant = added(self.constant, _scaled(other.constant, times))
        return Quantity(constant, terms, self.undefined | other.undefined)

    def __add__(self, other: Quantity) -> Quantity:
        return self.plus(other, _ONE)

    def __sub__(self, other: Quantity) -> Quantity:
        return self.plus(other, _MINUS_ONE)

    def times(self, factor: Fraction) -> Quantity:
        """``factor × self``."""
        return Quantity(_ZERO, {}, self.undefined).plus(self, factor)


def _scaled(number: Fraction, factor: Fraction) -> Fraction:
    """``factor × number``; most factors are 1 or −1, and need no product."""
    if factor is _ONE or factor == 1:
        return number
    if factor is _MINUS_ONE or factor == -1:
        return negated(number)
    return factor * number


ZERO = Quantity(_ZERO)


def known(value: Fraction) -> Quantity:
    """An exact number."""
    return Quantity(value)


def undefined(*reasons: Reason) -> Quantity:
    """No value, and why."""
    return Quantity(_ZERO, {}, frozenset(reasons))


def between(
    key: Hashable, bounds: Amount, missing: frozenset[str], *, whole: bool = False
) -> Quantity:
    """A term of its own."""
    if bounds.exact is not None:
        return known(bounds.exact)
    made = Quantity(_ZERO, {Term(key, bounds.low, bounds.high, whole, missing): _ONE})
    made.__dict__.update(bounds=bounds, missing=missing, whole=whole)  # as they would be found
    return made


def made_of(key: Hashable, bounds: Amount, parts: Iterable[Quantity], *, whole: bool) -> Quantity:
    """What a non-linear operation on `parts` gives: within `bounds`, lacking what they lack."""
    among = list(parts)
    reasons = frozenset[Reason]().union(*(part.undefined for part in among))
    if reasons:
        return undefined(*reasons)
    missing = frozenset().union(*(part.missing for part in among))
    return between(key, bounds, missing, whole=whole)


def rounded(mode: str, number: Fraction) -> Fraction:
    """Down (``full``), up (``part``) or half away from zero (``half_up``).

    >>> [int(rounded(mode, Fraction(-5, 2))) for mode in ("full", "part", "half_up")]
    [-3, -2, -3]
    """
    if mode == "full":
        return Fraction(floor(number))
    if mode == "part":
        return Fraction(-floor(-number))
    size = Fraction(floor(abs(number) + Fraction(1, 2)))
    return size if number >= 0 else -size


def product(one: Amount, other: Amount) -> Amount:
    """The interval of all products; None is no bound."""
    ends = [_times(a, b) for a in _ends(one) for b in _ends(other)]
    return Amount(_least(ends), _greatest(ends))


_End = tuple[int, Fraction]
"""An end of an interval: (−1, 0, +1) for −∞, finite, +∞, and the finite value."""


def _ends(one: Amount) -> tuple[_End, _End]:
    low = (-1, Fraction(0)) if one.low is None else (0, one.low)
    high = (1, Fraction(0)) if one.high is None else (0, one.high)
    return low, high


def _sign(one: _End) -> int:
    return one[0] or (one[1] > 0) - (one[1] < 0)


def _times(one: _End, other: _End) -> _End:
    if one[0] == 0 == other[0]:
        return 0, one[1] * other[1]
    return _sign(one) * _sign(other), Fraction(0)


def _least(ends: list[_End]) -> Bound:
    infinite, value = min(ends)
    return None if infinite else value


def _greatest(ends: list[_End]) -> Bound:
    infinite, value = max(ends)
    return None if infinite else value
