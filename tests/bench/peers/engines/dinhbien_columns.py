"""dinhbien's evaluator of columns, where the package has one.

Whoever adds `dinhbien.columns` fills the three functions in, as the other engines do it: the
plan is in flat columns already (`Workload`), the pack is `read_pack(PACK, norms=NORMS)`.
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import NoReturn

from tests.bench.peers.engines import NotReachedError
from tests.bench.peers.findings import Findings
from tests.bench.peers.table import Table
from tests.bench.peers.workload import Workload


def prepare(_plan: Workload, _table: Table) -> NoReturn:
    """Says that it is not there, or that it is not asked yet."""
    if find_spec("dinhbien.columns") is None:
        message = "not there: the package has no `dinhbien.columns`"
        raise NotReachedError(message)
    message = "`dinhbien.columns` is there, and engines/dinhbien_columns.py does not ask it"
    raise NotReachedError(message)


def run(prepared: NoReturn) -> Findings:
    """The findings."""
    return prepared


def findings(result: Findings) -> Findings:
    """The result in the form that is compared."""
    return result
