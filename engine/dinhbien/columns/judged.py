"""Norms on arrays: who judges what, and the rows that are left to `meaning/`."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from datetime import date
from functools import cached_property
from typing import Any, cast

import numpy as np
from msgspec import Struct, field

from dinhbien.columns import from_counts  # noqa: F401 - adds the operators of counts and groups
from dinhbien.columns.completions import Reach, completed, needed, reach
from dinhbien.columns.from_program import Lowering
from dinhbien.columns.numbers import Rows, Varied
from dinhbien.columns.on_numpy import evaluated
from dinhbien.columns.outcome import VERDICTS, Asked, Outcomes, amount_at, asked_of, outcomes
from dinhbien.columns.table import Bits, Table, Whole
from dinhbien.columns.tape import NotInColumnsError
from dinhbien.columns.values import Bound
from dinhbien.language.operators import Program
from dinhbien.model.finding import Outcome, Verdict


class Compiled(Struct, frozen=True, dict=True):
    """Programs on one tape; `left` are those that only `meaning/` judges, and why.

    `plans` holds what the kernel made of them for the table that it saw last.
    """

    lowering: Lowering
    asked: tuple[Asked | None, ...]
    left: dict[int, str] = field(default_factory=dict)
    plans: dict[Hashable, Any] = field(default_factory=dict)

    def steps_of(self, asked: Asked) -> list[int]:
        """The steps that a program needs, in order."""
        return self._needs[id(asked)]

    @cached_property
    def _needs(self) -> dict[int, list[int]]:
        """The steps of each program, by its identity, which lasts as long as this."""
        tape = self.lowering.tape
        return {id(one): needed(tape, one) for one in self.asked if one is not None}

    def reads(self, table: Table) -> list[Reach | None]:
        """What each program reads of a plan; None where it takes in the whole plan, or is left."""
        tape = self.lowering.tape
        return [
            None if one is None else reach(tape, one, table, self._needs[id(one)])
            for one in self.asked
        ]

    def branches(self, table: Table, programs: Sequence[int]) -> dict[str, list[int]]:
        """The programs by the level below the top that their units are of, or lie within."""
        found: dict[str, list[int]] = {}
        for at in programs:
            asked = self.asked[at]
            assert asked is not None  # noqa: S101 - as the caller chose them
            level = asked.program.level
            above = [level, *table.vocabulary.ancestors_of(level)]
            found.setdefault(above[above.index(table.top) - 1], []).append(at)
        return found

    @cached_property
    def _rows(self) -> list[tuple[Whole, Bits]]:
        varied = self.lowering.varied
        return [_array(rows, scale, varied) for rows, scale in self.lowering.rows]

    def bound(self, table: Table) -> Bound:
        """The tape's inputs: a table, and the numbers of the law."""
        return Bound(table, self._rows)


def _array(rows: Rows, scale: int, varied: Varied) -> tuple[Whole, Bits]:
    many = max((len(varied[one]) for one in rows.entries if isinstance(one, str)), default=1)
    found = np.zeros((many, len(rows.entries)), np.int64)
    for place, one in enumerate(rows.entries):
        if isinstance(one, str):
            found[:, place] = [int(value * scale) for value in varied[one]]
        elif one is not None:
            found[:, place] = int(one * scale)
    known = np.array([one is not None for one in rows.entries], bool)
    return (found if many > 1 else found[0]), known


def compiled(
    programs: Sequence[Program], table: Table, day: date, varied: Varied | None = None
) -> Compiled:
    """Programs for plans like `table`, on a day."""
    lowering = Lowering(table, day, varied or {})
    asked: list[Asked | None] = []
    left: dict[int, str] = {}
    for place, program in enumerate(programs):
        try:
            asked.append(asked_of(program, lowering))
        except NotInColumnsError as reason:
            asked.append(None)
            left[place] = str(reason)
    return Compiled(lowering, tuple(asked), left)


def judged(made: Compiled, table: Table) -> Iterator[Outcomes | None]:
    """What each program says of all its subjects; None for a program that is left."""
    bound = made.bound(table)
    tape = made.lowering.tape
    values = evaluated(tape, bound)
    for one in made.asked:
        if one is None:
            yield None
            continue
        found = outcomes(one, values, table.size(one.program.level))
        yield completed(one, found, tape, bound, reach(tape, one, table))


def outcome_at(asked: Asked, found: Outcomes, place: tuple[int, ...]) -> Outcome:
    """One row, without what it lacks and why: that is told on request."""
    verdict = cast("Verdict", VERDICTS[found.verdict[place]])
    if not found.told[place]:
        return Outcome(verdict)
    measured, least, most, short, over = (
        None if one is None else amount_at(one, found.scale, place)
        for one in (found.measured, found.least, found.most, found.short_by, found.over_by)
    )
    side = found.side[place]
    amount = short if side > 0 else over if side < 0 else None
    about = [part.about for part in asked.program.parts]
    failed = tuple(name for name, one in zip(about, found.failed, strict=False) if one[place])
    return Outcome(verdict, measured, least, most, amount, short, over, failed=failed)
