"""Answers that are kept by what they were made from, so many and no more."""

from __future__ import annotations

from collections.abc import Hashable
from fractions import Fraction
from typing import Generic, TypeVar

from msgspec import Struct, field

from dinhbien.judging.parts import Part
from dinhbien.meaning.evaluate import Value
from dinhbien.meaning.quantity import Quantity
from dinhbien.meaning.truth import Truth
from dinhbien.model.amount import Amount

Answer = TypeVar("Answer")
_MOST = 2**11
FEW = 2**9
"""How many answers are kept that are asked for again and again, and seldom afterwards."""
_MOST_TERMS = 2
_SAME = "same"


class Memory(Struct, Generic[Answer]):
    """Answers by key; those that nobody asked for in a long while are forgotten.

    There are two generations of at most `most` answers each: where the young one is full it
    becomes the old one, and what is asked for of the old one is young again.
    """

    most: int = _MOST
    _young: dict[Hashable, Answer] = field(default_factory=dict)
    _old: dict[Hashable, Answer] = field(default_factory=dict)

    def get(self, key: Hashable) -> Answer | None:
        """The answer of a key, if it is kept."""
        found = self._young.get(key)
        if found is None and self._old:
            found = self._old.get(key)
            if found is not None:
                self.keep(key, found)
        return found

    def keep(self, key: Hashable, answer: Answer) -> Answer:
        """Keep an answer under a key, and return it."""
        if len(self._young) >= self.most:
            self._young, self._old = {}, self._young
        self._young[key] = answer
        return answer

    def __len__(self) -> int:
        return len(self._young) + len(self._old)


def number_sign(number: Fraction | None) -> Hashable:
    """A number as a key that is quick to compare."""
    if number is None:
        return None
    return number.numerator if number.denominator == 1 else (number.numerator, number.denominator)


def amount_sign(amount: Amount | None) -> Hashable:
    """An interval as a key; one that is not told is another than one without bounds."""
    return "" if amount is None else (number_sign(amount.low), number_sign(amount.high))


def part_sign(part: Part) -> Hashable:
    """A part of a row as a key."""
    return amount_sign(part.amount), part.missing, part.because


def value_sign(value: Value) -> Hashable:
    """All that can be reckoned from a value, as a key.

    Two values of one key are equal in every regard: their terms, the bounds of these, and
    what they lack.  One of many terms, or of terms that are no plain texts, is equal to itself,
    and its key does not hold it.
    """
    if isinstance(value, Truth):
        return value.value, value.missing, value.undefined
    if not value.terms:
        return number_sign(value.constant), value.undefined
    if len(value.terms) > _MOST_TERMS:
        return _SAME, value.serial
    return _of_terms(value)


def _of_terms(value: Quantity) -> Hashable:
    terms = []
    for term, factor in value.terms.items():
        key = term.key
        if not (isinstance(key, str) or (isinstance(key, tuple) and _is_plain(key))):
            return _SAME, value.serial
        low, high = number_sign(term.low), number_sign(term.high)
        terms.append((key, low, high, term.whole, term.missing, number_sign(factor)))
    return number_sign(value.constant), value.undefined, tuple(terms)


def _is_plain(key: tuple[object, ...]) -> bool:
    return all(isinstance(one, str) for one in key)
