"""Frames in, a frame of findings out: for as many units as memory holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from os import PathLike
from pathlib import Path

import numpy as np
import pandas as pd
from msgspec import Struct

from dinhbien.columns.blocks import BLOCK, kernel_for
from dinhbien.columns.completions import Reach, completed, reach
from dinhbien.columns.from_frames import FrameReader
from dinhbien.columns.judged import Compiled, compiled
from dinhbien.columns.on_numpy import evaluated
from dinhbien.columns.outcome import Asked, Outcomes, outcomes
from dinhbien.columns.table import Bits, Table, Whole
from dinhbien.errors import InputError, UsageError
from dinhbien.frames.to_plan import plan_from, written_in
from dinhbien.judging.check import judgement
from dinhbien.judging.related import narrowed, related
from dinhbien.judging.standing import Judged, standings
from dinhbien.language.pack import Pack
from dinhbien.many.alone import Alone, told_alone
from dinhbien.many.contradictions import refuse_totals
from dinhbien.many.settled import Findings, nothing, settle
from dinhbien.many.to_frame import Frame, Part
from dinhbien.model.plan import Plan, Unit
from dinhbien.reading.document import Mapping as Tree
from dinhbien.reading.document import Scalar
from dinhbien.reading.head import HEAD
from dinhbien.reading.to_pack import packs, read_pack
from dinhbien.reading.to_plan import plan_of
from dinhbien.reading.to_rules import read_rules
from dinhbien.reading.workbook import say_unread
from dinhbien.reading.written import FIGURES
from dinhbien.shipped import content


def check_frame(  # noqa: PLR0913 - by name, and all but the first may be left out
    frames: Mapping[str, pd.DataFrame],
    *,
    as_of: date | None = None,
    pack: Pack | None = None,
    norms: str | PathLike[str] | None = None,
    everything: bool = False,
    kernel: bool | None = None,
) -> pd.DataFrame:
    """The findings on the plan in `frames`, by the norms that it names, as a frame.

    Tables and columns are those of `Plan.from_frames`, the table `figures` apart: a total is
    given in a column `figures.<count>` of the table of its units.  Columns of whole numbers,
    of truths and of categories are taken as they are; texts are read once for each that differs.

    The rows are those of `Report.rows`, in the same order and with the same verdicts and
    amounts; with `everything` those of `Report.findings`.  `docs/reference/python.md` has the
    columns and their dtypes.  `pack` is one that was read, in place of the one that is named.
    With `kernel`, norms that stand alone are told by the compiled kernel, which by default is
    loaded for a very large plan, and used for any once it is loaded; without, by NumPy.

    Raises:
        UsageError: something given is not a frame; a `NoKernelError` where the kernel is asked
            for, it would tell rows, and there is none.
        InputError: the frames cannot be read, or give no day, or totals contradict cells.
        NormsError: the norms are invalid.
    """
    folder = Path(norms) if norms is not None else None
    read = read_frames(frames, folder, pack)
    return Run(read, day_of(read, as_of), everything, norms, kernel=kernel).frame()


class Frames(Struct, frozen=True):
    """Frames that were read: the plan's head, its arrays, the row of each unit, and the pack."""

    frames: Mapping[str, pd.DataFrame]
    plan: Plan
    table: Table
    rows: Mapping[str, Whole]
    pack: Pack


def findings_of(
    read: Frames, as_of: date | None, everything: bool, norms: str | PathLike[str] | None
) -> pd.DataFrame:
    """The findings on frames that were read; arguments and errors as of `check_frame`."""
    return Run(read, day_of(read, as_of), everything, norms).frame()


def day_of(read: Frames, as_of: date | None) -> date:
    """The day to judge by; raises `InputError` where there is none."""
    day = as_of or read.plan.as_of
    if day is None:
        message = "no day to judge by: the plan states no `as_of`, and none was given"
        raise InputError(message)
    return day


def read_frames(
    frames: Mapping[str, pd.DataFrame], folder: Path | None, pack: Pack | None
) -> Frames:
    """The frames of a plan as arrays; arguments and errors as of `check_frame`."""
    given: Mapping[str, object] = frames
    strange = [name for name, one in given.items() if not isinstance(one, pd.DataFrame)]
    if strange:
        message = f"`{strange[0]}` is not a frame"
        raise UsageError(message)
    written = written_in({name: one for name, one in frames.items() if name in HEAD})
    named = (folder or content("norms")) / written.pack
    rules = pack.rules if pack else read_rules(content("rules"), named)
    problems = written.problems
    plan = plan_of(written, rules, None, packs(folder))
    listed = [one.listed for one in rules.vocabulary.levels.values()]
    for name in frames:
        if name == FIGURES:
            way_out = "give each total in a column `figures.<count>` of the table of its units"
            problems.add("`figures` is not read here", path=name, way_out=way_out)
        elif name not in (*HEAD, *listed):
            say_unread(name, "table", written.head.at, [*HEAD, *listed], problems)
    reader = FrameReader(rules, problems, _lists(written.head))
    table = reader.table(plan.root, frames)
    problems.raise_as(InputError)
    made = pack or read_pack(plan.norms, norms=folder, rules=rules)
    return Frames(frames, plan, table, reader.rows, made)


