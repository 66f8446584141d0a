"""The limit: copying the bytes of the input, and those of the findings, and nothing else."""

from __future__ import annotations

import numpy as np

from tests.bench.peers.engines import hand_numpy
from tests.bench.peers.findings import LAYOUT, Findings
from tests.bench.peers.table import Table
from tests.bench.peers.workload import Array, Workload

Prepared = tuple[list[Array], list[Array]]


def prepare(plan: Workload, table: Table) -> Prepared:
    """The columns of the input, and the findings, which are reckoned before."""
    found = hand_numpy.findings(hand_numpy.run(hand_numpy.prepare(plan, table)))
    tables = (plan.communes, plan.organisations, plan.posts)
    columns = [column for one in tables for column in one.values()]
    return columns, [getattr(found, name) for name in LAYOUT]


def run(prepared: Prepared) -> list[Array]:
    """A copy of both; of which the findings are given."""
    columns, found = prepared
    for column in columns:
        np.copy(column)
    return [np.copy(column) for column in found]


def findings(result: list[Array]) -> Findings:
    """The result in the form that is compared."""
    return Findings.of(result)
