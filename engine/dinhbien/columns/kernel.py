"""Programs by the kernel: code over lanes, done block by block, and the rows that it tells."""

from __future__ import annotations

from collections.abc import Sequence
from queue import SimpleQueue
from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from dinhbien.columns import group_lanes  # noqa: F401 - adds what is done between levels
from dinhbien.columns.completions import Reach, completed, copied
from dinhbien.columns.judged import Compiled
from dinhbien.columns.lanes import Encoded
from dinhbien.columns.on_numpy import Done
from dinhbien.columns.outcome import CODES, Asked, Ends, Outcomes, outcomes
from dinhbien.columns.rows import Rows, rows_of
from dinhbien.columns.table import Table, Whole
from dinhbien.columns.to_lanes import Lanes, NotInLanesError
from dinhbien.columns.verdicts import VERDICT, told

TURNS = 4
"""Verdicts are counted in so many turns."""
CHUNK = 128
"""So many units of the level below the top are done at once: their lanes stay in the cache."""


class Plan(Struct, frozen=True):
    """Programs as code for one table: which of them, and what the kernel is given.

    `level` is the one below the top that blocks are cut by.  `addresses` are where, within each
    of its units, the units of every level of the code begin; `holds` keeps what they point to.
    """

    made: Compiled
    table: Table
    level: str
    programs: list[int]
    code: Encoded
    begins: dict[str, Whole]
    addresses: Whole
    inputs: Whole
    room: Whole

    def widest(self, block: int) -> int:
        """How many units of one level that programs are asked of a block holds at most."""
        asked = (self.made.asked[at] for at in self.programs)
        levels = {one.program.level for one in asked if one is not None}
        return max(_widest(self.begins[one], block) for one in levels)

    def firsts(self, block: int) -> range:
        """Where blocks begin, which are a whole number of chunks."""
        return range(0, max(1, self.table.size(self.level)), -(-block // CHUNK) * CHUNK)


def _widest(begins: Whole, many: int) -> int:
    last = len(begins) - 1
    starts = np.arange(0, max(last, 1), many)
    return int((begins[np.minimum(starts + many, last)] - begins[starts]).max(initial=0))


def plan_of(made: Compiled, table: Table, level: str, programs: Sequence[int]) -> Plan | None:
    """As `planned`; the last plan is kept with the programs, so that it is made once."""
    key = id(table), level, tuple(programs)
    if key not in made.plans:
        made.plans.clear()
        made.plans[key] = (planned(made, table, level, programs), table)
    plan: Plan | None = made.plans[key][0]
    return plan


def planned(made: Compiled, table: Table, level: str, programs: Sequence[int]) -> Plan | None:
    """The code of those of the programs that a kernel can do; None where there are none."""
    begins = _begins(table, level)
    steps = {step for at in programs if (one := made.asked[at]) for step in made.steps_of(one)}
    lanes = Lanes(made.lowering.tape, made.bound(table), sorted(steps))
    known = {*begins, table.top, *table.vocabulary.ancestors_of(table.top)}
    kept: list[int] = []
    for at in programs:
        one = made.asked[at]
        assert one is not None  # noqa: S101 - as the caller chose them
        if {made.lowering.tape.steps[step].level for step in made.steps_of(one)} <= known:
            try:
                told(lanes, one, len(kept))
            except NotInLanesError:
                continue
            kept.append(at)
    return _given(made, table, level, kept, lanes, begins) if kept else None


def _given(  # noqa: PLR0913, PLR0917 - what a plan is made of
    made: Compiled, table: Table, level: str, kept: list[int], lanes: Lanes,
    begins: dict[str, Whole],
) -> Plan:  # fmt: skip
    made_at = {level for one in lanes.code.made for level in (one.level, one.above) if level}
    used = sorted(made_at)
    places = {name: place for place, name in enumerate(used)}
    sizes = [_widest(begins[one], CHUNK) if one in begins else table.size(one) for one in used]
    code = lanes.code.encoded(places, sizes)
    return Plan(
        made, table, level, kept, code, begins,
        np.array([_address(begins.get(one)) for one in used], np.int64),
        np.array([_address(one) for one in code.inputs], np.int64),
        np.array(sizes, np.int64),
    )  # fmt: skip


def _address(array: NDArray[Any] | None) -> int:
    return 0 if array is None else int(array.ctypes.data)


def _begins(table: Table, level: str) -> dict[str, Whole]:
    """Where the units of a level, and of all that lie within them, begin in each of its units."""
    below = [one for one in table.levels if level in table.vocabulary.ancestors_of(one)]
    own = np.arange(table.size(level) + 1)
    return {level: own, **{one: table.starts(level, one) for one in below}}


class Buffers:
    """What a kernel writes into, for one block after another."""

    def __init__(self, plan: Plan, block: int) -> None:
        """For blocks of so many units."""
        shape = len(plan.programs), plan.widest(block)
        self.lanes = np.zeros(plan.code.room, np.int64)
        self.units, self.lows, self.highs, self.left = (np.empty(shape, np.int64) for _ in range(4))
        self.verdicts = np.empty(shape, np.int8)
        self.made = np.zeros((len(plan.programs), 2), np.int64)
        self.counts = np.zeros((len(plan.programs), TURNS, VERDICT + 1), np.int64)


def done(
    plan: Plan, run: Any, buffers: SimpleQueue[Buffers], first: int, last: int  # noqa: ANN401 - a compiled function
) -> list[Rows]:  # fmt: skip
    """The rows of each program of a plan, of the units `first` to `last` of its level."""
    into = buffers.get()
    into.made[:] = into.counts[:] = 0
    code = plan.code
    run(
        code.rows, code.data, plan.inputs, plan.addresses, plan.room, into.lanes, first, last,
        CHUNK, into.units, into.verdicts, into.lows, into.highs, into.left, into.made, into.counts,
    )  # fmt: skip
    rows = [_rows(plan, into, place) for place in range(len(plan.programs))]
    buffers.put(into)
    return rows


def _rows(plan: Plan, into: Buffers, place: int) -> Rows:
    asked = plan.made.asked[plan.programs[place]]
    assert asked is not None  # noqa: S101 - as the plan was made
    many, left = into.made[place].tolist()
    return Rows(
        into.units[place, :many].copy(), into.verdicts[place, :many].copy(),
        into.lows[place, :many].copy(), into.highs[place, :many].copy(), asked.scale,
        into.left[place, :left].copy(), into.counts[place].sum(axis=0)[: len(CODES)],
    )  # fmt: skip


# -- rows with missing words -------------------------------------------------------


def looked_again(plan: Plan, rows: list[Rows], reads: Sequence[Reach | None]) -> list[Rows]:
    """The rows, also of units that miss words: NumPy tries these in every combination."""
    again = [
        place
        for place, one in enumerate(rows)
        if len(one.left) and (read := reads[plan.programs[place]]) is not None and read.words
    ]
    if not again:
        return rows
    table, made = plan.table, plan.made
    levels = {place: _asked(plan, place).program.level for place in again}
    above = [_owners(plan, levels[place], rows[place].left) for place in again]
    units = np.unique(np.concatenate(above))
    part = copied(table, plan.level, units)
    steps = {step for place in again for step in made.steps_of(_asked(plan, place))}
    values = Done(made.lowering.tape, made.bound(part), sorted(steps))
    found = list(rows)
    for place in again:
        one, level = _asked(plan, place), levels[place]
        again_ = outcomes(one, values, part.size(level))
        again_ = completed(one, again_, values.tape, values.bound, reads[plan.programs[place]])
        found[place] = _merged(plan, level, rows[place], again_, units)
    return found


def _asked(plan: Plan, place: int) -> Asked:
    one = plan.made.asked[plan.programs[place]]
    assert one is not None  # noqa: S101 - as the plan was made
    return one


def _owners(plan: Plan, level: str, rows: Whole) -> Whole:
    """The units of the plan's level that some units lie within."""
    return np.asarray(np.searchsorted(plan.begins[level], rows, side="right") - 1)


def _merged(plan: Plan, level: str, rows: Rows, told: Outcomes, units: Whole) -> Rows:
    """The rows with those that were told in a second look, at a part that holds `units`."""
    begins = plan.begins[level]
    sizes = begins[units + 1] - begins[units]
    starts = np.cumsum(sizes) - sizes
    owner = np.searchsorted(units, _owners(plan, level, rows.left))
    second = rows_of(_taken(told, rows.left - begins[units[owner]] + starts[owner]))
    found = rows.left[second.units]
    order = np.argsort(np.concatenate([rows.units, found]), kind="stable")
    return Rows(
        np.concatenate([rows.units, found])[order],
        np.concatenate([rows.verdict, second.verdict])[order],
        np.concatenate([rows.lo, second.lo])[order],
        np.concatenate([rows.hi, second.hi])[order],
        rows.scale, rows.left[second.left], rows.counts + second.counts,
    )  # fmt: skip


def _taken(found: Outcomes, at: Whole) -> Outcomes:
    """What rows tell of the outcomes of some units."""
    short, over = (
        None
        if one is None
        else Ends(*(np.broadcast_to(end, found.verdict.shape)[at] for end in one))
        for one in (found.short_by, found.over_by)
    )
    return Outcomes(
        found.verdict[at], found.side[at], found.slow[at], found.told[at], found.scale,
        short_by=short, over_by=over,
    )  # fmt: skip