def _lists(head: Tree) -> dict[str, str]:
    """Which lists the plan says are complete."""
    said = head.entries.get("lists_complete")
    entries = said.entries.items() if isinstance(said, Tree) else ()
    return {name: one.text for name, one in entries if isinstance(one, Scalar)}


class _Left(Struct, frozen=True):
    """The rows of one norm that arrays do not settle, in a block whose units begin at `first`."""

    judged: Judged
    unsettled: Bits
    first: int


@dataclass
class Run:
    """One judgement of frames; without `words` rows that lack a word are left unsettled."""

    read: Frames
    day: date
    everything: bool
    norms: str | PathLike[str] | None
    words: bool = True
    kernel: bool | None = None
    made: Compiled = field(init=False)
    judged: list[Judged] = field(init=False)
    reads: list[Reach | None] = field(init=False)

    def __post_init__(self) -> None:
        self.judged, _ = standings(self.read.pack, self.day)
        programs = [one.program for each in self.certain for one in each.norm.readings]
        self.made = compiled(programs, self.read.table, self.day)
        tape = self.made.lowering.tape
        self.reads = [
            None if one is None else reach(tape, one, self.read.table) for one in self.made.asked
        ]

    @property
    def certain(self) -> list[Judged]:
        """The norms that are certainly in force."""
        return [one for one in self.judged if one.certain]

    @property
    def step(self) -> str:
        """The level below the top, in whose units blocks are cut."""
        vocabulary = self.read.pack.rules.vocabulary
        return vocabulary.children_of(self.read.table.top)[0]

    def frame(self) -> pd.DataFrame:
        """The findings of all blocks, put in order."""
        frame = Frame(
            self.read.table,
            self.day,
            everything=self.everything,
            exemptions=self.read.pack.exemptions,
        )
        table, upper = self.read.table, self.read.table.top
        self.refuse_contradictions()
        alone = self._alone()
        for told in alone:
            frame.add_rows(told.judged, told.rows)
        low = [one for one in self.certain if one.norm.used.program.level != upper]
        high = [one for one in self.certain if one.norm.used.program.level == upper]
        whole = any(self.takes_all(one) for one in low)
        many = table.size(self.step) if whole else BLOCK
        for first in range(0, table.size(self.step) if low else 0, max(1, many)):
            last = min(first + many, table.size(self.step))
            part = table if whole else table.block(self.step, first, last)
            self._block(frame, part, low, alone, slice(first, last))
        self._block(frame, table, high, alone, slice(0, table.size(self.step)))
        for one in self.judged:
            frame.add_lists(one)
        return frame.made()

    def takes_all(self, one: Judged) -> bool:
        """Whether a norm of lower units reads what is summed up over all of them."""
        return any(
            self.made.asked[at] is not None and self.reads[at] is None for at in self._places(one)
        )

    def _places(self, judged: Judged) -> list[int]:
        """Where the programs of a norm stand, the used one first."""
        at = 0
        for one in self.certain:
            many = len(one.norm.readings)
            if one is judged:
                return list(range(at, at + many))
            at += many
        return []

    # -- one block -----------------------------------------------------------

    def _alone(self) -> list[Alone]:
        """What the kernel tells of norms that stand alone, of the whole table."""
        if self.everything or not self.words:
            return []
        run = kernel_for(self.read.table, self.kernel)
        if run is None:
            return []
        norms = [(one, self._places(one)) for one in self.certain]
        return told_alone(self.made, self.read.table, self.reads, norms, self.read.pack, run)

    def _block(
        self, frame: Frame, table: Table, norms: list[Judged], alone: list[Alone], units: slice
    ) -> None:
        apart = {one.judged.norm.id: one for one in alone}
        found = self.settled(table, [one for one in norms if one.norm.id not in apart])
        starts = {
            level: int(self.read.table.starts(self.step, level)[units.start])
            for level in self.read.table.levels
            if level == self.step or self.step in self.read.table.vocabulary.ancestors_of(level)
        }
        left = []
        for one in found:
            first = starts.get(one.norm.used.program.level, 0)
            frame.add(Part(one, first))
            left.append(_Left(one.judged, one.unsettled, first))
        for judged in norms:
            if judged.norm.id in apart:
                level = judged.norm.used.program.level
                first = starts.get(level, 0)
                where = apart[judged.norm.id].unsettled(first, table.size(level))
                left.append(_Left(judged, where, first))
        left = [one for one in left if one.unsettled.any()]
        if left:
            self._by_definition(frame, table, left, units)

    def settled(self, table: Table, norms: list[Judged]) -> list[Findings]:
        """What norms say of all units of a block, once texts gave way to others."""
        found = self._found(table, norms)
        names = {one.norm.id for one in self.certain}
        settle(found, self.read.pack, self.day, lambda level: _codes(table, level), names)
        return found

    def _found(self, table: Table, norms: list[Judged]) -> list[Findings]:
        tape, bound = self.made.lowering.tape, self.made.bound(table)
        asked = [self.made.asked[at] for one in norms for at in self._places(one)]
        steps = sorted({step for one in asked if one for step in self.made.steps_of(one)})
        values = evaluated(tape, bound, steps)

        def told(at: int, level: str) -> Outcomes:
            one: Asked | None = self.made.asked[at]
            if one is None:
                return nothing(table.size(level))
            found = outcomes(one, values, table.size(level))
            if not self.words:
                return found
            return completed(one, found, tape, bound, self.reads[at])

        made = []
        for one in norms:
            level = one.norm.used.program.level
            used, *others = (told(at, level) for at in self._places(one))
            made.append(Findings(one, used, tuple(others)))
        return made

    def _by_definition(self, frame: Frame, table: Table, left: list[_Left], units: slice) -> None:
        """The rows that arrays do not settle: a plan of their units is judged by the definition."""
        chosen = np.zeros(table.size(self.step), bool)
        for one in left:
            level = one.judged.norm.used.program.level
            if level == table.top:
                chosen |= one.unsettled.any()
            else:
                chosen[table.above(level, self.step)[one.unsettled]] = True
        if any(self.takes_all(one.judged) for one in left):
            chosen[:] = True
        plan = self.plan_of(np.flatnonzero(chosen) + units.start)
        made = judgement(plan, self._narrowed(left), self.day)
        by_place = {(one.norm, one.subject.level, one.subject.code): one for one in made.findings}
        for one in left:
            level = one.judged.norm.used.program.level
            places = self._places_of(table, level, chosen)
            among = list(_units(plan.root, level))
            rows = [
                (place, by_place[one.judged.norm.id, level, unit.code])
                for place, unit in zip(places, among, strict=True)
                if one.unsettled[place]
            ]
            frame.replace(one.judged, one.first, rows)

    def _narrowed(self, left: list[_Left]) -> Pack:
        """The norms of which rows are left, and those that can change what is found of them."""
        names = {one.judged.norm.id for one in left}
        return narrowed(self.read.pack, related(self.read.pack, names))

    def _places_of(self, table: Table, level: str, chosen: np.ndarray) -> Whole:
        if level == table.top:
            return np.zeros(1, np.int64)
        return np.flatnonzero(chosen[table.above(level, self.step)])

    def plan_of(self, units: Whole) -> Plan:
        """The plan of some units of the level below the top, as `Plan.from_frames` reads it."""
        vocabulary = self.read.pack.rules.vocabulary
        table, kept = self.read.table, {}
        chosen = np.zeros(table.size(self.step), bool)
        chosen[units] = True
        for level, rows in self.read.rows.items():
            inside = chosen[table.above(level, self.step)]
            kept[vocabulary.levels[level].listed] = rows[inside]
        frames = {
            name: one.iloc[np.sort(kept[name])] if name in kept else one
            for name, one in self.read.frames.items()
        }
        return plan_from(frames, norms=self.norms)

    def refuse_contradictions(self) -> None:
        """Raise `InputError` with what the definition says of totals that cells contradict."""
        refuse_totals(self.read.table, self.read.pack.rules, self.step, self.day, self.plan_of)


def _codes(table: Table, level: str) -> list[str]:
    from dinhbien.many.to_frame import full_codes

    return list(full_codes(table, level, np.arange(table.size(level))))


def _units(root: Unit, level: str) -> Iterator[Unit]:
    """The units of a level in the order of a table."""
    if root.level == level:
        yield root
        return
    for children in root.children.values():
        for child in children:
            yield from _units(child, level)
