"""NumPy by hand: one vector pass for each norm, in blocks of communes, two threads.

Only the units in a norm's scope are taken, and amounts are reckoned for what is found only.
"""

from __future__ import annotations

import operator
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from tests.bench.peers.expressions import FALSE, TRUE, Node
from tests.bench.peers.findings import Findings
from tests.bench.peers.table import Measure, Table
from tests.bench.peers.workload import MISSING, NUMBERS, Array, Workload

BLOCK = 20_000
LEAVES = {"value", "missing", "truth", "in", "look"}
Found = tuple[Array, Array, Array, Array]
Prepared = tuple[Workload, Table, dict[str, Array]]


def prepare(plan: Workload, table: Table) -> Prepared:
    """The columns as they are; where each unit's organisations and posts begin."""
    starts = {
        "commune": _starts(plan.organisations["commune"], plan.size),
        "organisation": _starts(plan.posts["organisation"], len(plan.organisations["kind"])),
        "commune_keys": plan.keys("commune"),
        "organisation_keys": plan.keys("organisation"),
    }
    return plan, table, starts


def _starts(above: Array, many: int) -> Array:
    starts = np.searchsorted(above, np.arange(many + 1)).astype(np.int64)
    assert (np.diff(starts) > 0).all(), "a unit without any below it"
    return starts


def run(prepared: Prepared) -> list[Array]:
    """Five columns, norm by norm, and in each in the order of the codes."""
    plan, table, _ = prepared
    ranges = [(start, min(start + BLOCK, plan.size)) for start in range(0, plan.size, BLOCK)]
    if len(ranges) == 1:
        blocks = [_judged(prepared, *ranges[0])]
    else:
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            blocks = list(pool.map(lambda ends: _judged(prepared, *ends), ranges))
    by_norm = [[block[row] for block in blocks] for row in range(len(table.rows))]
    return _joined(by_norm)


def _joined(by_norm: list[list[Found]]) -> list[Array]:
    lengths = [sum(len(found[0]) for found in blocks) for blocks in by_norm]
    norm = np.repeat(np.arange(len(by_norm), dtype=np.uint8), lengths)
    columns = zip(*(found for blocks in by_norm for found in blocks), strict=True)
    return [norm, *(np.concatenate(parts) for parts in columns)]


def findings(result: list[Array]) -> Findings:
    """The result in the form that is compared."""
    return Findings.of(result)


@dataclass
class Rows:
    """Some units of one level in a block; columns are taken when they are first asked for."""

    take: Callable[[str], Array]
    picked: Array | None = None
    kept: dict[Any, Array] = field(default_factory=dict)
    scratch: dict[Node, Any] = field(default_factory=dict)

    def column(self, name: str) -> Array:
        """A column of these units."""
        if name not in self.kept:
            whole = self.take(name)
            self.kept[name] = whole if self.picked is None else whole[self.picked]
        return self.kept[name]

    def within(self, places: Array) -> Rows:
        """Some of these units."""
        return Rows(self.column, places)

    def of(self, one: Node) -> Any:  # noqa: ANN401 - a column, or one value for all
        """The value of an expression; what is read of a column is kept for the next norm."""
        kept = self.kept if one.op in LEAVES else self.scratch
        if one not in kept:
            kept[one] = _STEPS[one.op](self, *one.args)
        return kept[one]


def _judged(prepared: Prepared, start: int, end: int) -> list[Found]:
    plan, table, starts = prepared
    found: list[Found] = []
    units = levels(plan, table, starts, start, end)
    scopes: dict[tuple[str, Node], tuple[Rows, Array]] = {}
    for row in table.rows:
        whole, keys = units[row.level]
        if (row.level, row.scope) not in scopes:
            inside = whole, keys
            if row.scope is not TRUE:
                places = np.flatnonzero(whole.of(row.scope))
                inside = whole.within(places), keys[places]
            scopes[row.level, row.scope] = inside
        rows, subjects = scopes[row.level, row.scope]
        verdict = rows.of(row.verdict)
        said = np.flatnonzero(verdict)
        ends = rows.within(said)
        low, high = (np.broadcast_to(ends.of(one), len(said)) for one in (row.least, row.most))
        found.append((subjects[said], verdict[said].astype(np.uint8), low, high))
        rows.scratch.clear()
    return found


