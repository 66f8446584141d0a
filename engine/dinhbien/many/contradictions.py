"""Totals that cells contradict: arrays tell where they may, the definition what is wrong.  §9"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import numpy as np

from dinhbien.columns.blocks import BLOCK
from dinhbien.columns.from_counts import counted
from dinhbien.columns.from_program import Lowering
from dinhbien.columns.on_numpy import evaluated
from dinhbien.columns.table import INFINITE, Bits, Table, Whole
from dinhbien.columns.tape import SLOW, WORDS, NotInColumnsError
from dinhbien.columns.values import Bound, has
from dinhbien.judging.contradictions import refuse_contradictions
from dinhbien.language.from_norms import Rules
from dinhbien.meaning.subjects import Subjects
from dinhbien.model.plan import Plan


def refuse_totals(
    table: Table, rules: Rules, step: str, day: date, plan_of: Callable[[Whole], Plan]
) -> None:
    """Raise `InputError` with what the definition says of totals that cells contradict.

    `plan_of` gives the plan of some units of `step`, the level below the top.
    """
    asked = _doubtful(table, rules, step, day) & _lists_something(table, step)
    if asked.any():
        refuse_contradictions(Subjects(plan_of(np.flatnonzero(asked)), rules.vocabulary), rules)


def _doubtful(table: Table, rules: Rules, step: str, day: date) -> Bits:
    """The units of `step` in which a total may be contradicted, for all that arrays tell.

    Where a word is missing that a count reads, the definition does not know what cells add up to.
    """
    found = np.zeros(table.size(step), bool)
    lowering = Lowering(table, day)
    reckoned = {}
    for level, units in table.levels.items():
        for name, stated in units.stated.items():
            try:
                reckoned[level, name] = counted(lowering, rules.counts[name], name, level).place
            except NotInColumnsError:
                bounded = stated.known | (stated.bounds.hi < INFINITE)
                _mark(found, table, level, step, bounded)
    is_whole = any(level == table.top for level, _ in reckoned)  # adds up what all blocks hold
    many = max(1, table.size(step)) if is_whole else BLOCK
    for first in range(0, table.size(step), many) if reckoned else ():
        last = min(first + many, table.size(step))
        part = table.block(step, first, last)
        values = evaluated(lowering.tape, Bound(part, []))
        for (level, _), place in reckoned.items():
            (cells,) = lowering.tape.steps[place].args
            where = has(values[place].flags, SLOW) & ~has(values[cells].flags, WORDS)
            _mark(found[first:last], part, level, step, np.broadcast_to(where, part.size(level)))
    return found


def _mark(found: Bits, table: Table, level: str, step: str, where: Bits) -> None:
    """Marks the units of `step` that hold some units of `level`, or all where these hold them."""
    if level == table.top:
        found |= bool(where.any())
    else:
        found[table.above(level, step)[where]] = True


def _lists_something(table: Table, step: str) -> Bits:
    """Which units of the level below the top list any unit that a total adds up."""
    found = np.zeros(table.size(step), bool)
    for child in table.vocabulary.children_of(step):
        found[table.above(child, step)] = True
    if any(table.levels[table.top].stated.values()):
        found[:] = True
    return found
