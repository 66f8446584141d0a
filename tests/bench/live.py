"""How long a session takes to answer an event: random events on the modelled plan.

Run by hand, with `python -m tests.bench.live [EVENTS] [COPIES] [filled]`: a time is a measurement,
never a test.  It prints the lines of docs/explanation/performance.md, and fails where the final
state is not that of a fresh run.  With `filled` nothing is missing in the plan: what it does not
state is filled with nothing, or with the first word of its list.
"""

from __future__ import annotations

import gc
import platform
import random
import resource
import sys
from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from time import perf_counter
from typing import Any

from msgspec.structs import replace

from dinhbien import check
from dinhbien.errors import DinhbienError
from dinhbien.judging.from_files import read_plan_and_pack
from dinhbien.language.pack import Pack
from dinhbien.live.session import Session
from dinhbien.model.plan import Cell, Plan, Unit
from dinhbien.model.words import Attribute, Vocabulary

PLAN = Path(__file__).parents[2] / "scenarios" / "dien-bien" / "2025-10" / "modelled-a.yaml"
MS = 1000
KB = 2**10
PAGE = resource.getpagesize()
KINDS = ("hire", "retire", "second", "transfer")
SEED = 759
WARM = 100
SELDOM, FEW = 100_000, 20


def main() -> None:
    """Measure proposing and accepting, and compare the end with a fresh run."""
    events = int(sys.argv[1]) if sys.argv[1:] else 1_000
    copies = int(sys.argv[2]) if sys.argv[2:] else 1
    plan, pack = modelled(copies, fill="filled" in sys.argv[3:])
    start = perf_counter()
    session = Session(plan, pack)
    _ = session.flags
    opened = perf_counter() - start
    settled()
    communes = sum(1 for unit in plan.root.walk() if unit.level == "commune")
    print(f"Python {platform.python_version()}, {communes} communes, {events} events.")
    print(f"Opening took {opened:.1f} s.")
    _ = measured(session, WARM)
    half, held = max(events // 2, 1), [resident()]
    every: list[tuple[float, float]] = []
    for _ in range(2):
        every += measured(session, half)
        held.append(resident())
    tell(every)
    grown = [f"{(after - before) / KB / half:.1f} KB" for before, after in pairwise(held)]
    print(f"Held more by {grown[0]} an event in the first half, and by {grown[1]} in the last.")
    fresh = check(session.plan, pack)
    same = (session.findings, session.flags) == (fresh.findings, fresh.flags)
    print(f"The final state is that of a fresh run: {same}.")
    sys.exit(0 if same else 1)


def modelled(copies: int, *, fill: bool) -> tuple[Plan, Pack]:
    """The modelled plan with each commune so many times, and its norms."""
    plan, pack = read_plan_and_pack(PLAN)
    plan = enlarged(replace(plan, beside=()), copies)
    root = filled(plan.root, pack.rules.vocabulary) if fill else plan.root
    return replace(plan, root=root), pack


def tell(times: list[tuple[float, float]]) -> None:
    """The lines of the table of times."""
    proposing, accepting = zip(*times, strict=True)
    print("| | p50 | p99 | max |")
    print("|---|---:|---:|---:|")
    for said, each in (("propose, with its delta", proposing), ("accept", accepting)):
        print(f"| {said} | {' | '.join(f'{one * MS:.1f} ms' for one in ends(each))} |")


def settled() -> None:
    """What was read is not searched for cycles again, as docs/guide/embedding.md advises."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(SELDOM, FEW, FEW)


def measured(
    session: Session, events: int, after: Callable[[], None] | None = None
) -> list[tuple[float, float]]:
    """Seconds of proposing and of accepting so many random events that can happen.

    `after` is called after each of them, and not measured.
    """
    draw = random.Random(f"{SEED} {len(session.events)}")  # noqa: S311 - a benchmark
    posts = [unit.code for unit in session.plan.root.walk() if unit.level == "post"]
    times: list[tuple[float, float]] = []
    while len(times) < events:
        event = drawn(draw, posts)
        start = perf_counter()
        try:
            ruling = session.propose(event)
        except DinhbienError:
            continue
        if ruling.delta is None:
            continue
        _ = ruling.delta.findings, ruling.delta.flags
        middle = perf_counter()
        session.accept(event)
        times.append((middle - start, perf_counter() - middle))
        gc.freeze()  # between events, as the guide advises: a session makes no cycles
        if after is not None:
            after()
    return times


def drawn(draw: random.Random, posts: list[str]) -> dict[str, Any]:
    """One event between two posts."""
    one, other = draw.sample(posts, 2)
    kind = draw.choice(KINDS)
    return {"event": kind, "at": one} if kind in KINDS[:2] else {
        "event": kind, "from": one, "to": other}  # fmt: skip


def ends(times: Sequence[float]) -> tuple[float, float, float]:
    """The middle, the 99th of a hundred, and the longest."""
    ordered = sorted(times)
    return ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.99)], ordered[-1]


def resident(process: int | None = None) -> int:
    """The bytes that a process holds now, by default this one; 0 where the system does not say."""
    try:
        path = Path(f"/proc/{process or 'self'}/statm")
        return int(path.read_text("ascii").split()[1]) * PAGE
    except OSError:
        return 0


def enlarged(plan: Plan, copies: int) -> Plan:
    """The plan with each commune so many times; a province has about a hundred."""
    if copies == 1:
        return plan
    root = plan.root
    units = [copied(one, place) for place in range(copies) for one in root.children["commune"]]
    root = replace(root, children={**root.children, "commune": tuple(units)}, figures={})
    return replace(plan, root=root)


def copied(unit: Unit, place: int) -> Unit:
    """A commune under another code, and all that lies within it."""
    if not place:
        return unit
    steps = unit.path.split(".")
    steps[1] = f"{steps[1]}x{place}"
    code, _, rest = unit.code.partition("/")
    path = ".".join(steps)
    return replace(
        unit,
        code=f"{code}x{place}{'/' if rest else ''}{rest}",
        path=path,
        cells={name: replace(cell, path=f"{path}.{name}") for name, cell in unit.cells.items()},
        figures={
            name: replace(cell, path=f"{path}.figures.{name}")
            for name, cell in unit.figures.items()
        },
        children={
            level: tuple(copied(one, place) for one in units)
            for level, units in unit.children.items()
        },
    )


def filled(unit: Unit, words: Vocabulary) -> Unit:
    """A unit of which nothing is missing; its lists are whole, and no total of it is stated."""
    stated = {
        name: Cell(unit.at(name) if unit.path else name, value, "reported")
        for name, one in words.attributes.items()
        if unit.level in one.of and unit.cell(name).value is None
        if (value := _any(one, name, words)) is not None
    }
    children = {
        level: tuple(filled(one, words) for one in units) for level, units in unit.children.items()
    }
    return replace(
        unit,
        cells={**unit.cells, **stated},
        figures={},
        children=children,
        complete=frozenset(words.levels),
    )


def _any(one: Attribute, name: str, words: Vocabulary) -> Fraction | str | None:
    """A value that may stand in a cell; a day or a text is left out."""
    if one.kind == "quantity":
        return Fraction(0)
    if one.kind == "truth":
        return "no"
    return next(iter(words.lists[one.words or name])) if one.kind == "word" else None


if __name__ == "__main__":
    main()
