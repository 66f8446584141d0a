"""How live sessions carry a whole country: 3,321 communes as 34 provinces, each a process.

Run by hand, with `python -m tests.bench.provinces [EVENTS] [AT A TIME] [PROVINCES]`: events in
all, by default few; 100,000 take hours on two cores.  The provinces are made, not read: each
holds the communes of the modelled plan of Điện Biên again and again under codes of its own, 97
or 98 of them.  Each event is proposed with its findings and flags, accepted, and chained by
durable-rules in the session's worker.  It fails where a final state is not that of a fresh run,
or where a worker says otherwise than the compiled flags.
"""

from __future__ import annotations

import os
import platform
import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from time import perf_counter

from msgspec.structs import replace

from dinhbien import check
from dinhbien.judging.from_files import read_plan_and_pack
from dinhbien.live.chained.consequences import Consequences, NotUsableError
from dinhbien.live.session import Session
from dinhbien.model.plan import Plan, Unit
from tests.bench.live import MS, PLAN, copied, ends, measured, resident, settled

COMMUNES, PROVINCES = 3_321, 34
EVENTS, AT_A_TIME = 3_400, 2
TENTHS = 10


@dataclass(frozen=True)
class Measured:
    """What one province gave: seconds, bytes held at each tenth of the stream, and its end."""

    communes: int
    opened: float
    proposing: tuple[float, ...]
    accepting: tuple[float, ...]
    chaining: tuple[float, ...]
    held: tuple[int, ...]
    worker: tuple[int, ...]
    facts: int
    is_same: bool


def main() -> None:
    """Measure every province, and print what all of them gave."""
    given = [int(one) for one in sys.argv[1:]]
    events, at_a_time, provinces = [*given, *(EVENTS, AT_A_TIME, PROVINCES)[len(given) :]]
    each = [(number, share(events, provinces, number)) for number in range(provinces)]
    with ProcessPoolExecutor(at_a_time, get_context("spawn"), max_tasks_per_child=1) as pool:
        made = []
        for one in pool.map(province, *zip(*each, strict=True)):
            made.append(one)
            p50, p99, most = (f"{time * MS:.1f}" for time in ends(one.proposing))
            said = f"{one.communes} communes, {len(one.proposing)} events: {p50}, {p99}, {most} ms"
            print(f"{len(made)}: {said}; {told([one.held])}; {one.is_same}", file=sys.stderr)
    printed(made, at_a_time)
    sys.exit(0 if all(one.is_same for one in made) else 1)


def printed(made: list[Measured], at_a_time: int) -> None:
    """What all provinces gave."""
    communes, done = sum(one.communes for one in made), sum(len(one.proposing) for one in made)
    print(f"Python {platform.python_version()}, {communes} communes in {len(made)} sessions,")
    print(f"{at_a_time} at a time, {done} events.")
    print(f"Opening took {max(one.opened for one in made):.1f} s at most.")
    print("| | p50 | p99 | max |")
    print("|---|---:|---:|---:|")
    rows = {"propose, with its delta": "proposing", "accept": "accepting", "chain": "chaining"}
    for said, name in rows.items():
        times = [time for one in made for time in getattr(one, name)]
        if times:
            print(f"| {said} | {' | '.join(f'{one * MS:.1f} ms' for one in ends(times))} |")
    for said, held in (("a session", "held"), ("a worker", "worker")):
        lines = [getattr(one, held) for one in made if getattr(one, held)]
        if lines:
            print(f"Held by {said}: {told(lines)}.")
            print(f"| held by {said}, on the mean | {' | '.join(means(lines))} |")
    print(f"Facts of a worker: {max(one.facts for one in made)} at most.")
    print(f"Every final state is that of a fresh run: {all(one.is_same for one in made)}.")


def told(lines: list[tuple[int, ...]]) -> str:
    """The most held at the start, in the middle and at the end of a stream, in MB."""
    places = (0, TENTHS // 2, -1)
    return ", ".join(f"{max(one[place] for one in lines) / 2**20:.0f} MB" for place in places)


def means(lines: list[tuple[int, ...]]) -> list[str]:
    """What was held on the mean at the start and after each tenth of a stream, in MB."""
    return [f"{sum(held) / len(held) / 2**20:.1f} MB" for held in zip(*lines, strict=True)]


def share(events: int, provinces: int, number: int) -> int:
    """How many of so many things one of several gets."""
    return events // provinces + (number < events % provinces)


def province(number: int, events: int) -> Measured:
    """One session from its opening to its end."""
    plan, pack = read_plan_and_pack(PLAN)
    plan = of_communes(replace(plan, beside=()), share(COMMUNES, PROVINCES, number))
    start = perf_counter()
    session = Session(plan, pack)
    _ = session.flags
    opened = perf_counter() - start
    settled()
    chained = Consequences(session)
    try:
        chained.update()
    except NotUsableError:
        chained.close()
        return run(session, events, opened, None)
    with chained:
        return run(session, events, opened, chained)


def run(session: Session, events: int, opened: float, chained: Consequences | None) -> Measured:
    """The events of one session, tenth by tenth."""
    times: list[tuple[float, float]] = []
    chaining: list[float] = []
    held, worker = [resident(os.getpid())], [resident(chained.process_id) if chained else 0]

    def after() -> None:
        if chained is not None:
            start = perf_counter()
            chained.update()
            chaining.append(perf_counter() - start)

    for tenth in range(TENTHS):
        times += measured(session, share(events, TENTHS, tenth), after)
        held.append(resident(os.getpid()))
        worker.append(resident(chained.process_id) if chained else 0)
    fresh = check(session.plan, session.pack)
    same = (session.findings, session.flags) == (fresh.findings, fresh.flags)
    same = same and not (chained and chained.differences())
    communes = sum(1 for unit in session.plan.root.walk() if unit.level == "commune")
    facts = len(chained.derived) + len(chained.told) if chained else 0
    return Measured(
        communes, opened, tuple(one for one, _ in times), tuple(one for _, one in times),
        tuple(chaining), tuple(held), tuple(worker) if chained else (), facts, same,
    )  # fmt: skip


def of_communes(plan: Plan, communes: int) -> Plan:
    """The plan with so many communes, those that it has again and again."""
    own = plan.root.children["commune"]
    units: list[Unit] = [copied(own[n % len(own)], n // len(own)) for n in range(communes)]
    children = {**plan.root.children, "commune": tuple(units)}
    return replace(plan, root=replace(plan.root, children=children, figures={}))


if __name__ == "__main__":
    main()
