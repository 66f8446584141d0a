"""One plan in many scenarios: what changes are numbers of the law and cells of the plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from fractions import Fraction
from functools import cached_property

import numpy as np
from msgspec import Struct, field
from numpy.typing import NDArray

from dinhbien.columns.blocks import BLOCK, THREADS
from dinhbien.columns.from_plan import table_of, units_by_level
from dinhbien.columns.judged import Compiled, compiled
from dinhbien.columns.outcome import CODES, VERDICTS
from dinhbien.columns.table import INFINITE, Table
from dinhbien.columns.values import Bound
from dinhbien.errors import InputError
from dinhbien.judging.check import Report, check
from dinhbien.judging.contradictions import refuse_contradictions
from dinhbien.judging.standing import Judged, standings
from dinhbien.language.pack import Pack
from dinhbien.many.asked import Asking, finding_alone
from dinhbien.many.settled import Findings, related, settle, widen
from dinhbien.many.varied import Varied, varied_of
from dinhbien.meaning.judge import Judge
from dinhbien.meaning.subjects import Subjects
from dinhbien.model.amount import Amount
from dinhbien.model.finding import Finding
from dinhbien.model.plan import Plan, Unit


def scenarios(
    plan: Plan,
    pack: Pack,
    *,
    numbers: Mapping[str, Sequence[object]] | None = None,
    cells: Mapping[str, Sequence[object]] | None = None,
    as_of: date | None = None,
) -> Scenarios:
    """Judge `plan` in many scenarios at once.

    Args:
        plan: a plan that was read.
        pack: the norms, as they were read.
        numbers: by the path of a number of the law, as `dinhbien explain` prints it
            (``vn/od-09-2025/article-ii-1:numbers.base``), its value in each scenario, in the
            unit in which the norm writes it.
        cells: by the path of a number in the plan (``communes.03127.population``,
            ``communes.03127.figures.organisations``), its value in each scenario; None is unknown.
        as_of: the day to judge by; by default the plan's own.

    Raises:
        UsageError: a path names nothing, a value cannot stand there, or lengths differ.
        InputError: there is no day, or a stated total contradicts cells in some scenario.
    """
    day = as_of or plan.as_of
    if day is None:
        message = "no day to judge by: the plan states no `as_of`, and none was given"
        raise InputError(message)
    given = varied_of(plan, pack, numbers or {}, cells or {})
    refuse_contradictions(Subjects(plan, pack.rules.vocabulary), pack.rules)
    return _Run(plan, pack, day, given).made()


class Scenarios(Struct, frozen=True):
    """What each norm says of all its units in each scenario; scenarios are counted from 0.

    `counts[s, n, v]` is how many units get verdict ``verdicts[v]`` from norm ``norms[n]``.
    `short` and `over` sum up the amounts of decided shortages and surpluses, each from `lo` to
    `hi`, in the norm's unit; infinite where nothing bounds it.
    """

    plan: Plan
    pack: Pack
    day: date
    norms: tuple[str, ...]
    counts: NDArray[np.int64]
    short: tuple[NDArray[np.float64], NDArray[np.float64]]
    over: tuple[NDArray[np.float64], NDArray[np.float64]]
    by_definition: int
    varied: Varied
    verdicts: tuple[str, ...] = VERDICTS

    def report(self, scenario: int) -> Report:
        """The full report of one scenario, judged afresh by the definition."""
        return check(*self.varied.made(self.plan, self.pack, scenario), self.day)


Rows = NDArray[np.intp] | slice


class _Sums(Struct):
    """What is summed up of one norm."""

    counts: NDArray[np.int64]
    ends: dict[tuple[int, int], NDArray[np.float64]]


class _Run(Struct, dict=True):
    """One judgement of all scenarios."""

    plan: Plan
    pack: Pack
    day: date
    given: Varied
    by_definition: int = 0
    _kept: dict[tuple[str, int], Finding] = field(default_factory=dict)
    _varying: dict[tuple[str, int], bool] = field(default_factory=dict)

    @cached_property
    def certain(self) -> list[Judged]:
        """The norms that are certainly in force."""
        return [one for one in standings(self.pack, self.day)[0] if one.certain]

    @cached_property
    def table(self) -> Table:
        """The plan with all scenarios of its cells."""
        return self.given.on(table_of(self.plan, self.pack.rules.vocabulary), self.plan)

    @cached_property
    def compiled(self) -> Compiled:
        """The programs of all readings."""
        programs = [one.program for each in self.certain for one in each.norm.readings]
        return compiled(programs, self.table, self.day, self.given.numbers)

    @cached_property
    def asking(self) -> Asking:
        """The norms as they are asked of arrays."""
        return Asking(self.certain, self.compiled, self.table)

    def made(self) -> Scenarios:
        """All scenarios, some at a time."""
        units = max(1, *(one.size for one in self.table.levels.values()))
        many = max(1, BLOCK // units)
        firsts = range(0, self.given.many, many)
        sums = {one.norm.id: _sums(self.given.many) for one in self.certain}
        bound = self.compiled.bound(self.table)

        def judge(first: int) -> list[Findings]:
            block = slice(first, min(first + many, self.given.many))
            found = self.asking.found(_part(bound, block))
            widen(found, block.stop - block.start)
            names = {one.norm.id for one in self.certain}
            for level in {one.norm.used.program.level for one in found}:
                among = [one for one in found if one.norm.used.program.level == level]
                settle(among, self.pack, self.day, self._codes, names)
            return found

        with ThreadPoolExecutor(THREADS) as pool:
            for first, found in zip(firsts, pool.map(judge, firsts), strict=True):
                self._by_definition(found, first)
                for one in found:
                    _add(sums[one.norm.id], one, slice(first, min(first + many, self.given.many)))
        return self._told(sums)

    def _codes(self, level: str) -> list[str]:
        return [str(one) for one in self.table.levels[level].codes]

    # -- rows that arrays do not settle ----------------------------------------

    def _by_definition(self, found: list[Findings], first: int) -> None:
        groups = related(found)
        for one in found:
            if not one.unsettled.any():
                continue
            left = np.atleast_2d(one.unsettled)
            for place in np.flatnonzero(left.any(axis=0)).tolist():
                rows = np.flatnonzero(left[:, place])
                if self._varies_at(one, groups[one.norm.id], place):
                    for row in rows.tolist():
                        finding = self._finding(one, groups[one.norm.id], first + row, place)
                        _put(one, finding, slice(row, row + 1), place)
                    continue
                key = one.norm.id, place
                if key not in self._kept:
                    self._kept[key] = self._finding(one, groups[one.norm.id], 0, place)
                _put(one, self._kept[key], rows, place)

    def _varies_at(self, one: Findings, group: list[Judged], place: int) -> bool:
        """As `_varies`, which is asked once for each norm and unit."""
        key = one.norm.id, place
        if key not in self._varying:
            self._varying[key] = one.verdict.ndim > 1 and self._varies(one, group, place)
        return self._varying[key]

    def _varies(self, one: Findings, group: list[Judged], place: int) -> bool:
        """Whether what the related norms read of a unit changes from scenario to scenario."""
        at, reads = 0, []
        for each in self.certain:
            many = len(each.norm.readings)
            if each in group:
                reads += self.asking.reads[at : at + many]
            at += many
        levels = {read.level for read in reads if read is not None}
        if None in reads or self.given.in_norms([each.norm for each in group]):
            return True
        unit = self._units[one.norm.used.program.level][place]
        holders = [self._subjects.above(unit, level).path for level in levels]
        return self.given.within(min(holders, key=len))

    @cached_property
    def _units(self) -> dict[str, list[Unit]]:
        return units_by_level(self.plan, self.pack.rules.vocabulary)

    @cached_property
    def _subjects(self) -> Subjects:
        return Subjects(self.plan, self.pack.rules.vocabulary)

    def _finding(self, one: Findings, group: list[Judged], scenario: int, place: int) -> Finding:
        """What the definition says of one norm and unit in one scenario."""
        self.by_definition += 1
        plan, pack = self.given.made(self.plan, self.pack, scenario)
        judge = Judge(Subjects(plan, pack.rules.vocabulary), self.day)
        unit = units_by_level(plan, pack.rules.vocabulary)[one.norm.used.program.level][place]
        names = {each.norm.id for each in self.certain}
        return finding_alone(one.norm.id, unit, judge, group, pack, names)

    def _told(self, sums: dict[str, _Sums]) -> Scenarios:
        ids = tuple(one.norm.id for one in self.certain)
        every = [sums[one] for one in ids]
        none = _sums(self.given.many)
        counts = np.stack([one.counts for one in (*every, none)], axis=1)[:, : len(every)]
        ends = {
            key: np.stack([one.ends[key] for one in (*every, none)], axis=1)[:, : len(every)]
            for key in none.ends  # `none`, so that there is one where no norm is in force
        }
        return Scenarios(
            self.plan, self.pack, self.day, ids, counts, (ends[1, 0], ends[1, 1]),
            (ends[-1, 0], ends[-1, 1]), self.by_definition, self.given,
        )  # fmt: skip


def _sums(many: int) -> _Sums:
    keys = [(side, end) for side in (1, -1) for end in (0, 1)]
    return _Sums(np.zeros((many, len(VERDICTS)), np.int64), {key: np.zeros(many) for key in keys})


def _part(bound: Bound, block: slice) -> Bound:
    """The inputs of some scenarios."""
    rows = [(one[block] if one.ndim > 1 else one, known) for one, known in bound.rows]
    return Bound(bound.table.scenarios(block), rows)


def _add(sums: _Sums, one: Findings, block: slice) -> None:
    verdict = np.atleast_2d(one.verdict)
    for at in range(len(VERDICTS)):
        sums.counts[block, at] += (verdict == at).sum(axis=1)
    side = np.atleast_2d(one.side)
    for (sign, end), total in sums.ends.items():
        ends = np.atleast_2d(one.amounts[end])
        none = np.abs(ends) >= INFINITE
        amounts = np.where(none, np.inf, ends / one.used.scale)
        total[block] += np.where(side == sign, amounts, 0.0).sum(axis=1)


def _put(one: Findings, finding: Finding, rows: Rows, place: int) -> None:
    """A finding of the definition in the place of rows that were left, in some scenarios."""
    if one.verdict.ndim == 1:
        one.verdict, one.side = one.verdict[np.newaxis], one.side[np.newaxis]
        one.amounts = type(one.amounts)(*(ends[np.newaxis] for ends in one.amounts))
    at = (rows, place)
    one.verdict[at] = CODES[finding.verdict]
    amount, outcome = finding.outcome.amount, finding.outcome
    one.side[at] = 0 if amount is None else 1 if amount == outcome.short_by else -1
    ends = amount or Amount(Fraction(0), Fraction(0))
    for into, end, none in zip(one.amounts, (ends.low, ends.high), (-1, 1), strict=True):
        into[at] = none * INFINITE if end is None else int(end * one.used.scale)
