"""dinhbien as it is asked today: `dinhbien.check`, by the definition, of a plan that was read.

It makes more than the others: what each finding lacks, both bounds, totals for the province.
"""

from __future__ import annotations

from dinhbien import Pack, Plan, Report, check, read_pack
from tests.bench.peers.definition import findings_of, plan_of
from tests.bench.peers.findings import Findings
from tests.bench.peers.table import DAY, NORMS, PACK, Table
from tests.bench.peers.workload import Workload

Prepared = tuple[Plan, Pack]


def prepare(plan: Workload, table: Table) -> Prepared:
    """The plan and the pack, as they are read."""
    return plan_of(plan, table), read_pack(PACK, norms=NORMS)


def run(prepared: Prepared) -> Report:
    """The report, with its rows in their order."""
    return check(*prepared, DAY)


def findings(result: Report) -> Findings:
    """The result in the form that is compared."""
    return findings_of(result)
