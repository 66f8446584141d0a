"""What is refused before any cluster is asked, and without PySpark."""

from __future__ import annotations

import json
import sys
from typing import Any

import pandas as pd
import pytest

from dinhbien.errors import InputError, NormsError, UsageError
from dinhbien.shipped import VERSION
from dinhbien.spark import check, parts
from dinhbien.spark.judged import PACKED, Judging, judged


def test_without_pyspark_the_way_out_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)

    with pytest.raises(UsageError, match=r"`dinhbien.spark` needs PySpark") as raised:
        check({}, by="province")

    assert "pip install 'dinhbien[spark]'" in str(raised.value)


def told(part: str | None, unit: str = "province 11", listed: str = "a", **wrong: str) -> Any:  # noqa: ANN401 - stands for a row, which is asked by name only
    """What a worker tells of a part."""
    errors = [[kind, said] for kind, said in wrong.items()]
    return {"part": part, "top_unit": unit, "listed_units": listed,
            "wrong": json.dumps(errors) if errors else None}  # fmt: skip


def refused(*rows: Any) -> None:  # noqa: ANN401 - as above
    parts._refuse_parts(rows)


def test_scenarios_of_one_plan_and_plans_of_several_provinces_are_judged() -> None:
    refused(told("1"), told("2"), told("3", "province 12", "b"))


def test_parts_of_one_plan_are_refused() -> None:
    with pytest.raises(
        InputError,
        match="parts `1` and `2` are of one province 11, and list different units below it",
    ):
        refused(told("1"), told("2", listed="b"), told("3", "province 12", "c"))


def test_what_is_wrong_in_any_part_is_said_together() -> None:
    with pytest.raises(InputError) as raised:
        refused(told("2", InputError="no day"), told("1", NormsError="no pack"), told("3"))

    assert [str(one) for one in raised.value.problems] == ["part `1`: no pack", "part `2`: no day"]


def test_norms_that_are_wrong_are_an_error_of_norms() -> None:
    with pytest.raises(NormsError, match="part `1`: no pack"):
        refused(told("1", NormsError="no pack"), told("2"))


def test_a_worker_of_another_version_judges_nothing() -> None:
    other = Judging(None, None, None, everything=False, version="0")
    (row,) = judged(other, "1", pd.DataFrame(columns=[*PACKED])).to_dict("records")

    assert row["norm"] is None
    assert f"a worker has dinhbien {VERSION}, and the driver 0" in row["wrong"]
