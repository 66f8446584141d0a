"""rule-engine: one compiled rule for each norm, which gives its list, asked of each unit."""

from __future__ import annotations

from typing import Any

import rule_engine

from tests.bench.peers.engines.units import findings, numbered, texts, units_of
from tests.bench.peers.table import Row, Table
from tests.bench.peers.workload import Workload

__all__ = ["findings", "prepare", "run"]
Prepared = list[tuple[list[tuple[int, Any]], list[int], list[dict[str, Any]]]]

said = texts({})


def prepare(plan: Workload, table: Table) -> Prepared:
    """Compiled rules, and a dictionary for each unit."""
    made: Prepared = []
    for level, (keys, units) in units_of(plan, table).items():
        rules = [(number, rule_engine.Rule(_text(row))) for number, row in numbered(table, level)]
        made.append((rules, keys, units))
    return made


def _text(row: Row) -> str:
    ends = ", ".join(said(one) for one in (row.verdict, row.least, row.most))
    return f"({said(row.scope)}) ? [{ends}] : [0, 0, 0]"


def run(prepared: Prepared) -> list[tuple[int, ...]]:
    """The findings, sorted."""
    found: list[tuple[int, ...]] = []
    for rules, keys, units in prepared:
        for key, unit in zip(keys, units, strict=True):
            for number, rule in rules:
                verdict, least, most = rule.evaluate(unit)
                if verdict:
                    found.append((number, key, int(verdict), int(least), int(most)))
    return sorted(found)
