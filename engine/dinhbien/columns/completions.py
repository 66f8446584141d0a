"""Rows with missing words, under every combination of those words.  §2

Each such unit is copied once for each combination, with all that lies within it and above it,
so that the tape is done once for all of them; then the copies of a row become one row again.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from dinhbien.columns.on_numpy import evaluated
from dinhbien.columns.outcome import CODES, Asked, Ends, Outcomes, outcomes
from dinhbien.columns.segments import reduced
from dinhbien.columns.table import INFINITE, MISSING, Column, Level, Stated, Table, Whole, words_of
from dinhbien.columns.tape import Tape
from dinhbien.columns.too_many import too_many
from dinhbien.columns.values import Array, Bound
from dinhbien.meaning.completions import MOST_COMBINATIONS

Word = tuple[str, str]
"""A level, and an attribute of its units that has words."""


def needed(tape: Tape, asked: Asked) -> list[int]:
    """The steps that a program needs, in order."""
    tops = (asked.applies, asked.measured, asked.least, asked.most, asked.listed, *asked.parts)
    found: set[int] = set()
    left = [one.place for one in tops if one is not None]
    while left:
        one = left.pop()
        if one not in found:
            found.add(one)
            left.extend(tape.steps[one].args)
    return sorted(found)


REDUCES = ("sum", "tally", "smallest", "largest", "asked")
"""Steps that make one number of a group."""


class Reach(Struct, frozen=True):
    """What a program reads: its steps, its words, and the level whose units hold all of it."""

    steps: tuple[int, ...]
    words: tuple[Word, ...]
    level: str


def reach(
    tape: Tape, asked: Asked, table: Table, steps: Sequence[int] | None = None
) -> Reach | None:
    """What a program reads, by its `steps`; None where it takes in the whole plan."""
    steps = needed(tape, asked) if steps is None else steps
    words = [tape.steps[one] for one in steps if tape.steps[one].does == "word"]
    above = table.vocabulary.ancestors_of(asked.program.level)
    summed = {tape.steps[one].level for one in steps if tape.steps[one].does in REDUCES}
    upper = [one for one in above if one in summed]
    highest = upper[-1] if upper else asked.program.level
    if highest == table.top:
        return None
    found = sorted({(one.level, str(one.more[0])) for one in words})
    return Reach(tuple(steps), tuple(found), highest)


class Slots(Struct, frozen=True):
    """The missing words of some units: of which unit each is, and how many words it may be."""

    of: Whole
    places: Whole
    words: tuple[Word, ...]
    which: Whole
    sizes: Whole


def slots_of(table: Table, read: Reach, units: Whole) -> Slots:
    """The missing words that lie within `units`, or above them."""
    of, places, which, sizes = [], [], [], []
    for at, (level, attribute) in enumerate(read.words):
        words = table.levels[level].words.get(attribute)
        missing = np.full(table.size(level), MISSING) if words is None else words
        owner, place = _pairs(table, read.level, level, units)
        here = missing[place] == MISSING
        of.append(owner[here])
        places.append(place[here])
        which.append(np.full(int(here.sum()), at))
        many = len(words_of(attribute, table.vocabulary))
        sizes.append(np.full(int(here.sum()), many))
    joined = [np.concatenate(one) for one in (of, places, which, sizes)]
    order = np.argsort(joined[0], kind="stable")
    owner, place, word, size = (one[order] for one in joined)
    return Slots(owner, place, read.words, word, size)


def _pairs(table: Table, upper: str, level: str, units: Whole) -> tuple[Whole, Whole]:
    """Each of `units` (by its place among them) with each unit of `level` above or within it."""
    if upper == level or level in table.vocabulary.ancestors_of(upper):
        return np.arange(len(units)), table.above(upper, level)[units]
    starts = table.starts(upper, level)
    return spread(starts[units], starts[units + 1])


def spread(first: Whole, last: Whole) -> tuple[Whole, Whole]:
    """Every place from each `first` to before each `last`, with which of them it is of."""
    many = last - first
    of = np.repeat(np.arange(len(first)), many)
    inner = np.arange(int(many.sum())) - np.repeat(np.cumsum(many) - many, many)
    return of, first[of] + inner


def combinations(slots: Slots, many: int) -> tuple[Whole, Whole]:
    """How many combinations each unit has, and by how many each slot turns; as in an odometer.

    Past `MOST_COMBINATIONS` neither is exact: they are not tried.
    """
    total = np.ones(many, np.int64)
    turns = np.ones(len(slots.of), np.int64)
    first = np.searchsorted(slots.of, slots.of)
    rank = np.arange(len(slots.of)) - first
    enough = MOST_COMBINATIONS.bit_length()  # each slot at least doubles them
    for at in range(min(enough, int(rank.max(initial=-1)) + 1)):
        here = rank == at
        owner = slots.of[here]
        turns[here] = total[owner]
        total[owner] *= slots.sizes[here]
        total = np.minimum(total, 2 * MOST_COMBINATIONS)
    return total, turns


def copied(table: Table, level: str, units: Whole) -> Table:
    """A plan of `units`, each with all that lies within it and with its own units above it."""
    vocabulary = table.vocabulary
    above = vocabulary.ancestors_of(level)
    levels: dict[str, Level] = {}
    for name, one in table.levels.items():
        if name == level or name in above:
            places = table.above(level, name)[units]
            levels[name] = _taken(one, places, np.arange(len(units)))
        elif level in vocabulary.ancestors_of(name):
            starts = table.starts(level, name)
            owner, places = spread(starts[units], starts[units + 1])
            upper = table.starts(level, vocabulary.levels[name].within or level)
            many = upper[units + 1] - upper[units]
            moved = np.cumsum(many) - many - upper[units]  # how far the parents of each moved
            levels[name] = _taken(one, places, one.parents[places] + moved[owner])
    return Table(table.top, levels, vocabulary)


def _taken(level: Level, places: Whole, parents: Whole) -> Level:
    return Level(
        len(places),
        parents,
        level.codes[places],
        {name: _column(one, places) for name, one in level.numbers.items()},
        {name: one[places] for name, one in level.words.items()},
        {name: one[places] for name, one in level.complete.items()},
        {
            name: Stated(one.known[..., places], _column(one.bounds, places))
            for name, one in level.stated.items()
        },
    )


def _column(one: Column, places: Whole) -> Column:
    lo = one.lo[..., places]
    hi = lo if one.hi is one.lo else one.hi[..., places]
    return Column(lo, hi, one.scale, None if one.known is None else one.known[..., places])


class Copies(Struct, frozen=True):
    """The copies of some units of `read.level`: `total` of each, whose words turn by `turns`."""

    table: Table
    read: Reach
    units: Whole
    slots: Slots
    total: Whole
    turns: Whole

    @classmethod
    def of(cls, table: Table, read: Reach, units: Whole) -> Copies:
        """The copies of `units`, one for each combination of their missing words."""
        slots = slots_of(table, read, units)
        return cls(table, read, units, slots, *combinations(slots, len(units)))

    @property
    def first(self) -> Whole:
        """Where the copies of each unit begin."""
        return np.asarray(np.cumsum(self.total) - self.total)

    def filled(self) -> Table:
        """The copies as a plan, with words in the place of the missing ones."""
        owner, number = spread(np.zeros_like(self.total), self.total)
        made = copied(self.table, self.read.level, self.units[owner])
        for at, (level, attribute) in enumerate(self.slots.words):
            here = np.flatnonzero(self.slots.which == at)
            of = self.slots.of[here]
            slot, copy = spread(self.first[of], self.first[of] + self.total[of])
            words = made.levels[level].words.setdefault(
                attribute, np.full(made.size(level), MISSING, np.int64)
            )
            turn, size = self.turns[here][slot], self.slots.sizes[here][slot]
            words[self._place(made, level, here[slot], copy)] = number[copy] // turn % size
        return made

    def _place(self, made: Table, level: str, slot: Whole, copy: Whole) -> Whole:
        """Where the units of slots stand in their copies."""
        upper = self.read.level
        if upper == level or level in self.table.vocabulary.ancestors_of(upper):
            return copy
        begins = self.table.starts(upper, level)[self.units[self.slots.of[slot]]]
        return np.asarray(made.starts(upper, level)[copy] + self.slots.places[slot] - begins)

    def copies_of(self, made: Table, level: str, rows: Whole) -> tuple[Whole, Whole]:
        """The places of the copies of each row of `level`, and where those of each row begin."""
        upper = self.read.level
        owner = np.searchsorted(self.units, self.table.above(level, upper)[rows])
        inner = rows - self.table.starts(upper, level)[self.units[owner]]
        row, copy = spread(self.first[owner], self.first[owner] + self.total[owner])
        starts = np.concatenate(([0], np.cumsum(self.total[owner])))
        return made.starts(upper, level)[copy] + inner[row], starts


def completed(
    asked: Asked, found: Outcomes, tape: Tape, bound: Bound, read: Reach | None
) -> Outcomes:
    """The outcomes, with the rows that only lacked words told too."""
    if read is None or not read.words or not found.slow.any():
        return found
    level, table = asked.program.level, bound.table
    found = _not_tried(found, too_many(asked, table))
    if not found.slow.any():
        return found
    slow = found.slow.reshape(-1, found.slow.shape[-1]).any(axis=0)  # in any scenario
    rows = np.flatnonzero(slow)
    units, of = np.unique(table.above(level, read.level)[rows], return_inverse=True)
    every = Copies.of(table, read, units)
    few = (every.total <= MOST_COMBINATIONS) & (every.total > 1)
    if not few.any():
        return found
    copies = Copies.of(table, read, units[few])
    made = copies.filled()
    values = evaluated(tape, Bound(made, bound.rows), read.steps)
    told = rows[few[of]]
    where = copies.copies_of(made, level, told)
    return _merged(found, outcomes(asked, values, made.size(level)), where, told)


def _not_tried(found: Outcomes, many: Array) -> Outcomes:
    """The outcomes, those rows told to be open that lack more words than are tried."""
    applies = found.verdict != CODES["not applicable"]
    if found.open is not None:
        applies = applies & ~found.open
    here = found.slow & applies & many
    if not here.any():
        return found
    return replace(
        found,
        verdict=np.where(here, CODES["undetermined"], found.verdict),
        side=np.where(here, np.int8(0), found.side),
        slow=found.slow & ~here,
        told=found.told & ~here,
        failed=tuple(one & ~here for one in found.failed),
    )


class _Rows(Struct, frozen=True):
    """The rows whose copies become one again: where the copies are, and where each row's begin."""

    rows: Whole
    places: Whole
    starts: Whole
    shape: tuple[int, ...]

    def ends(self, ufunc: np.ufunc, over: Array) -> Array:
        """One of each row's copies, by the least, the most, or whether any or all."""
        return reduced(ufunc, over[..., self.places], self.starts, 0)

    def put(self, into: Array, what: Array) -> Array:
        """`into`, with other rows."""
        made = np.broadcast_to(into, self.shape).copy()
        made[..., self.rows] = what
        return made

    def joined(self, into: Ends | None, copies: Ends | None, told: Array) -> Ends | None:
        """The least intervals that hold those of all copies that are told."""
        if into is None or copies is None:
            return into
        lo = self.ends(np.minimum, np.where(told, copies.lo, INFINITE))
        hi = self.ends(np.maximum, np.where(told, copies.hi, -INFINITE))
        return Ends(self.put(into.lo, lo), self.put(into.hi, hi))


