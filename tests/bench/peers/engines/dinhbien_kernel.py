"""dinhbien's evaluator of columns by its compiled kernel, which is loaded before, untimed."""

from __future__ import annotations

from dinhbien.columns.loading import NoKernelError, kernel
from tests.bench.peers.engines import NotReachedError, dinhbien_columns
from tests.bench.peers.engines.dinhbien_columns import Judged, Prepared
from tests.bench.peers.findings import Findings
from tests.bench.peers.table import Table
from tests.bench.peers.workload import Workload


def prepare(plan: Workload, table: Table) -> Prepared:
    """As for NumPy; the kernel is compiled, or taken from where it is kept."""
    import numba  # noqa: F401 - one that is missing is said as of any peer

    try:
        kernel()
    except NoKernelError as error:
        raise NotReachedError(str(error)) from error
    return dinhbien_columns.prepare(plan, table)


def run(prepared: Prepared) -> Judged:
    """The rows of each norm, in the order of the units."""
    return dinhbien_columns.run(prepared, kernel=True)


def findings(result: Judged) -> Findings:
    """The result in the form that is compared."""
    return dinhbien_columns.findings(result)
