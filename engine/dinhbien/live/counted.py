"""Sums over units, from one state to the next: only units that are others are counted again."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from dinhbien.meaning.quantity import ZERO, Quantity
from dinhbien.meaning.subjects import Tallied
from dinhbien.model.plan import Unit

_NONE: frozenset[str] = frozenset()


class Sum(Struct):
    """What units add up to, one by one and together, with the modelled cells read for it."""

    units: tuple[Unit, ...]
    each: list[Tallied]
    total: Quantity
    modelled: frozenset[str]


def summed(held: Sum | None, units: tuple[Unit, ...], each: Callable[[Unit], Tallied]) -> Sum:
    """The sum over `units`; what `held` holds of the same units is taken over."""
    if held is None or len(held.units) != len(units) or held.total.undefined:
        made = [each(unit) for unit in units]
        return Sum(units, made, _added(made), _modelled(made))
    if held.units is units:
        return held
    made, total, other = list(held.each), held.total, False
    for place, (unit, before) in enumerate(zip(units, held.units, strict=True)):
        if unit is not before:
            was, now = made[place], each(unit)
            made[place] = now
            if was[0] is not now[0]:
                total = total - was[0] + now[0]
            other = other or was[1] != now[1]
    if total.undefined:
        total = _added(made)
    return Sum(units, made, total, _modelled(made) if other else held.modelled)


def _added(each: list[Tallied]) -> Quantity:
    total = ZERO
    for one, _ in each:
        total += one
    return total


def _modelled(each: list[Tallied]) -> frozenset[str]:
    return _NONE.union(*[paths for _, paths in each])
