"""A truth that may be unknown, and remembers what it lacks.  §2"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from operator import eq, ge, gt, le, lt, ne

from msgspec import Struct

from dinhbien.meaning.quantity import NONE, Quantity
from dinhbien.model.amount import Reason


class Truth(Struct, frozen=True):
    """True, False, or None for not known; `undefined` holds the reasons for no value."""

    value: bool | None
    missing: frozenset[str] = NONE
    undefined: frozenset[Reason] = frozenset()

    def __invert__(self) -> Truth:
        value = None if self.value is None else not self.value
        return Truth(value, self.missing, self.undefined)


def both(one: Truth, other: Truth) -> Truth:
    """`one and other`: false as soon as one is, whether or not the other has a value."""
    if one.value is False or other.value is False:
        return Truth(False)
    undefined = one.undefined | other.undefined
    if undefined:
        return Truth(None, NONE, undefined)
    if one.value and other.value:
        return Truth(True)
    return Truth(None, one.missing | other.missing)


def either(one: Truth, other: Truth) -> Truth:
    """`one or other`: true as soon as one is."""
    return ~both(~one, ~other)


_EXACTLY: dict[str, Callable[[Fraction, Fraction], bool]] = {
    "<": lt, "<=": le, ">": gt, ">=": ge, "=": eq, "!=": ne,
}  # fmt: skip


def compared(operator: str, left: Quantity, right: Quantity) -> Truth:
    """A comparison, decided from the signs of ``left − right``."""
    if left.undefined or right.undefined:
        return Truth(None, NONE, left.undefined | right.undefined)
    if not left.terms and not right.terms:
        return Truth(_EXACTLY[operator](left.constant, right.constant))
    difference = left - right
    bounds = difference.bounds
    value = _decided(operator, bounds.low, bounds.high)
    return Truth(value) if value is not None else Truth(None, difference.missing)


def _decided(operator: str, low: Fraction | None, high: Fraction | None) -> bool | None:
    positive = low is not None and low.numerator > 0
    not_negative = low is not None and low.numerator >= 0
    negative = high is not None and high.numerator < 0
    not_positive = high is not None and high.numerator <= 0
    holds, fails = {
        "<": (negative, not_negative),
        "<=": (not_positive, positive),
        ">": (positive, not_positive),
        ">=": (not_negative, negative),
        "=": (not_negative and not_positive, positive or negative),
        "!=": (positive or negative, not_negative and not_positive),
    }[operator]
    return True if holds else False if fails else None
