"""polars: lazy frames, expressions for each norm, one concatenation, sorted."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator

import polars as pl

from tests.bench.peers.expressions import FALSE, TRUE, Node, whole, written
from tests.bench.peers.findings import Findings
from tests.bench.peers.table import Measure, Row, Table
from tests.bench.peers.workload import MISSING, NUMBERS, Workload

Prepared = tuple[dict[str, pl.DataFrame], Table]
ORDER = ["norm", "subject"]


def prepare(plan: Workload, table: Table) -> Prepared:
    """Frames with null where a number is missing; words are small integers."""
    frames = {"communes": plan.communes, "organisations": plan.organisations, "posts": plan.posts}
    made = {
        name: pl.DataFrame(columns).with_columns(
            pl.col(one).replace(MISSING, None) for one in NUMBERS[name]
        )
        for name, columns in frames.items()
    }
    made["posts"] = made["posts"].set_sorted("organisation")
    for name, level in (("communes", "commune"), ("organisations", "organisation")):
        made[name] = made[name].with_columns(subject=pl.Series(plan.keys(level)))
    row = pl.Series(range(plan.size), dtype=pl.Int32)
    made["communes"] = made["communes"].with_columns(commune=row).set_sorted("commune")
    made["organisations"] = made["organisations"].set_sorted("commune")
    return made, table


def run(prepared: Prepared) -> pl.DataFrame:
    """The findings, sorted."""
    return found(prepared).sort(ORDER).collect()


def found(prepared: Prepared) -> pl.LazyFrame:
    """The findings, norm by norm."""
    frames, table = prepared
    organisations = pl.concat(
        [frames["organisations"], _sums(frames["posts"], table, "organisation")], how="horizontal"
    )
    sums = _sums(organisations.set_sorted("commune"), table, "commune")
    communes = pl.concat([frames["communes"], sums.drop("commune")], how="horizontal")
    levels = {
        "commune": communes.lazy(),
        "organisation": organisations.lazy().join(
            frames["communes"].lazy().drop("subject"), on="commune", maintain_order="left"
        ),
    }
    asked = [(number, row) for number, row in enumerate(table.rows)]
    return pl.concat([_of_norm(levels[row.level], number, row) for number, row in asked])


def _sums(frame: pl.DataFrame, table: Table, level: str) -> pl.DataFrame:
    """What is summed below each unit of a level, in the order of the units."""
    asked = [part for one in table.measures if one.level == level for part in _parts(one)]
    summed = frame.lazy().group_by(level, maintain_order=True).agg(asked).collect()
    return summed if level == "commune" else summed.drop(level)


def _parts(one: Measure) -> Iterator[pl.Expr]:
    """A sum, filtered within its group, which is the fastest of the ways that were tried."""
    inside, value = one.where is not TRUE, _said(one.value)
    where = _said(one.where)
    if one.value is whole(1):
        value = where.sum() if inside else pl.len()
    else:
        value = (value.filter(where) if inside else value).sum()
    yield value.cast(pl.Int32).alias(one.name)
    if one.missing is not FALSE:
        missing = _said(one.missing)
        yield (where & missing if inside else missing).any().alias(_open(one.name))


def _of_norm(frame: pl.LazyFrame, number: int, row: Row) -> pl.LazyFrame:
    inside = frame if row.scope is TRUE else frame.filter(_said(row.scope))
    return inside.select(
        pl.lit(number, pl.UInt8).alias("norm"),
        "subject",
        _said(row.verdict).cast(pl.UInt8).alias("verdict"),
        _said(row.least).cast(pl.Int32).alias("least"),
        _said(row.most).cast(pl.Int32).alias("most"),
    ).filter(pl.col("verdict") != 0)


def findings(result: pl.DataFrame) -> Findings:
    """The result in the form that is compared."""
    return Findings.of([column.to_numpy() for column in result])


def _said(one: Node) -> pl.Expr:
    return written(one, _WORDS, {})


def _open(name: str) -> str:
    return f"{name}_open"


_STATED = {name for names in NUMBERS.values() for name in names}


def _look(name: str, pairs: tuple[tuple[int, int], ...], usual: int) -> pl.Expr:
    made = pl.lit(usual, pl.Int32)
    for code, number in pairs:
        made = pl.when(pl.col(name) == code).then(pl.lit(number, pl.Int32)).otherwise(made)
    return made


def _in(name: str, codes: tuple[int, ...]) -> pl.Expr:
    return pl.col(name) == codes[0] if len(codes) == 1 else pl.col(name).is_in(list(codes))


_WORDS: dict[str, Callable[..., pl.Expr]] = {
    "true": lambda: pl.lit(value=True),
    "false": lambda: pl.lit(value=False),
    "whole": lambda number: pl.lit(number, pl.Int32),
    "value": lambda name: pl.col(name).fill_null(0) if name in _STATED else pl.col(name),
    "missing": lambda name: pl.col(name).is_null() if name in _STATED else pl.col(_open(name)),
    "truth": pl.col,
    "in": _in,
    "look": _look,
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "//": operator.floordiv,
    "<": operator.lt,
    "<=": operator.le,
    "least": pl.min_horizontal,
    "greatest": pl.max_horizontal,
    "and": operator.and_,
    "or": operator.or_,
    "not": operator.invert,
    "if": lambda condition, one, other: pl.when(condition).then(one).otherwise(other),
}
