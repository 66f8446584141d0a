"""Two trees of one plan → where they differ.

A plan is never changed: a new one shares every unit that is the same, so what differs is
found by going down only where a unit is another object.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from fractions import Fraction
from functools import cached_property

from msgspec import Struct

from dinhbien.language.names import KIND
from dinhbien.meaning.subjects import MODELLED
from dinhbien.meaning.tally import POST, SECONDED_OUT
from dinhbien.model.plan import Cell, Unit


class Spot(Struct, frozen=True, dict=True):
    """A unit that is another one: which of its own cells and figures, and whether its lists.

    `above` is the unit it lies within.
    """

    before: Unit
    after: Unit
    above: Unit | None
    cells: frozenset[str]
    figures: frozenset[str]
    listed: bool

    @cached_property
    def origins(self) -> frozenset[str]:
        """The cells that are modelled on one side only: who reads them is told, as it is named."""
        return frozenset(
            name
            for name in self.cells
            if (self.before.cell(name).origin == MODELLED)
            is not (self.after.cell(name).origin == MODELLED)
        )

    @property
    def is_changed(self) -> bool:
        """Whether the unit itself is different, and not only what lies within it."""
        return bool(self.cells or self.figures or self.listed)

    @cached_property
    def sign(self) -> Hashable:
        """All that tells who may read what has changed: two spots of one sign have one reader.

        The names of what has changed; of a post also its words and numbers, before and after,
        which of them are no longer modelled or newly so, and the kind of its organisation.  Of
        its numbers only which are nothing, where that tells which of their sums are.
        """
        told = (self.after.level, self.cells, self.figures, self.listed)
        if not self.cells or self.after.level != POST:
            return told
        kind = self.above.cell(KIND).value if self.above is not None else None
        return (*told, self.origins, kind, _values(self.before), _values(self.after))


def _values(unit: Unit) -> Hashable:
    cells = unit.cells.items()
    words = tuple([(name, one.value) for name, one in cells if not isinstance(one.value, Fraction)])
    numbers = [
        (name, *one.value.as_integer_ratio())
        for name, one in cells
        if isinstance(one.value, Fraction)
    ]
    if _is_told(numbers):
        return words, tuple([(name, bool(above)) for name, above, _ in numbers])
    return words, tuple(numbers)


def _is_told(numbers: list[tuple[str, int, int]]) -> bool:
    """Whether a sum of some of the numbers is 0 only where each of them is.

    None of them is taken off but those who are seconded out, who are then fewer than each other
    number that is not 0.
    """
    if any(below != 1 for *_, below in numbers):
        return False
    out = next((above for name, above, _ in numbers if name == SECONDED_OUT), 0)
    others = (above for name, above, _ in numbers if name != SECONDED_OUT)
    return out >= 0 and all(not above or above > out for above in others)


def spots(before: Unit, after: Unit, above: Unit | None = None) -> Iterator[Spot]:
    """The units that differ, from the top; those that are listed on one side only are none."""
    if before is after:
        return
    inner = [
        (one, other)
        for level, units in after.children.items()
        for one, other in _pairs(before.children.get(level, ()), units)
    ]
    cells, figures = _other(before.cells, after.cells), _other(before.figures, after.figures)
    yield Spot(before, after, above, cells, figures, _lists_differ(before, after))
    for one, other in inner:
        yield from spots(one, other, after)


def _pairs(before: tuple[Unit, ...], after: tuple[Unit, ...]) -> Iterator[tuple[Unit, Unit]]:
    if before is after:
        return
    if len(before) == len(after):
        yield from (
            (one, other)
            for one, other in zip(before, after, strict=True)
            if one is not other and one.path == other.path
        )
        return
    known = {one.path: one for one in before}
    yield from ((known[one.path], one) for one in after if one.path in known)


def _lists_differ(before: Unit, after: Unit) -> bool:
    if before.complete != after.complete or before.children.keys() != after.children.keys():
        return True
    for level, units in after.children.items():
        other = before.children[level]
        if other is units:
            continue
        if len(other) != len(units):
            return True
        if any(x is not y and x.path != y.path for x, y in zip(other, units, strict=True)):
            return True
    return False


def _other(before: dict[str, Cell], after: dict[str, Cell]) -> frozenset[str]:
    if before is after:
        return frozenset()
    return frozenset(
        name
        for name in before.keys() | after.keys()
        if before.get(name) is not after.get(name) and before.get(name) != after.get(name)
    )
