"""A chain of flags as a program: what an evaluator needs to raise them, in order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, cast

from msgspec import Struct

from dinhbien.language.operators import CellOf, Operator
from dinhbien.language.units import Measure
from dinhbien.model.flag import FlagFile

Kind = Literal["flag", "remedy", "left", "rest", "rank"]

PER_NORM = {
    "short": "what is too few",
    "over": "what is too many",
    "spare": "what units have above what is asked of them",
    "spare_inside": "the same, where one unit's can help another within the row's",
    "gap": "fields without anybody",
    "gap_inside": "fields without anybody that somebody elsewhere in the unit knows",
    "spare_elsewhere": "what other units of the level have above what they lack",
}
"""The quantities of a row of one unit and one norm, in posts."""
PER_UNIT = {"gap": "fields without anybody"}
COMPARED = ("short", "over", "spare", "room")
"""What each name under `compares` adds to a row: ``<name>_short`` and so on."""


class Step(Struct, frozen=True):
    """One flag or remedy; `amount` is 0 where it is not raised.

    `when` is a truth; None where the flag is raised by its amount alone.
    What a remedy leaves (`left`) is a step that is not shown.
    """

    name: str
    kind: Kind
    when: Operator | None
    amount: Operator | None
    measure: Measure | None = None


class Chain(Struct, frozen=True):
    """The steps in order; each may use what comes before it."""

    file: FlagFile
    steps: tuple[Step, ...]
    sha256: str = ""

    @property
    def name(self) -> str:
        """Its name."""
        return self.file.flags

    @property
    def shown(self) -> tuple[Step, ...]:
        """The steps that a row shows."""
        return tuple(one for one in self.steps if one.kind != "left")

    @property
    def cells(self) -> tuple[CellOf, ...]:
        """The facts that decide the ranks of the chain."""
        ranks = [one.amount for one in self.steps if one.kind == "rank" and one.amount is not None]
        return tuple(dict.fromkeys(cell for one in ranks for cell in _cells(one)))

    def step(self, name: str) -> Step:
        """The step of that name."""
        return next(one for one in self.steps if one.name == name)


def _cells(operator: Operator) -> Iterator[CellOf]:
    if isinstance(operator, CellOf):
        yield operator
        return
    for name in operator.__struct_fields__:
        inner = getattr(operator, name)
        if isinstance(inner, Struct):
            yield from _cells(cast("Operator", inner))
