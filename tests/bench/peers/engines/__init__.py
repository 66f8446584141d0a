"""The engines that are compared: each a module with `prepare`, `run` and `findings`.

`prepare(plan, table)` loads the plan into the engine's own form and makes its expressions, and
is not timed; `run(prepared)` is timed and gives the findings, sorted; `findings(result)` puts
them into the one form that is compared, and is not timed.  `NotReachedError` says why an engine has
no number.
"""

from __future__ import annotations

from dataclasses import dataclass

BILLION = 10**9


class NotReachedError(Exception):
    """Why an engine gives no number here."""


@dataclass(frozen=True)
class Engine:
    """How an engine is called on the page, and how far it is tried.

    It is tried up to `most` communes; one that is tried `once` has a single measurement.
    """

    module: str
    title: str
    package: str
    most: int = BILLION
    once: bool = False


ENGINES = (
    Engine("dinhbien_columns", "dinhbien, columns", ""),
    Engine("dinhbien_kernel", "dinhbien, kernel", "numba"),
    Engine("dinhbien_check", "dinhbien, the definition", "", most=400),
    Engine("hand_numpy", "NumPy by hand", "numpy"),
    Engine("with_polars", "polars, sorted", "polars"),
    Engine("with_polars_unsorted", "polars, as the rows come", "polars"),
    Engine("with_duckdb", "DuckDB", "duckdb"),
    Engine("with_pandas", "pandas", "pandas"),
    Engine("with_durable_rules", "durable-rules, norms as facts", "durable_rules"),
    Engine("memory_copy", "copying input and findings, the limit", "numpy"),
    Engine("with_openfisca", "openfisca-core", "OpenFisca-Core", most=4_000, once=True),
    Engine("with_zen", "zen-engine", "zen-engine", most=4_000, once=True),
    Engine("with_rule_engine", "rule-engine", "rule-engine", most=4_000, once=True),
    Engine("with_clipspy", "clipspy", "clipspy", most=4_000, once=True),
)
