"""The least or the greatest of quantities of which not all is known.  §2"""

from __future__ import annotations

from collections.abc import Hashable

from dinhbien.meaning.quantity import Quantity, made_of, undefined
from dinhbien.meaning.truth import compared
from dinhbien.model.amount import Amount, Reason


def chosen(key: Hashable, name: str, values: list[Quantity]) -> Quantity:
    """The least or the greatest of `values`; one that is it for certain is given as it is."""
    reasons = frozenset[Reason]().union(*(value.undefined for value in values))
    if reasons:
        return undefined(*reasons)
    bounds = [value.bounds for value in values]
    for place in range(len(values)):
        if _is_first(name, place, values, bounds):
            return values[place]
    lows = [one.low for one in bounds]
    highs = [one.high for one in bounds]
    finite_lows = [low for low in lows if low is not None]
    finite_highs = [high for high in highs if high is not None]
    if name == "least":
        low = None if None in lows else min(finite_lows)
        high = min(finite_highs, default=None)
    else:
        low = max(finite_lows, default=None)
        high = None if None in highs else max(finite_highs)
    whole = all(value.whole for value in values)
    return made_of(key, Amount(low, high), values, whole=whole)


def _is_first(name: str, place: int, values: list[Quantity], bounds: list[Amount]) -> bool:
    """Whether the value at `place` is certainly the least, or the greatest, of all.

    Intervals that do not overlap settle it; those that do are no proof of the contrary only
    where the two share a term, which the difference cancels.
    """
    sign = "<=" if name == "least" else ">="
    for other in range(len(values)):
        below, above = (place, other) if name == "least" else (other, place)
        high, low = bounds[below].high, bounds[above].low
        if other == place or (high is not None and low is not None and high <= low):
            continue
        one, another = values[place], values[other]
        if not one.shares_with(another) or not compared(sign, one, another).value:
            return False
    return True
