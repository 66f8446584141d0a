"""clipspy: a fact for each unit, a rule for each norm, a fact for each finding."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import clips

from tests.bench.peers.engines.units import findings, leaves, numbered, read_by, texts, units_of
from tests.bench.peers.expressions import TRUE, Node
from tests.bench.peers.table import Row, Table
from tests.bench.peers.workload import Workload

__all__ = ["findings", "prepare", "run"]
Prepared = tuple[Any, dict[str, tuple[list[int], list[dict[str, Any]]]]]


def _first(name: str) -> Callable[..., str]:
    return lambda *args: f"({name} {' '.join(args)})"


def _look(name: str, pairs: tuple[tuple[int, int], ...], usual: int) -> str:
    made = str(usual)
    for code, number in pairs:
        made = f"(if (= ?{name} {code}) then {number} else {made})"
    return made


said = texts({
    "value": lambda name: f"?{name}",
    "truth": lambda name: f"?{name}",
    "missing": lambda name: f"?{name}_open",
    "true": lambda: "TRUE",
    "false": lambda: "FALSE",
    "in": lambda name, codes: f"(or FALSE {' '.join(f'(= ?{name} {one})' for one in codes)})",
    "look": _look,
    "//": _first("div"),
    "least": _first("min"),
    "greatest": _first("max"),
    "if": lambda condition, one, other: f"(if {condition} then {one} else {other})",
    **{sign: _first(sign) for sign in ("+", "-", "*", "<", "<=", "and", "or", "not")},
})  # fmt: skip


def prepare(plan: Workload, table: Table) -> Prepared:
    """An environment with the rules, and a dictionary for each unit."""
    environment = clips.Environment()
    for level in ("commune", "organisation"):
        slots = " ".join(f"(slot {name})" for name in ("subject", *read_by(table, level)))
        environment.build(f"(deftemplate {level} {slots})")
        for number, row in numbered(table, level):
            environment.build(_rule(number, row))
    return environment, units_of(plan, table)


def _rule(number: int, row: Row) -> str:
    read = {name for one in _parts(row) for name, _ in leaves(one)}
    slots = " ".join(f"({name} ?{name})" for name in ("subject", *sorted(read)))
    scope = "" if row.scope is TRUE else f"(test (and TRUE {said(row.scope)}))"
    return (
        f"(defrule norm-{number} ({row.level} {slots}) {scope} (test (<> {said(row.verdict)} 0)) "
        f"=> (assert (finding {number} ?subject {' '.join(said(one) for one in _parts(row)[1:])})))"
    )


def _parts(row: Row) -> tuple[Node, ...]:
    return row.scope, row.verdict, row.least, row.most


def run(prepared: Prepared) -> list[tuple[int, ...]]:
    """The findings, sorted."""
    environment, levels = prepared
    environment.reset()
    for level, (keys, units) in levels.items():
        template = environment.find_template(level)
        for key, unit in zip(keys, units, strict=True):
            template.assert_fact(subject=key, **unit)
    environment.run()
    return sorted(tuple(fact) for fact in environment.facts() if fact.template.name == "finding")
