"""Coded arrays → findings as arrays, block by block: the pure function under everything large."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from dinhbien.columns.completions import Reach, completed
from dinhbien.columns.judged import Compiled
from dinhbien.columns.kernel import plan_of, rows_of_plan
from dinhbien.columns.loading import NoKernelError, Run, is_loaded, is_possible
from dinhbien.columns.loading import kernel as loaded_kernel
from dinhbien.columns.on_numpy import Done
from dinhbien.columns.outcome import outcomes
from dinhbien.columns.rows import Gathered, Rows, rows_of, rows_within
from dinhbien.columns.table import Table
from dinhbien.columns.values import Bound

BLOCK = 20_000
"""How many units of the level below the top are judged at once."""
KERNEL_BLOCK = 2_048
"""The same for the kernel, whose lanes are held for some of them at a time only."""
THREADS = 2


LARGE = 2_000_000
"""A plan with so many units of one level is worth the loading of the kernel: two seconds."""


def findings_of(
    made: Compiled, table: Table, *, block: int = BLOCK, threads: int = THREADS,
    kernel: bool | None = None,
) -> list[Rows | None]:  # fmt: skip
    """The rows of each program, in the order of programs and units; None for one that is left.

    It changes nothing, and hangs on nothing but its arguments.  `kernel` asks for the compiled
    kernel, or asks to do without; by default a large plan is judged by it where Numba is
    installed, and any plan once it is loaded.  What a kernel does not do NumPy does.  Raises
    `NoKernelError` where it is asked for and there is none.
    """
    run = kernel_for(table, kernel)
    reads = made.reads(table)
    apart = [at for at, one in enumerate(made.asked) if one is not None and reads[at] is not None]
    whole = [at for at, one in enumerate(made.asked) if one is not None and reads[at] is None]
    found: dict[int, Rows] = {}
    for level, programs in made.branches(table, apart).items():
        if run is not None:
            found |= by_kernel(made, table, (level, programs), reads, run, threads)
        left = [at for at in programs if at not in found]
        found |= _by_numpy(made, table, (level, left), reads, block, threads)
    found |= zip(whole, _judged(made, table, whole, reads, {}), strict=True)
    return [found.get(at) for at in range(len(made.asked))]


def kernel_for(table: Table, asked: bool | None) -> Run | None:
    """The kernel, where it is asked for, or is worth its loading; as for `findings_of`."""
    if asked is None:
        largest = max(one.size for one in table.levels.values())
        asked = is_loaded() or (largest >= LARGE and is_possible())
        with suppress(NoKernelError):
            return loaded_kernel() if asked else None
        return None
    return loaded_kernel() if asked else None


def _by_numpy(  # noqa: PLR0913, PLR0917 - what blocks are judged with
    made: Compiled, table: Table, branch: tuple[str, list[int]],
    reads: Sequence[Reach | None], block: int, threads: int,
) -> dict[int, Rows]:  # fmt: skip
    """The rows of each program."""
    level, programs = branch
    firsts = range(0, max(1, table.size(level)), block)

    def judge(first: int) -> list[Rows]:
        part = table.block(level, first, min(first + block, table.size(level)))
        return _judged(made, part, programs, reads, _firsts(table, level, first))

    return _mapped(judge, firsts, programs, threads) if programs else {}


def by_kernel(  # noqa: PLR0913, PLR0917 - what blocks are judged with
    made: Compiled, table: Table, branch: tuple[str, list[int]],
    reads: Sequence[Reach | None], run: Run, threads: int,
) -> dict[int, Rows]:  # fmt: skip
    """The rows of each program that the kernel does."""
    plan = plan_of(made, table, *branch)
    if plan is None:
        return {}
    block = min(KERNEL_BLOCK, -(-max(1, table.size(plan.level)) // threads))
    return dict(zip(plan.programs, rows_of_plan(plan, run, reads, block, threads), strict=True))


def _mapped(
    judge: Callable[[int], list[Rows]], firsts: Sequence[int], programs: list[int], threads: int
) -> dict[int, Rows]:
    """The rows of each program, gathered from blocks that are judged side by side."""
    found = {at: Gathered(len(firsts)) for at in programs}
    with ThreadPoolExecutor(threads) as pool:
        side_by_side = threads > 1 and len(firsts) > 1
        for rows in pool.map(judge, firsts) if side_by_side else map(judge, firsts):
            for one, of_block in zip(found.values(), rows, strict=True):
                one.add(of_block)
    return {at: one.made() for at, one in found.items()}


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
