"""Code of a kernel: simple operations over lanes, each one whole number for every unit of a level.

A register of a tape becomes up to three lanes: its lower ends, its upper ends and its flags.
What is the same for all units is a plain number, and is reckoned here.  Every operation is made
once; a lane's place is used again after its last reader.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

import numpy as np
from msgspec import Struct, field
from numpy.typing import NDArray

from dinhbien.columns.table import INFINITE, Whole
from dinhbien.columns.values import Array

OPERATIONS = (
    "fill", "load", "load_bits", "linear", "affine", "product", "quotient", "round", "least",
    "greatest", "below", "at_most", "equal", "or", "bits", "select", "within", "look_up",
    "sum", "any", "smallest", "spread", "many", "tally", "tell",
)  # fmt: skip
"""What a kernel can do, by place; `on_kernel` says what each means."""
PLACES = {name: place for place, name in enumerate(OPERATIONS)}
ARGS = 12
"""No operation reads more lanes."""


class Lane(NamedTuple):
    """One of the lanes that an operation gives: which operation, and which of its lanes."""

    at: int
    which: int
    level: str


One = int | Lane
"""The number of all units, or a lane."""


class Operation(NamedTuple):
    """What is done at the units of a level, with which lanes and which plain numbers."""

    does: str
    level: str
    args: tuple[Lane, ...]
    numbers: tuple[int, ...]


class Code(Struct):
    """Operations in order, the inputs that they load, and the tables that they look up."""

    made: list[Operation] = field(default_factory=list)
    wide: list[int] = field(default_factory=list)
    inputs: list[NDArray[np.generic]] = field(default_factory=list)
    data: list[int] = field(default_factory=list)
    _known: dict[Operation, Lane] = field(default_factory=dict)
    _loaded: dict[int, int] = field(default_factory=dict)
    _tables: dict[tuple[int, ...], int] = field(default_factory=dict)

    def put(
        self, does: str, level: str, args: Iterable[One] = (), *numbers: int, wide: int = 1
    ) -> Lane:
        """The lane of an operation, or the first of several."""
        lanes = tuple(self.lane(one, level) for one in args)
        asked = Operation(does, level, lanes, numbers)
        if asked not in self._known:
            self._known[asked] = Lane(len(self.made), 0, level)
            self.made.append(asked)
            self.wide.append(wide)
        return self._known[asked]

    def lane(self, one: One, level: str) -> Lane:
        """A lane, also of a number that is the same for all units of `level`."""
        return self.put("fill", level, (), one) if isinstance(one, int) else one

    def load(self, level: str, array: Array) -> Lane:
        """An input: whole numbers of 64 bits, which are read where they stand, or truths."""
        place = self.input(array)
        if array.dtype == np.int64:
            return self.put("load", level, (), place, wide=0)
        return self.put("load_bits", level, (), place)

    def input(self, array: Array) -> int:
        """The place of an array among the inputs."""
        place = self._loaded.setdefault(id(array), len(self.inputs))
        if place == len(self.inputs):
            self.inputs.append(array)
        return place

    def table(self, numbers: Iterable[int]) -> int:
        """Where a table of numbers begins."""
        key = tuple(numbers)
        place = self._tables.setdefault(key, len(self.data))
        if place == len(self.data):
            self.data.extend(key)
        return place

    # -- what is done at one level -------------------------------------------

    def linear(self, level: str, one: One, first: int, other: One, second: int, end: int) -> One:  # noqa: PLR0913, PLR0917 - a sum of two
        """`first × one + second × other`, none where one is; `end` is −1 for lower ends."""
        if isinstance(other, int) and is_finite(other):
            return self.affine(level, one, first, second * other)
        if isinstance(one, int) and is_finite(one):
            return self.affine(level, other, second, first * one)
        return self.put("linear", level, (one, other), first, second, end)

    def affine(self, level: str, one: One, factor: int, more: int = 0) -> One:
        """`factor × one + more`, no bound staying none; nothing times no bound is nothing."""
        if not factor:
            return more
        if isinstance(one, int) and is_finite(one):
            return factor * one + more
        return one if (factor, more) == (1, 0) else self.put("affine", level, (one,), factor, more)

    def product(self, level: str, one: One, other: One) -> One:
        """The product of two ends; nothing times no bound is nothing."""
        for left, right in ((one, other), (other, one)):
            if isinstance(left, int) and is_finite(left):
                return self.affine(level, right, left)
        return self.put("product", level, (one, other))

    def of_two(self, does: str, level: str, one: One, other: One) -> One:
        """``least``, ``greatest``, ``below``, ``at_most``, ``equal`` or ``or`` of two."""
        if isinstance(one, int) and isinstance(other, int):
            return int(FOLD[does](one, other))
        if one == other and does in {"least", "greatest", "or"}:
            return one
        if does == "or" and 0 in {one, other}:
            return other if one == 0 else one
        return self.put(does, level, (one, other))

    def both(self, level: str, one: One, other: One) -> One:
        """Where two truths hold."""
        return self.of_two("least", level, one, other)

    def either(self, level: str, one: One, other: One) -> One:
        """Where one of two truths holds."""
        return self.of_two("greatest", level, one, other)

    def contrary(self, level: str, one: One) -> One:
        """Where a truth does not hold."""
        return self.affine(level, one, -1, 1)

    def bits(self, level: str, one: One, mask: int) -> One:
        """Some of the bits of flags."""
        return one & mask if isinstance(one, int) else self.put("bits", level, (one,), mask)

    def select(self, level: str, condition: One, one: One, other: One) -> One:
        """`one` where the condition is not 0, else `other`."""
        if one == other:
            return one
        if isinstance(condition, int):
            return one if condition else other
        return self.put("select", level, (condition, one, other))

    # -- what an array machine is given ----------------------------------------

    def encoded(self, levels: dict[str, int], sizes: list[int]) -> Encoded:
        """The code as numbers, for `sizes` units of each level at most.

        `levels` says the place of each level.
        """
        slots, lanes = self._slots(levels)
        starts = np.concatenate(([0], np.cumsum(np.multiply(lanes, sizes)))).tolist()
        done = [at for at, one in enumerate(self.made) if one.does != "load"]
        rows = np.zeros((len(done), 3 + ARGS + NUMBERS), np.int64)
        for at, row in zip(done, rows, strict=True):
            one = self.made[at]
            level = levels[one.level]
            row[:3] = PLACES[one.does], level, starts[level] + slots[at] * sizes[level]
            for place, arg in enumerate(one.args, 3):
                below, given = levels[arg.level], self.made[arg.at]
                row[-1] = below
                if given.does == "load":
                    row[place] = -1 - given.numbers[0]
                else:
                    row[place] = starts[below] + (slots[arg.at] + arg.which) * sizes[below]
            row[3 + ARGS : 3 + ARGS + len(one.numbers)] = one.numbers
        return Encoded(rows, np.array([*self.data, 0], np.int64), self.inputs, starts[-1])

    def _slots(self, levels: dict[str, int]) -> tuple[list[int], list[int]]:
        """Where the lanes of each operation stand among those of its level, and how many there are.

        A place is free again after the last operation that reads it.
        """
        last = {at: at for at in range(len(self.made))}
        for at, one in enumerate(self.made):
            last.update({arg.at: at for arg in one.args})
        ends: dict[int, list[int]] = {}
        for at, end in last.items():
            ends.setdefault(end, []).append(at)
        free: list[dict[int, list[int]]] = [{} for _ in levels]
        sizes, slots = [0] * len(levels), []
        for at, one in enumerate(self.made):
            level, wide = levels[one.level], self.wide[at]
            among = free[level].setdefault(wide, [])
            if among:
                slots.append(among.pop())
            else:
                slots.append(sizes[level])
                sizes[level] += wide
            for ended in ends.get(at, ()):
                of = levels[self.made[ended].level]
                free[of].setdefault(self.wide[ended], []).append(slots[ended])
        return slots, sizes


NUMBERS = 4
"""No operation carries more plain numbers; the last one is the level of its lanes."""


class Encoded(NamedTuple):
    """A code as arrays: an operation a row, the tables, the inputs, and how much lanes take."""

    rows: Whole
    data: Whole
    inputs: list[NDArray[np.generic]]
    room: int


FOLD: dict[str, Callable[[int, int], int]] = {
    "least": min, "greatest": max, "below": int.__lt__, "at_most": int.__le__,
    "equal": int.__eq__, "or": int.__or__,
}  # fmt: skip


class Held(NamedTuple):
    """The lanes of a register; `hi` is `lo` where it lacks nothing, flags are 0 without any."""

    lo: One
    hi: One
    flags: One = 0

    @property
    def is_exact(self) -> bool:
        """Whether it lacks nothing anywhere."""
        return self.hi is self.lo or self.hi == self.lo

    def ends(self) -> Iterator[One]:
        """The lower one, and the upper one if it is another."""
        yield self.lo
        if not self.is_exact:
            yield self.hi


def is_finite(one: One) -> bool:
    """Whether a number that is the same for all units is one."""
    return not isinstance(one, int) or abs(one) < INFINITE