def _merged(found: Outcomes, copies: Outcomes, where: tuple[Whole, Whole], rows: Whole) -> Outcomes:
    """The one verdict of all completions, its numbers as the intervals that hold them all."""
    of, told = _Rows(rows, *where, found.verdict.shape), copies.told
    verdict, side = (of.ends(np.minimum, one) for one in (copies.verdict, copies.side))
    agreed = verdict == of.ends(np.maximum, copies.verdict)
    sides = side == of.ends(np.maximum, copies.side)
    return Outcomes(
        of.put(found.verdict, np.where(agreed, verdict, CODES["undetermined"])),
        of.put(found.side, np.where(agreed, side, 0)),
        of.put(found.slow, of.ends(np.logical_or, copies.slow) | (agreed & ~sides)),
        of.put(found.told, of.ends(np.logical_or, told)),
        found.scale,
        of.joined(found.measured, copies.measured, told),
        of.joined(found.least, copies.least, told),
        of.joined(found.most, copies.most, told),
        of.joined(found.short_by, copies.short_by, told),
        of.joined(found.over_by, copies.over_by, told),
        tuple(of.put(*one) for one in zip(found.failed, _failed(of, copies), strict=True)),
        None if found.open is None else of.put(found.open, _open(of, copies)),
    )


def _open(of: _Rows, copies: Outcomes) -> Array:
    """Where it is open whether a norm applies: in some copy, or in some it does and in some not."""
    aside = copies.verdict == CODES["not applicable"]
    some = of.ends(np.logical_or, aside) & ~of.ends(np.logical_and, aside)
    return some if copies.open is None else some | of.ends(np.logical_or, copies.open)


def _failed(of: _Rows, copies: Outcomes) -> list[Array]:
    """The conditions that fail in all copies, where the same ones fail in each."""
    every = [of.ends(np.logical_and, one) for one in copies.failed]
    some = [of.ends(np.logical_or, one) for one in copies.failed]
    same = np.logical_and.reduce([one == two for one, two in zip(every, some, strict=True)])
    return [one & same for one in every]
