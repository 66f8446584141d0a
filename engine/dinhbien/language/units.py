"""Units of measure as a free group: products of powers of named units."""

from __future__ import annotations

import re
from fractions import Fraction

from msgspec import Struct

from dinhbien.errors import nearest
from dinhbien.model.words import Vocabulary

_NUMBER = re.compile(r"(-?[0-9][0-9_]*)(?:\.([0-9]+))?(?:\s*/\s*([0-9][0-9_]*))?\s*(%)?\s*")
LONGEST_NUMBER = 40
"""Characters: no number of the law or of a plan is longer."""


class Measure(Struct, frozen=True):
    """A unit: named units with their powers, in order of name.

    >>> print(Measure.one("post") / Measure.one("commune"))
    post per commune
    """

    powers: tuple[tuple[str, int], ...] = ()

    @classmethod
    def one(cls, name: str) -> Measure:
        """The unit `name` itself."""
        return cls(((name, 1),))

    def __mul__(self, other: Measure) -> Measure:
        return self._with(other, 1)

    def __truediv__(self, other: Measure) -> Measure:
        return self._with(other, -1)

    def _with(self, other: Measure, sign: int) -> Measure:
        powers = dict(self.powers)
        for name, power in other.powers:
            powers[name] = powers.get(name, 0) + sign * power
        return Measure(tuple(sorted((name, power) for name, power in powers.items() if power)))

    def __str__(self) -> str:
        above = [name for name, power in self.powers for _ in range(power) if power > 0]
        below = [name for name, power in self.powers for _ in range(-power) if power < 0]
        return " per ".join(["·".join(above) or "1", *below]) if self.powers else "no unit"


NO_UNIT = Measure()


class MalformedQuantityError(ValueError):
    """A quantity that cannot be read; `way_out` says what to write."""

    def __init__(self, message: str, way_out: str = "") -> None:
        super().__init__(message)
        self.way_out = way_out


def known_units(vocabulary: Vocabulary) -> dict[str, str]:
    """Every spelling of a unit, with the unit's name."""
    spellings = {name: name for name in vocabulary.units}
    for name, unit in vocabulary.units.items():
        spellings |= dict.fromkeys(unit.also, name)
    return spellings


def measure_of(text: str, vocabulary: Vocabulary) -> Measure:
    """The unit written as ``posts`` or ``inhabitants per post``.

    Raises `MalformedQuantityError` for an unknown unit.
    """
    known = known_units(vocabulary)
    result = NO_UNIT
    for place, part in enumerate(text.split(" per ")):
        for word in re.split(r"\s*·\s*", part.strip()):
            if word not in known:
                message = f"`{word}` is not a unit"
                raise MalformedQuantityError(message, nearest(word, known))
            factor = Measure.one(known[word])
            result = result / factor if place else result * factor
    return result


_THOUSANDS = re.compile(r"-?[0-9]{1,3}\.[0-9]{3}")


def refuse_thousands(number: str) -> None:
    """Raise `MalformedQuantityError` for `16.000`: sixteen, or sixteen thousand?"""
    if _THOUSANDS.fullmatch(number):
        thousands, decimal = number.replace(".", "_"), f"{number}0"
        message = f"`{number}` may be a decimal or thousands"
        way_out = f"write `{thousands}` for thousands, `{decimal}` for the decimal"
        raise MalformedQuantityError(message, way_out)


def quantity_of(text: str, vocabulary: Vocabulary) -> tuple[Fraction, Measure]:
    """The exact number and the unit of ``16_000 inhabitants``, ``2.5``, ``1/3`` or ``40 %``.

    Raises `MalformedQuantityError` where the text is neither.
    """
    found = _NUMBER.match(text)
    if not found:
        message = f"`{text}` is not a number with its unit"
        raise MalformedQuantityError(message, "write, say, `16_000 inhabitants`")
    if found.end() > LONGEST_NUMBER:
        message = "the number is too long"
        raise MalformedQuantityError(message)
    whole, decimals, below, percent = found.groups()
    refuse_thousands(f"{whole}.{decimals}" if decimals else whole)
    value = Fraction(f"{whole.replace('_', '')}.{decimals or 0}")
    if below is not None:
        if int(below.replace("_", "")) == 0:
            message = f"`{text}` divides by zero"
            raise MalformedQuantityError(message)
        value /= int(below.replace("_", ""))
    if percent:
        value /= 100
    rest = text[found.end() :].strip()
    return value, measure_of(rest, vocabulary) if rest else NO_UNIT
