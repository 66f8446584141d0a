"""Units one by one, for engines that judge a fact and not a column.

The sums over posts and organisations are made before, so these engines are spared them; they
are given, for each unit, what its norms read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from tests.bench.peers.engines import hand_numpy
from tests.bench.peers.expressions import Node, written
from tests.bench.peers.findings import Findings
from tests.bench.peers.table import Row, Table
from tests.bench.peers.workload import Workload

Unit = dict[str, Any]


def units_of(plan: Workload, table: Table) -> dict[str, tuple[list[int], list[Unit]]]:
    """For each level the units' numbers, and what their norms read under plain names."""
    prepared = hand_numpy.prepare(plan, table)
    levels = hand_numpy.levels(*prepared, 0, plan.size)
    return {level: _of_level(*levels[level], table, level) for level in levels}


def _of_level(
    rows: hand_numpy.Rows, keys: Any, table: Table, level: str  # noqa: ANN401 - a column
) -> tuple[list[int], list[Unit]]:  # fmt: skip
    columns = {name: rows.of(one).tolist() for name, one in read_by(table, level).items()}
    lines = zip(*columns.values(), strict=True)
    return keys.tolist(), [dict(zip(columns, line, strict=True)) for line in lines]


def read_by(table: Table, level: str) -> dict[str, Node]:
    """What the norms of a level read, by a plain name."""
    asked = [row for row in table.rows if row.level == level]
    return {
        name: leaf
        for row in asked
        for one in (row.scope, row.verdict, row.least, row.most)
        for name, leaf in leaves(one)
    }


def leaves(one: Node) -> Iterator[tuple[str, Node]]:
    """The columns that an expression reads; whether a number is missing is a column too."""
    if one.op in {"value", "truth"}:
        yield one.args[0], one
    elif one.op in {"in", "look"}:
        yield one.args[0], Node("truth", one.args[:1])
    elif one.op == "missing":
        yield f"{one.args[0]}_open", one
    else:
        for each in one.args:
            if isinstance(each, Node):
                yield from leaves(each)


def texts(words: Mapping[str, Callable[..., str]]) -> Callable[[Node], str]:
    """A writer of expressions in a language of texts; `words` say what is not as usual."""
    usual: dict[str, Callable[..., str]] = {
        "whole": str,
        "value": str,
        "truth": str,
        "missing": lambda name: f"{name}_open",
        "true": lambda: "true",
        "false": lambda: "false",
        "in": lambda name, codes: f"({' or '.join(f'{name} == {one}' for one in codes)})",
        "look": _look,
        **{sign: _between(sign) for sign in ("+", "-", "*", "//", "<", "<=", "and", "or")},
        "not": lambda one: f"(not {one})",
        "if": _if,
        "least": lambda one, other: f"({one} < {other} ? {one} : {other})",
        "greatest": lambda one, other: f"({one} < {other} ? {other} : {one})",
    }
    return lambda one: written(one, {**usual, **words})


def _between(sign: str) -> Callable[[str, str], str]:
    return lambda one, other: f"({one} {sign} {other})"


def _look(name: str, pairs: tuple[tuple[int, int], ...], usual: int) -> str:
    made = str(usual)
    for code, number in pairs:
        made = f"({name} == {code} ? {number} : {made})"
    return made


def _if(condition: str, one: str, other: str) -> str:
    return f"({condition} ? {one} : {other})"


def numbered(table: Table, level: str) -> list[tuple[int, Row]]:
    """The norms of a level with their numbers."""
    return [(number, row) for number, row in enumerate(table.rows) if row.level == level]


def findings(result: list[tuple[int, ...]]) -> Findings:
    """Sorted rows in the form that is compared."""
    return Findings.of(list(np.array(result, np.int64).reshape(-1, 5).T))
