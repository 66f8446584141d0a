"""What is made of a group whose members, or whose list, may be open.  §2, §12"""

from __future__ import annotations

from collections.abc import Hashable
from fractions import Fraction
from typing import Protocol

from msgspec import Struct

from dinhbien.language import operators as op
from dinhbien.meaning.quantity import ZERO, Quantity, between, made_of
from dinhbien.meaning.subjects import Subjects
from dinhbien.meaning.truth import Truth
from dinhbien.model.amount import NOT_NEGATIVE, NOTHING, Amount
from dinhbien.model.plan import Unit


class Member(Struct, frozen=True):
    """A possible member: whether it is one, and its number (None where members are counted)."""

    code: str
    truth: Truth
    value: Quantity | None


class Asked(Protocol):
    """What a group asks of an evaluation: the units, and the values at each of them."""

    @property
    def subjects(self) -> Subjects: ...  # noqa: D102 - as the class says
    def at(self, member: Unit) -> Asked: ...  # noqa: D102 - as the class says
    def unit(self, base: op.Base, level: str) -> Unit: ...  # noqa: D102 - as the class says
    def key(self, operator: op.Operator) -> tuple[object, ...]: ...  # noqa: D102 - likewise
    def truth(self, operator: op.Operator) -> Truth: ...  # noqa: D102 - as the class says
    def quantity(self, operator: op.Operator) -> Quantity: ...  # noqa: D102 - likewise
    def word(self, cell: op.CellOf) -> str: ...  # noqa: D102 - as the class says


class Group(Struct, frozen=True):
    """The possible members of a group; `open_lists` may hold more.

    `key` makes its terms one and the same; a member that is not listed has a number of at
    least `least`, or any where that is None.
    """

    key: Hashable
    members: tuple[Member, ...]
    open_lists: frozenset[str]
    least: Fraction | None

    def counted(self) -> Quantity:
        """How many members it has."""
        total = ZERO
        for member in self.members:
            one = Amount(Fraction(0 if member.truth.value is None else 1), Fraction(1))
            key = (self.key, member.code, "one")
            total += between(key, one, member.truth.missing, whole=True)
        if self.open_lists:
            total += between((self.key, "more"), NOT_NEGATIVE, self.open_lists, whole=True)
        return total

    def summed(self) -> Quantity:
        """What its members add up to; one that may not be a member adds its number or nothing."""
        total = ZERO
        for member in self.members:
            value = member.value or ZERO
            if member.truth.value is None and not value.undefined:
                bounds = value.bounds.joined(NOTHING)
                missing = member.truth.missing | value.missing
                value = between((self.key, member.code, "if"), bounds, missing, whole=value.whole)
            total += value
        if self.open_lists:
            total += between((self.key, "sum"), Amount(self.least, None), self.open_lists)
        return total

    def open_extreme(self, sign: int) -> Quantity:
        """The smallest (`sign` 1) or largest (−1) number where it is open who is a member.

        The smallest is no more than that of any certain member; others may be smaller still.
        """
        values = [(member.value or ZERO, member.truth) for member in self.members]
        signed = [(value.times(Fraction(sign)).bounds, truth) for value, truth in values]
        certain = [bounds.high for bounds, truth in signed if truth.value]
        possible = [bounds.low for bounds, _ in signed]
        high = min((end for end in certain if end is not None), default=None)
        low = min((end for end in possible if end is not None), default=None)
        if None in possible:
            low = None
        if self.open_lists:
            unlisted = self.least if sign > 0 else None
            low = None if low is None or unlisted is None else min(low, unlisted)
        bounds = Amount(low, high) if sign > 0 else Amount(low, high).negative
        made = made_of(self.key, bounds, [value for value, _ in values], whole=False)
        missing = self.open_lists.union(made.missing, *(truth.missing for _, truth in values))
        return made if made.undefined else between(self.key, bounds, missing)
