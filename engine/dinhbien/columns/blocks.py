"""Coded arrays → findings as arrays, block by block: the pure function under everything large."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from dinhbien.columns.completions import Reach, completed, reach
from dinhbien.columns.judged import Compiled
from dinhbien.columns.on_numpy import Done
from dinhbien.columns.outcome import outcomes
from dinhbien.columns.rows import Rows, rows_of, rows_within
from dinhbien.columns.table import Table
from dinhbien.columns.values import Bound

BLOCK = 20_000
"""How many units of the level below the top are judged at once."""
THREADS = 2


def findings_of(
    made: Compiled, table: Table, *, block: int = BLOCK, threads: int = THREADS
) -> list[Rows | None]:
    """The rows of each program, in the order of programs and units; None for one that is left.

    It changes nothing, and hangs on nothing but its arguments.
    """
    tape = made.lowering.tape
    reads = [None if one is None else reach(tape, one, table) for one in made.asked]
    apart = [at for at, one in enumerate(made.asked) if one is not None and reads[at] is not None]
    whole = [at for at, one in enumerate(made.asked) if one is not None and reads[at] is None]
    found: dict[int, list[Rows]] = {at: [] for at in (*apart, *whole)}
    for level, programs in _by_branch(table, apart, made).items():
        firsts = range(0, max(1, table.size(level)), block)

        def judge(first: int, level: str = level, programs: list[int] = programs) -> list[Rows]:
            last = min(first + block, table.size(level))
            part = table.block(level, first, last)
            return _judged(made, part, programs, reads, _firsts(table, level, first))

        for rows in _mapped(judge, firsts, threads):
            for at, one in zip(programs, rows, strict=True):
                found[at].append(one)
    for at, one in zip(whole, _judged(made, table, whole, reads, {}), strict=True):
        found[at].append(one)
    # popped, so that the parts of a program are not held once they are joined
    return [_joined(found.pop(at)) if at in found else None for at in range(len(made.asked))]


def _mapped(
    judge: Callable[[int], list[Rows]], firsts: Sequence[int], threads: int
) -> Iterable[list[Rows]]:
    if threads < 2 or len(firsts) < 2:
        return map(judge, firsts)
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(judge, firsts))


def _by_branch(table: Table, programs: list[int], made: Compiled) -> dict[str, list[int]]:
    """The programs by the level below the top that their units are of, or lie within."""
    found: dict[str, list[int]] = {}
    for at in programs:
        asked = made.asked[at]
        assert asked is not None  # noqa: S101 - as the caller chose them
        level = asked.program.level
        above = [level, *table.vocabulary.ancestors_of(level)]
        found.setdefault(above[above.index(table.top) - 1], []).append(at)
    return found


def _firsts(table: Table, level: str, first: int) -> dict[str, int]:
    """Where the units of a block begin, by level."""
    found = {level: first}
    for name in table.levels:
        if level in table.vocabulary.ancestors_of(name):
            found[name] = int(table.starts(level, name)[first])
    return found


def _judged(
    made: Compiled,
    table: Table,
    programs: list[int],
    reads: Sequence[Reach | None],
    firsts: dict[str, int],
) -> list[Rows]:
    if not programs:
        return []
    asked = [(one, reads[at]) for at in programs if (one := made.asked[at]) is not None]
    bound: Bound = made.bound(table)
    needs = [made.steps_of(one) for one, _ in asked]
    done = Done(made.lowering.tape, bound, sorted({step for one in needs for step in one}))
    rows = []
    for (one, read), ended in zip(asked, _ended(needs), strict=True):
        many, first = table.size(one.program.level), firsts.get(one.program.level, 0)
        found = rows_within(one, done, many, first)
        if found is None:
            told = outcomes(one, done, many)
            found = rows_of(completed(one, told, done.tape, bound, read), first)
        rows.append(found)
        done.forget(ended)
    return rows


def _ended(needs: Sequence[Sequence[int]]) -> Iterable[set[int]]:
    """After each program, the steps that no later one needs."""
    last = {step: place for place, one in enumerate(needs) for step in one}
    return [{step for step in one if last[step] == place} for place, one in enumerate(needs)]


def _joined(parts: list[Rows]) -> Rows:
    if len(parts) == 1:
        return parts[0]
    return Rows(
        np.concatenate([one.units for one in parts]),
        np.concatenate([one.verdict for one in parts]),
        np.concatenate([one.lo for one in parts]),
        np.concatenate([one.hi for one in parts]),
        parts[0].scale,
        np.concatenate([one.left for one in parts]),
        np.sum([one.counts for one in parts], axis=0),
    )
