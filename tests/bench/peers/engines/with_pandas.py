"""pandas: grouped sums, a merge, a filtered frame for each norm, concat, sort_values."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from tests.bench.peers.expressions import FALSE, TRUE, Node, written
from tests.bench.peers.findings import LAYOUT, Findings
from tests.bench.peers.table import Row, Table
from tests.bench.peers.workload import MISSING, NUMBERS, Workload

Prepared = tuple[dict[str, pd.DataFrame], Table]


def prepare(plan: Workload, table: Table) -> Prepared:
    """Frames with `Int32` numbers, NA where one is missing."""
    frames = {"communes": plan.communes, "organisations": plan.organisations, "posts": plan.posts}
    made: dict[str, pd.DataFrame] = {}
    for name, columns in frames.items():
        frame = pd.DataFrame(columns)
        for one in NUMBERS[name]:
            values = columns[one]
            frame[one] = pd.arrays.IntegerArray(values.copy(), values == MISSING)
        made[name] = frame
    made["communes"]["subject"] = plan.keys("commune")
    made["communes"]["commune"] = np.arange(plan.size, dtype=np.int32)
    made["organisations"]["subject"] = plan.keys("organisation")
    return made, table


def run(prepared: Prepared) -> pd.DataFrame:
    """The findings, sorted."""
    frames, table = prepared
    within = _sums(frames["posts"], table, "organisation")
    organisations = pd.concat([frames["organisations"], within], axis=1)
    organisations = organisations.merge(
        frames["communes"].drop(columns="subject"), on="commune", how="left"
    )
    communes = frames["communes"].merge(
        _sums(organisations, table, "commune"), left_on="commune", right_index=True
    )
    levels = {
        "commune": (communes, _Words(communes).words),
        "organisation": (organisations, _Words(organisations).words),
    }
    parts = [_of_norm(*levels[row.level], number, row) for number, row in enumerate(table.rows)]
    joined = pd.concat(parts, ignore_index=True)
    return joined.sort_values(["norm", "subject"], ignore_index=True)


def _sums(frame: pd.DataFrame, table: Table, level: str) -> pd.DataFrame:
    words = _Words(frame).words
    kept: dict[Node, Any] = {}
    made: dict[str, Any] = {}
    for one in table.measures:
        if one.level != level:
            continue
        where, value = written(one.where, words, kept), written(one.value, words, kept)
        made[one.name] = value * where if one.where is not TRUE else value
        if one.missing is not FALSE:
            made[f"{one.name}_open"] = where & written(one.missing, words, kept)
    columns = pd.DataFrame(made, index=frame.index)
    grouped = columns.groupby(frame[level], sort=False)
    kinds = {name: "any" if name.endswith("_open") else "sum" for name in made}
    return grouped.agg(kinds)


def _of_norm(
    frame: pd.DataFrame, words: dict[str, Callable[..., Any]], number: int, row: Row
) -> pd.DataFrame:
    if row.scope is not TRUE:
        frame = frame[written(row.scope, words, {})]
        words = _Words(frame).words
    kept: dict[Node, Any] = {}
    made = pd.DataFrame(
        {
            "norm": np.uint8(number),
            "subject": frame["subject"],
            "verdict": written(row.verdict, words, kept),
            "least": written(row.least, words, kept),
            "most": written(row.most, words, kept),
        },
        index=frame.index,
    )
    return made[made["verdict"] != 0]


def findings(result: pd.DataFrame) -> Findings:
    """The result in the form that is compared."""
    return Findings.of([result[name].to_numpy() for name in LAYOUT])


_STATED = {name for names in NUMBERS.values() for name in names}


class _Words:
    """The expressions of one frame's columns."""

    def __init__(self, frame: pd.DataFrame) -> None:
        self.frame = frame
        self.words: dict[str, Callable[..., Any]] = {
            **_PLAIN,
            "value": self.value,
            "missing": self.missing,
            "truth": frame.__getitem__,
            "in": lambda name, codes: frame[name].isin(codes),
            "look": self.look,
        }

    def value(self, name: str) -> Any:  # noqa: ANN401 - a series
        """A column of numbers, 0 where one is missing."""
        column = self.frame[name]
        return column.fillna(0).astype(np.int32) if name in _STATED else column

    def missing(self, name: str) -> Any:  # noqa: ANN401 - a series
        """Where a column's number is missing."""
        return self.frame[name].isna() if name in _STATED else self.frame[f"{name}_open"]

    def look(self, name: str, pairs: tuple[tuple[int, int], ...], usual: int) -> Any:  # noqa: ANN401
        """The number of a column's word."""
        column = self.frame[name]
        cases = [(column == code, np.int32(number)) for code, number in pairs]
        whole = pd.Series(np.int32(usual), index=column.index, dtype=np.int32)
        return whole.case_when(cases)


def _if(condition: Any, one: Any, other: Any) -> Any:  # noqa: ANN401 - series or numbers
    return pd.Series(np.where(condition, one, other), index=condition.index)


_PLAIN: dict[str, Callable[..., Any]] = {
    "true": lambda: True,
    "false": lambda: False,
    "whole": np.int32,
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "//": operator.floordiv,
    "<": operator.lt,
    "<=": operator.le,
    "least": np.minimum,
    "greatest": np.maximum,
    "and": operator.and_,
    "or": operator.or_,
    "not": operator.invert,
    "if": _if,
}
