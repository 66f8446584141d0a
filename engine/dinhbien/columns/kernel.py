"""Programs by the kernel: code over lanes, done block by block, and the rows that it tells."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from msgspec import Struct
from msgspec.structs import replace
from numpy.typing import NDArray

from dinhbien.columns import group_lanes  # noqa: F401 - adds what is done between levels
from dinhbien.columns.completions import Reach, completed, copied
from dinhbien.columns.judged import Compiled
from dinhbien.columns.lanes import Encoded
from dinhbien.columns.on_numpy import Done
from dinhbien.columns.outcome import Asked, Ends, Outcomes, outcomes
from dinhbien.columns.rows import Rows, rows_of
from dinhbien.columns.sinks import Sink, Sinks, all_rows, likely_rows
from dinhbien.columns.table import Table, Whole
from dinhbien.columns.to_lanes import Lanes, NotInLanesError
from dinhbien.columns.verdicts import told

FEW = 1_000_000
"""For so many rows room is made before any is told."""
CHUNK = 128
"""So many units of the level below the top are done at once: their lanes stay in the cache."""


class Plan(Struct, frozen=True):
    """Programs as code for one table: which of them, and what the kernel is given.

    `level` is the one below the top that blocks are cut by.  `addresses` are where, within each
    of its units, the units of every level of the code begin, and `inputs` those of its inputs:
    `begins` and `code` keep what they point to.  `spare` are lanes that nobody uses now.
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
    spare: list[Whole]

    def asked(self, place: int) -> Asked:
        """The program at a place among those that are done."""
        one = self.made.asked[self.programs[place]]
        assert one is not None  # noqa: S101 - as the plan was made
        return one

    @property
    def asked_begins(self) -> list[Whole]:
        """Where the units of each program begin within each unit that blocks are cut by."""
        levels = [self.asked(place).program.level for place in range(len(self.programs))]
        return [self.begins[one] for one in levels]

    @contextmanager
    def lanes(self) -> Iterator[Whole]:
        """Room for the lanes of a chunk, and for what is summed up on the way; it is kept."""
        try:
            lanes = self.spare.pop()
        except IndexError:
            lanes = np.zeros(self.code.room + int(self.room.max()) + 1, np.int64)
        yield lanes
        self.spare.append(lanes)

    def stretches(self, block: int, threads: int) -> list[range]:
        """A part of the units for each thread, each a range of where its blocks begin."""
        size, step = self.table.size(self.level), -(-block // CHUNK) * CHUNK
        many = -(-size // step)
        ends = [min(size, many * one // threads * step) for one in range(threads + 1)]
        return [range(*pair, step) for pair in pairwise(ends) if pair[0] < pair[1]] or [range(0)]


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
    used = sorted({one.level for one in lanes.code.made})
    places = {name: place for place, name in enumerate(used)}
    sizes = [_widest(begins[one], CHUNK) if one in begins else table.size(one) for one in used]
    code = lanes.code.encoded(places, sizes)
    return Plan(
        made, table, level, kept, code, begins,
        np.array([_address(begins.get(one)) for one in used], np.int64),
        np.array([_address(one) for one in code.inputs], np.int64),
        np.array(sizes, np.int64), [],
    )  # fmt: skip


def _address(array: NDArray[Any] | None) -> int:
    return 0 if array is None else int(array.ctypes.data)


def _begins(table: Table, level: str) -> dict[str, Whole]:
    """Where the units of a level, and of all that lie within them, begin in each of its units."""
    below = [one for one in table.levels if level in table.vocabulary.ancestors_of(one)]
    own = np.arange(table.size(level) + 1)
    return {level: own, **{one: table.starts(level, one) for one in below}}


def rows_of_plan(
    plan: Plan,
    run: Any,  # noqa: ANN401 - a compiled function
    reads: Sequence[Reach | None],
    block: int,
    threads: int,
) -> list[Rows]:
    """The rows of each program: each thread takes a stretch of the units, block by block."""
    work = _Work(plan, run, reads)
    sinks = [Sink(plan.asked_begins, one) for one in plan.stretches(block, threads)]
    rooms, second = all_rows(sinks), list[list[Second]]()
    is_large = sum(int(one.sum()) for one in rooms) > FEW
    if is_large:
        Sinks(sinks[:1], [sinks[0].most])
        second.append(work.block(sinks[0], 0))
        rooms = likely_rows(sinks)
    together = Sinks(sinks, rooms)
    with ThreadPoolExecutor(threads) as pool:
        mapped = pool.map if len(sinks) > 1 else map
        for found in mapped(work.rest, sinks):
            second += found

        def joined(place: int) -> Rows:
            rows = together.rows(place, plan.asked(place).scale)
            return merged(rows, [one[place] for one in second if one])

        return list((mapped if is_large else map)(joined, range(len(plan.programs))))


class _Work(Struct):
    """A plan, what does its code, and which words its programs read."""

    plan: Plan
    run: Any
    reads: Sequence[Reach | None]

    def rest(self, sink: Sink) -> list[list[Second]]:
        """The blocks of a stretch that are not yet written."""
        return [self.block(sink, one) for one in sink.stretch if one >= sink.done]

    def block(self, sink: Sink, first: int) -> list[Second]:
        """Writes the rows of a block, and looks again at the units that are left, if any are."""
        plan, last = self.plan, min(first + sink.stretch.step, sink.stretch.stop)
        sink.make_room(first)
        sink.made[:, 1], sink.done = 0, last
        with plan.lanes() as lanes:
            self.run(
                plan.code.rows, plan.code.data, plan.inputs, plan.addresses, plan.room, lanes,
                first, last, CHUNK, sink.addresses, sink.left, sink.made, sink.counts,
            )  # fmt: skip
        ends = sink.made[:, 1].tolist()
        if not any(ends):
            return []
        left = [sink.left[place, :end].copy() for place, end in enumerate(ends)]
        return looked_again(plan, left, self.reads)


# -- rows with missing words -------------------------------------------------------


class Second(NamedTuple):
    """What a second look says of the units of a block that were left: rows, and who is left."""

    rows: Rows | None
    left: Whole


def looked_again(plan: Plan, left: list[Whole], reads: Sequence[Reach | None]) -> list[Second]:
    """A second look at units that miss words: NumPy tries these in every combination."""
    again = [
        place
        for place, one in enumerate(left)
        if len(one) and (read := reads[plan.programs[place]]) is not None and read.words
    ]
    found = [Second(None, one) for one in left]
    if not again:
        return found
    table, made = plan.table, plan.made
    levels = {place: plan.asked(place).program.level for place in again}
    above = [_owners(plan, levels[place], left[place]) for place in again]
    units = np.unique(np.concatenate(above))
    part = copied(table, plan.level, units)
    steps = {step for place in again for step in made.steps_of(plan.asked(place))}
    values = Done(made.lowering.tape, made.bound(part), sorted(steps))
    for place in again:
        one, level = plan.asked(place), levels[place]
        told = outcomes(one, values, part.size(level))
        told = completed(one, told, values.tape, values.bound, reads[plan.programs[place]])
        found[place] = _second(plan, level, left[place], told, units)
    return found


def _owners(plan: Plan, level: str, rows: Whole) -> Whole:
    """The units of the plan's level that some units lie within."""
    return np.asarray(np.searchsorted(plan.begins[level], rows, side="right") - 1)


def _second(plan: Plan, level: str, left: Whole, told: Outcomes, units: Whole) -> Second:
    """What was told of the units that were left, by a look at a part that holds `units`."""
    begins = plan.begins[level]
    sizes = begins[units + 1] - begins[units]
    starts = np.cumsum(sizes) - sizes
    owner = np.searchsorted(units, _owners(plan, level, left))
    second = rows_of(_taken(told, left - begins[units[owner]] + starts[owner]))
    return Second(
        replace(second, units=left[second.units], left=left[:0]), left[second.left]
    )  # fmt: skip


def merged(rows: Rows, second: Sequence[Second]) -> Rows:
    """The rows of a program with those of second looks, in the order of the units."""
    left = np.concatenate([one.left for one in second]) if second else rows.left
    more = [one.rows for one in second if one.rows is not None]
    if not more:
        return replace(rows, left=left)
    units, verdicts, lo, hi = (
        np.concatenate([getattr(one, name) for one in (rows, *more)])
        for name in ("units", "verdict", "lo", "hi")
    )
    at = np.argsort(units, kind="stable")
    counts = rows.counts + sum(one.counts for one in more)
    return Rows(units[at], verdicts[at], lo[at], hi[at], rows.scale, left, counts)


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
