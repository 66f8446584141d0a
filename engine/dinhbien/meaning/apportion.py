"""A pool divided by weight among the members of a group, by the largest remainders.  §12

The method is Hamilton's: each member has the whole part of its exact quota
``pool × weight ÷ sum of weights``; what is left over goes, one each, to the largest
remainders, and among equal remainders to the lower code.  So a share is the quota rounded
down or up, whatever the others' weights; a larger pool may make a share smaller.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from fractions import Fraction

from dinhbien.language import operators as op
from dinhbien.meaning.groups import Asked, Member
from dinhbien.meaning.quantity import ZERO, Quantity, between, rounded, undefined
from dinhbien.meaning.truth import Truth
from dinhbien.model.amount import Amount, Bound, Reason
from dinhbien.model.plan import Unit


def shares(pool: Fraction, weights: Mapping[str, Fraction]) -> dict[str, Fraction]:
    """The share of each member; `pool` is a whole number, and some weight is above zero.

    >>> weights = {"a": Fraction(6), "b": Fraction(6), "c": Fraction(2)}
    >>> [{code: int(one) for code, one in shares(Fraction(n), weights).items()} for n in (10, 11)]
    [{'a': 4, 'b': 4, 'c': 2}, {'a': 5, 'b': 5, 'c': 1}]
    """
    total = sum(weights.values(), Fraction(0))
    quotas = {code: pool * weight / total for code, weight in weights.items()}
    found = {code: rounded("full", quota) for code, quota in quotas.items()}
    left_over = int(pool - sum(found.values()))
    order = sorted(quotas, key=lambda code: (found[code] - quotas[code], code))
    for code in order[:left_over]:
        found[code] += 1
    return found


def apportioned(asked: Asked, operator: op.Apportioned) -> Quantity:
    """The share of the unit that is looked from."""
    group = operator.members
    within = asked.unit(group.base, group.within)
    own = asked.unit(operator.base, group.level)
    below = asked.subjects.below(within, group.level)
    members = {unit.code: _member(asked.at(unit), group, unit) for unit in below}
    if own.code not in members:
        return undefined(("not_among", own.name))
    others = [
        one for code, one in members.items() if code != own.code and one.truth.value is not False
    ]
    open_lists = asked.subjects.open_lists(within, group.level)
    if open_lists and not asked.subjects.never_negative(group.value):
        return undefined(("below_nothing", ", ".join(sorted(open_lists))))
    pool = asked.quantity(operator.pool)
    return share_of(asked.key(operator), pool, members[own.code], others, open_lists)


def _member(here: Asked, group: op.Members, unit: Unit) -> Member:
    truth = here.truth(group.where) if group.where else Truth(True)
    value = here.quantity(group.value) if group.value and truth.value is not False else None
    return Member(unit.code, truth, value)


def share_of(
    key: Hashable, pool: Quantity, own: Member, others: Iterable[Member], open_lists: frozenset[str]
) -> Quantity:
    """The share of `own`, or the interval of its possible shares.

    `open_lists` may hold more members, of weights that are not negative.
    """
    among = [own, *others]
    weights = [one.value or ZERO for one in among]
    reasons = pool.undefined.union(*(one.undefined for one in weights))
    reasons = reasons.union(*(one.truth.undefined for one in among))
    missing = open_lists.union(pool.missing, *(one.missing for one in weights))
    missing = missing.union(*(one.truth.missing for one in among))
    rest = _others(among[1:], open_lists)
    reasons = reasons or _unfit(pool, own, weights, rest, missing)
    if reasons:
        return undefined(*reasons)
    if not missing and pool.exact is not None:
        exact = {one.code: weight.exact for one, weight in zip(among, weights, strict=True)}
        known = {code: weight for code, weight in exact.items() if weight is not None}
        return Quantity(shares(pool.exact, known)[own.code])
    return between(key, _possible(pool.bounds, weights[0].bounds, rest), missing, whole=True)


def _others(others: list[Member], open_lists: frozenset[str]) -> Amount:
    """What the other weights may add up to."""
    total = Amount(Fraction(0), None if open_lists else Fraction(0))
    for one in others:
        bounds = (one.value or ZERO).bounds
        total += bounds if one.truth.value else Amount(Fraction(0), bounds.high)
    return total


def _unfit(
    pool: Quantity, own: Member, weights: list[Quantity], rest: Amount, missing: frozenset[str]
) -> frozenset[Reason]:
    """Why there may be no share: a unit outside the group, no weight at all, less than nothing."""
    lacking = ", ".join(sorted(missing)) or "—"
    if own.truth.value is not True:
        return frozenset([("not_among", lacking)])
    lows = [one.bounds.low for one in (pool, *weights)]
    if any(low is None or low < 0 for low in lows):
        return frozenset([("below_nothing", lacking)])
    if not (weights[0].bounds.low or rest.low):
        return frozenset([("no_weight", lacking)])
    return frozenset()


def _possible(pool: Amount, own: Amount, rest: Amount) -> Amount:
    """From the least quota rounded down to the greatest rounded up.

    A quota grows with the pool and the own weight, and falls with the others'.
    """
    low, high = Fraction(0), pool.high
    if rest.high is not None and own.low and pool.low:
        low = rounded("full", pool.low * own.low / (own.low + rest.high))
    if high is not None and own.high is not None:
        least: Bound = rest.low or Fraction(0)
        high = rounded("part", high * own.high / (own.high + (least or 0))) if own.high else low
    return Amount(low, high)
