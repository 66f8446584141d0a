"""zen-engine: for each level one compiled expression, which gives a list for each norm."""

from __future__ import annotations

from typing import Any

import zen

from tests.bench.peers.engines.units import findings, numbered, texts, units_of
from tests.bench.peers.table import Row, Table
from tests.bench.peers.workload import Workload

__all__ = ["findings", "prepare", "run"]
Prepared = list[tuple[Any, list[int], list[int], list[dict[str, Any]]]]

said = texts({
    "//": lambda one, other: f"floor({one} / {other})",
    "least": lambda one, other: f"min([{one}, {other}])",
    "greatest": lambda one, other: f"max([{one}, {other}])",
})  # fmt: skip


def prepare(plan: Workload, table: Table) -> Prepared:
    """Compiled expressions, and a dictionary for each unit."""
    made: Prepared = []
    for level, (keys, units) in units_of(plan, table).items():
        asked = numbered(table, level)
        text = ", ".join(_text(row) for _, row in asked)
        numbers = [number for number, _ in asked]
        made.append((zen.compile_expression(f"[{text}]"), numbers, keys, units))
    return made


def _text(row: Row) -> str:
    ends = ", ".join(said(one) for one in (row.verdict, row.least, row.most))
    return f"({said(row.scope)} ? [{ends}] : [0, 0, 0])"


def run(prepared: Prepared) -> list[tuple[int, ...]]:
    """The findings, sorted."""
    found: list[tuple[int, ...]] = []
    for expression, numbers, keys, units in prepared:
        for key, unit in zip(keys, units, strict=True):
            answers = expression.evaluate(unit)
            for number, (verdict, least, most) in zip(numbers, answers, strict=True):
                if verdict:
                    found.append((number, key, int(verdict), int(least), int(most)))
    return sorted(found)
