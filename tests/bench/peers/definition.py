"""What `dinhbien.check` finds in the same plan, by the definition `meaning/`."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from dinhbien import Pack, Plan, Report, check
from dinhbien.model.finding import Finding
from tests.bench.peers.findings import Findings
from tests.bench.peers.intervals import UNBOUNDED
from tests.bench.peers.table import DAY, NORMS, SHORTAGE, SURPLUS, UNDETERMINED, Table
from tests.bench.peers.workload import PLACES, Workload, frames_of

CODES = {"shortage": SHORTAGE, "surplus": SURPLUS, "undetermined": UNDETERMINED}


def plan_of(plan: Workload, table: Table) -> Plan:
    """The workload as a plan of the project; for sizes that a person would have."""
    return Plan.from_frames(frames_of(plan, table.words), norms=NORMS)


def judged(plan: Plan, pack: Pack) -> Findings:
    """The findings of the definition, in the form that is compared."""
    return findings_of(check(plan, pack, DAY))


def findings_of(report: Report) -> Findings:
    """The rows of a report, in the form that is compared."""
    place = {norm.id: number for number, norm in enumerate(report.pack.norms)}
    rows = sorted(_row(one, place) for one in report.rows)
    columns = np.array(rows, np.int64).reshape(-1, 5).T
    return Findings.of(list(columns))


def _row(one: Finding, place: dict[str, int]) -> tuple[int, ...]:
    commune, _, organisation = one.subject.code.partition("/")
    subject = int(commune) * PLACES + int(organisation.removeprefix("o") or 0)
    amount = one.outcome.amount
    ends = (0, 0) if amount is None else (_whole(amount.low), _whole(amount.high))
    return place[one.norm], subject, CODES[one.outcome.verdict], *ends


def _whole(end: Fraction | None) -> int:
    if end is None:
        return UNBOUNDED
    assert end.denominator == 1
    return int(end)