def levels(
    plan: Workload, table: Table, starts: dict[str, Array], start: int, end: int
) -> dict[str, tuple[Rows, Array]]:
    """The units of a block, with what is summed below each."""
    first, last = (int(one) for one in starts["commune"][[start, end]])
    begin, stop = (int(one) for one in starts["organisation"][[first, last]])
    posts = Rows(lambda name: plan.posts[name][begin:stop])
    owner = plan.organisations["commune"][first:last] - start
    communes = Rows(lambda name: plan.communes[name][start:end])

    def of_organisation(name: str) -> Array:
        if name not in plan.organisations:
            return np.take(communes.column(name), owner)
        return plan.organisations[name][first:last]

    organisations = Rows(of_organisation)
    inner = starts["organisation"][first:last] - begin
    outer = starts["commune"][start:end] - first
    for measure in table.measures:
        inside = measure.level == "organisation"
        above = organisations if inside else communes
        _measured(measure, posts if inside else organisations, above, inner if inside else outer)
    return {
        "commune": (communes, starts["commune_keys"][start:end]),
        "organisation": (organisations, starts["organisation_keys"][first:last]),
    }


def _measured(measure: Measure, below: Rows, above: Rows, starts: Array) -> None:
    values, missing, where = (
        below.of(one) for one in (measure.value, measure.missing, measure.where)
    )
    if where is not True:
        values, missing = where * values, where & missing
    if np.ndim(values) == 0:
        values = np.full(len(below.column("kind")), values, np.int32)
    above.kept[measure.name] = np.add.reduceat(values, starts, dtype=np.int32)
    if measure.missing is not FALSE:
        above.kept[open_name(measure.name)] = np.logical_or.reduceat(missing, starts)


def open_name(name: str) -> str:
    """Under which name a block keeps whether a sum is open."""
    return f"{name} is open"


STATED = {name for names in NUMBERS.values() for name in names}


def _value(rows: Rows, name: str) -> Array:
    column = rows.column(name)
    return np.maximum(column, 0) if name in STATED else column


def _missing(rows: Rows, name: str) -> Array:
    if name in STATED:
        return np.equal(rows.column(name), MISSING)
    return rows.column(open_name(name))


def _in(rows: Rows, name: str, codes: tuple[int, ...]) -> Array:
    column = rows.column(name)
    found = np.equal(column, codes[0])
    for code in codes[1:]:
        found |= np.equal(column, code)
    return found


def _look(rows: Rows, name: str, pairs: tuple[tuple[int, int], ...], usual: int) -> Array:
    table = np.full(_MOST_WORDS, usual, np.int32)
    for code, number in pairs:
        table[code] = number
    return np.take(table, rows.column(name))


_MOST_WORDS = 127


def _of_two(step: Callable[[Any, Any], Any]) -> Callable[..., Any]:
    return lambda rows, one, other: step(rows.of(one), rows.of(other))


def _if(rows: Rows, condition: Node, one: Node, other: Node) -> Any:  # noqa: ANN401
    held = rows.of(condition)
    return np.where(held, _narrow(rows.of(one)), _narrow(rows.of(other)))


def _narrow(value: Any) -> Any:  # noqa: ANN401 - a column, or one value for all
    return np.int32(value) if isinstance(value, int) else value


_STEPS: dict[str, Callable[..., Any]] = {
    "true": lambda _: True,
    "false": lambda _: False,
    "whole": lambda _, number: number,
    "value": _value,
    "missing": _missing,
    "truth": lambda rows, name: rows.column(name),
    "in": _in,
    "look": _look,
    "+": _of_two(operator.add),
    "-": _of_two(operator.sub),
    "*": _of_two(operator.mul),
    "//": _of_two(operator.floordiv),
    "<": _of_two(operator.lt),
    "<=": _of_two(operator.le),
    "least": _of_two(np.minimum),
    "greatest": _of_two(np.maximum),
    "and": _of_two(operator.and_),
    "or": _of_two(operator.or_),
    "not": lambda rows, one: ~rows.of(one),
    "if": _if,
}
