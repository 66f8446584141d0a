"""Two workers say what one machine says.  `make test-spark` runs this."""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from typing import Any, NoReturn

import pandas as pd
import pytest

from dinhbien.errors import InputError, UsageError
from dinhbien.many.check_frame import check_frame
from dinhbien.reading.to_pack import read_pack
from dinhbien.reading.to_plan import pack_named, read_plan
from dinhbien.shipped import content
from dinhbien.spark import check

pytestmark = [pytest.mark.spark, pytest.mark.filterwarnings("default")]  # Spark's own warnings

MASTER = "local-cluster[2,1,1024]"
PLANS = {
    "11": "dien-bien/2025-10", "12": "examples/deputies", "13": "vn/vice-chairs",
    "14": "vn-moves", "15": "examples/shapes/averages",
}  # fmt: skip
Frames = dict[str, pd.DataFrame]


@pytest.fixture(scope="module")
def cluster(skip_or_fail: Callable[[str, str], NoReturn]) -> Iterator[Any]:
    """A master and two workers on this machine, each worker a process of its own."""
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        skip_or_fail("java", "there is no Java here, on which Spark runs")
    pyspark = pytest.importorskip("pyspark.sql")
    patch = pytest.MonkeyPatch()
    patch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
    patch.setenv("PYSPARK_PYTHON", sys.executable)
    made = pyspark.SparkSession.builder.master(MASTER)
    for name, value in {
        "spark.ui.enabled": "false",
        "spark.sql.shuffle.partitions": "4",
        "spark.sql.execution.arrow.pyspark.enabled": "true",
    }.items():
        made = made.config(name, value)
    session = made.getOrCreate()
    yield session
    session.stop()
    patch.undo()


def frames_of(name: str) -> Frames:
    """A shipped plan's frames; totals that a table of figures states are not among them."""
    path = content("scenarios") / name
    plan = read_plan(path, read_pack(pack_named(path)).rules)
    return {name: one for name, one in plan.to_frames().items() if name != "figures"}


@pytest.fixture(scope="module")
def provinces() -> dict[str, Frames]:
    """Plans of several packs, each as the plan of a province of its own."""
    return {part: of_province(part, frames_of(name)) for part, name in PLANS.items()}


def of_province(code: str, frames: Frames) -> Frames:
    """The plan with another province's code."""
    is_code = frames["plan"]["key"] == "province.code"
    return {**frames, "plan": frames["plan"].assign(
        value=frames["plan"]["value"].where(~is_code, code)
    )}  # fmt: skip


def spread(session: Any, plans: dict[str, Frames]) -> dict[str, Any]:  # noqa: ANN401 - Spark's
    """The plans' tables as Spark frames, the part of each row in a column."""
    names = sorted({name for frames in plans.values() for name in frames})
    found = {}
    for name in names:
        tables = [
            frames[name].astype(object).assign(part=part)
            for part, frames in plans.items()
            if name in frames
        ]
        whole = pd.concat(tables, ignore_index=True)
        rows = [
            [str(one) if pd.notna(one) else None for one in row]
            for row in whole.itertuples(index=False)
        ]
        schema = ", ".join(f"`{one}` string" for one in whole.columns)
        found[name] = session.createDataFrame(rows, schema)
    return found


def digest(found: pd.DataFrame) -> str:
    """A digest of findings in a stable order."""
    keys = ["part", "norm", "level", "code", "unlisted"]
    texts = found.astype(object).where(found.notna(), None)
    texts = texts.sort_values(keys, ignore_index=True)[sorted(texts.columns)]
    return hashlib.sha256(texts.to_csv().encode()).hexdigest()


def on_one_machine(plans: dict[str, Frames]) -> pd.DataFrame:
    """The findings on each plan, one after the other."""
    found = [check_frame(frames, everything=True).assign(part=part)
             for part, frames in plans.items()]  # fmt: skip
    return pd.concat([one.astype(object) for one in found], ignore_index=True)


def test_a_cluster_gives_the_digest_of_one_machine(
    cluster: Any, provinces: dict[str, Frames]  # noqa: ANN401 - Spark's
) -> None:  # fmt: skip
    alone = on_one_machine(provinces)

    found = check(spread(cluster, provinces), by="part", everything=True)
    together = found.toPandas()
    found.unpersist()

    assert len(together) == len(alone) > 1000
    assert digest(together) == digest(alone)


def test_numbers_may_be_stored_as_such_and_parts_be_scenarios(cluster: Any) -> None:  # noqa: ANN401
    plan = frames_of("examples/head-counts")
    plan["communes"] = plan["communes"].astype({"population": "Float64"})
    grown = {**plan, "communes": plan["communes"].assign(population=lambda one: one.population + 1)}
    plans = {"0": plan, "1": grown}
    tables = spread(cluster, plans)
    tables["communes"] = tables["communes"].withColumn(
        "population", tables["communes"]["population"].cast("double")
    )
    renamed = {name: one.withColumnRenamed("part", "scenario") for name, one in tables.items()}

    found = check(renamed, by="scenario", everything=True).toPandas()

    assert digest(found.rename(columns={"scenario": "part"})) == digest(on_one_machine(plans))


def test_a_plan_that_is_cut_up_is_refused(cluster: Any, provinces: dict[str, Frames]) -> None:  # noqa: ANN401
    plan = provinces["12"]
    half = {name: one if name == "plan" else one.iloc[:1] for name, one in plan.items()}

    with pytest.raises(InputError, match="parts `1` and `2` are of one province"):
        check(spread(cluster, {"1": plan, "2": half}), by="part")


def test_rows_of_no_part_and_plans_that_cannot_be_read_are_said_together(
    cluster: Any, provinces: dict[str, Frames]  # noqa: ANN401
) -> None:  # fmt: skip
    tables = spread(cluster, {"1": provinces["12"], "2": provinces["13"]})
    tables["communes"] = tables["communes"].replace("2", None, subset=["part"])
    tables["plan"] = tables["plan"].where("part = 1 or key <> 'as_of'")

    with pytest.raises(InputError) as raised:
        check(tables, by="part")

    said = str(raised.value)
    assert "rows of `communes` are of no part" in said
    assert "part `2`: " in said


def test_tables_without_the_column_are_named(cluster: Any, provinces: dict[str, Frames]) -> None:  # noqa: ANN401
    tables = spread(cluster, {"1": provinces["12"]})
    tables["communes"] = tables["communes"].drop("part")

    with pytest.raises(UsageError, match="`communes` has no column `part`"):
        check({**tables, "posts": provinces["12"]["plan"]}, by="part")
