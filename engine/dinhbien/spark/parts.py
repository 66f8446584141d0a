"""Spark frames that hold many plans → a Spark frame of findings.

A part is a whole plan: that of a province, or one scenario of a plan.  So a norm that sums up all
units of a plan sees all of them, and a part is judged by a pure function of its rows.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby
from os import PathLike, fspath
from typing import TYPE_CHECKING, Any

from dinhbien.errors import DinhbienError, InputError, NormsError, Problem, UsageError
from dinhbien.language.pack import Pack
from dinhbien.reading.head import PLAN
from dinhbien.spark.judged import (
    BODY,
    FINDINGS,
    LISTED,
    PACKED,
    PART,
    TABLE,
    TOLD,
    UNIT,
    WRONG,
    Judging,
    body_of,
    judged,
)

if TYPE_CHECKING:
    import pandas as pd
    from pyspark.sql import DataFrame, Row

HOW_TO_INSTALL = "install it: `pip install 'dinhbien[spark]'`; it runs on Java 17 or newer"


def check(  # noqa: PLR0913 - as `check_frame`, and which rows are of one plan
    frames: Mapping[str, DataFrame],
    *,
    by: str,
    as_of: date | None = None,
    pack: Pack | None = None,
    norms: str | PathLike[str] | None = None,
    everything: bool = False,
) -> DataFrame:
    """The findings on the plans in Spark frames, each judged whole by one worker.

    Tables and columns are those of `dinhbien.check_frame`.  The column `by` says in each of them,
    the table `plan` too, to which plan a row belongs: a province, or a scenario.  The answer has
    that column as texts, and those of `check_frame`, texts in place of categories; its rows are
    in no order.  It is reckoned at once, and kept until its `unpersist` is called.

    Workers need dinhbien in the same version, and the folder `norms` if one is given; a `pack`
    that was read is sent to them.

    Raises:
        UsageError: PySpark is not installed, something is no Spark frame, or has no column `by`.
        InputError: plans cannot be read, each with its part; rows are of no part; or several
            parts are of one plan, so that what sums up all of it would see a part of it.
        NormsError: the norms are invalid.
    """
    _refuse(frames, by)
    folder = None if norms is None else fspath(norms)
    answer = _answered(frames, by, Judging(as_of, pack, folder, everything)).persist()
    try:
        _refuse_parts(answer.where("norm is null").select(PART, *TOLD).collect())
        shown = answer.where("norm is not null").select(*FINDINGS).withColumnRenamed(PART, by)
        shown = shown.persist()
        shown.count()
    finally:
        answer.unpersist()
    return shown


def _refuse(frames: Mapping[str, DataFrame], by: str) -> None:
    """Raise `UsageError` with all that is wrong before anything is read."""
    try:
        from pyspark.sql import DataFrame
    except ImportError:
        message = "`dinhbien.spark` needs PySpark"
        raise UsageError([Problem(message, help=HOW_TO_INSTALL)]) from None
    given: Mapping[str, object] = frames
    problems = [
        Problem(f"`{name}` is not a Spark frame", help="`createDataFrame` makes one of pandas")
        for name, one in given.items()
        if not isinstance(one, DataFrame)
    ]
    problems += [
        Problem(f"`{name}` has no column `{by}`", help="say in each row to which plan it belongs")
        for name, one in frames.items()
        if isinstance(one, DataFrame) and by not in one.columns
    ]
    if PLAN not in frames:
        way_out = f"give the head of each plan, with its `{by}`"
        problems.append(Problem(f"there is no table `{PLAN}`", help=way_out))
    if by in set(FINDINGS) - {PART}:
        way_out = "rename it in each table"
        problems.append(Problem(f"`{by}` is also a column of the answer", help=way_out))
    if problems:
        raise UsageError(problems)


def _answered(frames: Mapping[str, DataFrame], by: str, judging: Judging) -> DataFrame:
    """What workers say of all parts, lazily."""
    every: Any = None
    for name, one in sorted(frames.items()):
        packed = _packed(name, one, by)
        every = packed if every is None else every.unionByName(packed)

    def run(key: tuple[object], rows: pd.DataFrame) -> pd.DataFrame:
        return judged(judging, key[0], rows)

    answer: DataFrame = every.groupBy(PART).applyInPandas(run, _schema({**FINDINGS, **TOLD}))
    return answer


def _packed(name: str, frame: DataFrame, by: str) -> DataFrame:
    """A table with one row for each part."""
    names = [one for one in frame.columns if one != by]
    # Spark takes a dot in a name for a path, so columns have plain names on their way.
    plain = frame.toDF(*(PART if one == by else f"c{names.index(one)}" for one in frame.columns))
    keyed = plain.withColumn(PART, plain[PART].cast("string"))

    def pack(key: tuple[object], rows: pd.DataFrame) -> pd.DataFrame:
        import pandas as pd

        mine = rows[[f"c{place}" for place in range(len(names))]].set_axis(names, axis="columns")
        row = {PART: key[0], TABLE: name, BODY: body_of(name, mine)}
        return pd.DataFrame([row], dtype=object)  # texts of other kinds come to Spark in chunks

    packed: DataFrame = keyed.groupBy(PART).applyInPandas(pack, _schema(PACKED))
    return packed


def _schema(columns: Mapping[str, str]) -> str:
    return ", ".join(f"`{name}` {kind}" for name, kind in columns.items())


def _refuse_parts(rows: Sequence[Row]) -> None:
    """Raise with what is wrong in any part, and where several parts are of one plan."""
    wrong = [
        (kind, Problem(f"part `{row[PART]}`: {said}" if row[PART] is not None else said))
        for row in sorted(rows, key=lambda one: str(one[PART]))
        for kind, said in json.loads(row[WRONG] or "[]")
    ]
    if wrong:
        is_of_norms = all(kind == NormsError.__name__ for kind, _ in wrong)
        error: type[DinhbienError] = NormsError if is_of_norms else InputError
        raise error([one for _, one in wrong])
    split = list(_split(rows))
    if split:
        raise InputError(split)


def _split(rows: Sequence[Row]) -> Iterator[Problem]:
    """The top units whose parts list different units: one plan, cut up."""
    known = sorted(rows, key=lambda one: (one[UNIT], one[PART]))
    for unit, among in groupby(known, key=lambda one: str(one[UNIT])):
        first, *others = among
        for other in (one for one in others if one[LISTED] != first[LISTED]):
            names = f"`{first[PART]}` and `{other[PART]}`"
            message = f"parts {names} are of one {unit}, and list different units below it"
            way_out = (
                "a norm that takes in the whole of it would be judged on a part: give each plan "
                "whole; scenarios of one plan list the same units"
            )
            yield Problem(message, help=way_out)
            break
