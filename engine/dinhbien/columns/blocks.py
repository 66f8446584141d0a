"""Coded arrays → findings as arrays, block by block: the pure function under everything large."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from dinhbien.columns.completions import Reach, completed, reach
from dinhbien.columns.judged import Compiled
from dinhbien.columns.on_numpy import evaluated
from dinhbien.columns.outcome import CODES, Outcomes, outcomes
from dinhbien.columns.table import Table, Whole
from dinhbien.columns.values import Bound
from dinhbien.model.finding import ROWS

BLOCK = 20_000
"""How many units of the level below the top are judged at once."""
THREADS = 2
_LISTED = np.array([CODES[one] for one in ROWS], np.int8)


class Rows(Struct, frozen=True):
    """What a program says of the units it is asked of, by their places in the table's level.

    `lo` and `hi` are the amount, short by or over by, over `scale`; nothing where both are 0.
    `left` are the places of the units that only the definition can judge; no row speaks of them.
    `counts` says how many units got each verdict, by its place in `VERDICTS`.
    """

    units: Whole
    verdict: NDArray[np.int8]
    lo: Whole
    hi: Whole
    scale: int
    left: Whole
    counts: Whole


def rows_of(found: Outcomes, first: int = 0) -> Rows:
    """The rows of outcomes whose units begin at `first`."""
    listed = np.isin(found.verdict, _LISTED) & ~found.slow
    at = np.flatnonzero(listed)
    amount = found.amount()
    counts = np.bincount(found.verdict[~found.slow], minlength=len(CODES))
    left = np.flatnonzero(found.slow) + first
    return Rows(
        at + first, found.verdict[at], amount.lo[at], amount.hi[at], found.scale, left, counts
    )


def findings_of(
    made: Compiled, table: Table, *, block: int = BLOCK, threads: int = THREADS
) -> list[Rows | None]:
    """The rows of each program, in the order of programs and units; None for one that is left.

    It changes nothing, and hangs on nothing but its arguments.
    """
    return _gathered(made, table, block, threads, rows_of)


def _gathered(
    made: Compiled, table: Table, block: int, threads: int,
    keep: Callable[[Outcomes, int], Rows],
) -> list[Rows | None]:  # fmt: skip
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
            return _judged(made, part, programs, reads, _firsts(table, level, first), keep)

        for rows in _mapped(judge, firsts, threads):
            for at, one in zip(programs, rows, strict=True):
                found[at].append(one)
    for at, one in zip(whole, _judged(made, table, whole, reads, {}, keep), strict=True):
        found[at].append(one)
    return [_joined(found[at]) if at in found else None for at in range(len(made.asked))]


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


def _judged(  # noqa: PLR0913, PLR0917 - what a block needs
    made: Compiled,
    table: Table,
    programs: list[int],
    reads: Sequence[Reach | None],
    firsts: dict[str, int],
    keep: Callable[[Outcomes, int], Rows],
) -> list[Rows]:
    asked = [(one, reads[at]) for at in programs if (one := made.asked[at]) is not None]
    tape = made.lowering.tape
    steps = sorted(
        {step for one, _ in asked for step in made.steps_of(one)} if asked else set[int]()
    )
    bound: Bound = made.bound(table)
    values = evaluated(tape, bound, steps)
    rows = []
    for one, read in asked:
        found = outcomes(one, values, table.size(one.program.level))
        told = completed(one, found, tape, bound, read)
        rows.append(keep(told, firsts.get(one.program.level, 0)))
    return rows


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
