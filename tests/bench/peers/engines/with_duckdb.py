"""DuckDB: one query, a SELECT for each norm, UNION ALL, ORDER BY."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import duckdb
import numpy as np
import pandas as pd

from tests.bench.peers.expressions import FALSE, TRUE, Node, written
from tests.bench.peers.findings import LAYOUT, Findings
from tests.bench.peers.table import Measure, Row, Table
from tests.bench.peers.workload import MISSING, NUMBERS, Workload

Prepared = tuple[Any, str]


def prepare(plan: Workload, table: Table) -> Prepared:
    """Tables of a database in memory, NULL where a number is missing; the query's text."""
    connection = duckdb.connect()
    frames = {"communes": plan.communes, "organisations": plan.organisations, "posts": plan.posts}
    for name, columns in frames.items():
        frame = pd.DataFrame(columns)
        if name != "posts":
            frame["subject"] = plan.keys(name.removesuffix("s"))
        if name == "communes":
            frame["commune"] = np.arange(plan.size, dtype=np.int32)
        connection.register("given", frame)
        stated = ", ".join(f"NULLIF({one}, {MISSING}) AS {one}" for one in NUMBERS[name])
        connection.execute(
            f"CREATE TABLE {name} AS SELECT * REPLACE ({stated}) FROM given"  # noqa: S608 - as below
        )
        connection.unregister("given")
    return connection, query(table)


def query(table: Table) -> str:
    """The one query."""
    norms = " UNION ALL ".join(_of_norm(number, row) for number, row in enumerate(table.rows))
    inner = ", ".join(_sums(table, "organisation"))
    outer = ", ".join(_sums(table, "commune"))
    return f"""
        WITH below AS (SELECT organisation, {inner} FROM posts GROUP BY organisation),
        organisation AS MATERIALIZED (
            SELECT o.*, b.*, c.* EXCLUDE (commune, subject)
            FROM (SELECT *, row_number() OVER () - 1 AS row FROM organisations) AS o
            JOIN below AS b ON b.organisation = o.row JOIN communes AS c USING (commune)
        ),
        within AS (SELECT commune, {outer} FROM organisation GROUP BY commune),
        commune AS MATERIALIZED (SELECT * FROM communes JOIN within USING (commune))
        SELECT * FROM ({norms}) ORDER BY norm, subject
    """  # noqa: S608 - the text is made of the table of norms


def run(prepared: Prepared) -> dict[str, Any]:
    """The findings as NumPy columns."""
    connection, text = prepared
    columns: dict[str, Any] = connection.execute(text).fetchnumpy()
    return columns


def findings(result: dict[str, Any]) -> Findings:
    """The result in the form that is compared."""
    return Findings.of([np.asarray(result[name]) for name in LAYOUT])


def _sums(table: Table, level: str) -> Iterator[str]:
    for one in table.measures:
        if one.level == level:
            yield from _sum(one)


def _sum(one: Measure) -> Iterator[str]:
    where = "" if one.where is TRUE else f" FILTER (WHERE {_said(one.where)})"
    yield f"coalesce(sum({_said(one.value)}){where}, 0)::INTEGER AS {one.name}"
    if one.missing is not FALSE:
        yield f"coalesce(bool_or({_said(one.missing)}){where}, FALSE) AS {one.name}_open"


def _of_norm(number: int, row: Row) -> str:
    where = "" if row.scope is TRUE else f" WHERE {_said(row.scope)}"
    return (
        f"SELECT * FROM (SELECT {number}::UTINYINT AS norm, subject, "  # noqa: S608 - as above
        f"({_said(row.verdict)})::UTINYINT AS verdict, ({_said(row.least)})::INTEGER AS least, "
        f"({_said(row.most)})::INTEGER AS most FROM {row.level}{where}) WHERE verdict <> 0"
    )


def _said(one: Node) -> str:
    return written(one, _WORDS)


_STATED = {name for names in NUMBERS.values() for name in names}


def _look(name: str, pairs: tuple[tuple[int, int], ...], usual: int) -> str:
    rows = " ".join(f"WHEN {code} THEN {number}" for code, number in pairs)
    return f"(CASE {name} {rows} ELSE {usual} END)"


def _between(sign: str) -> Callable[[str, str], str]:
    return lambda one, other: f"({one} {sign} {other})"


_WORDS: dict[str, Callable[..., str]] = {
    "true": lambda: "TRUE",
    "false": lambda: "FALSE",
    "whole": str,
    "value": lambda name: f"coalesce({name}, 0)" if name in _STATED else name,
    "missing": lambda name: f"({name} IS NULL)" if name in _STATED else f"{name}_open",
    "truth": str,
    "in": lambda name, codes: f"({name} IN ({', '.join(map(str, codes))}))",
    "look": _look,
    **{sign: _between(sign) for sign in ("+", "-", "*", "//", "<", "<=")},
    "least": lambda one, other: f"least({one}, {other})",
    "greatest": lambda one, other: f"greatest({one}, {other})",
    "and": _between("AND"),
    "or": _between("OR"),
    "not": lambda one: f"(NOT {one})",
    "if": lambda condition, one, other: f"(CASE WHEN {condition} THEN {one} ELSE {other} END)",
}
