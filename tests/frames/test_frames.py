"""What pandas does to counts and codes is undone or refused, and always said."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import pytest

from dinhbien import InputError, Plan, UsageError
from dinhbien.model.plan import Cell

PLAN = pd.DataFrame(
    [
        {"key": "plan", "vi": "Thử", "en": "A try"},
        {"key": "norms", "value": "dien-bien"},
        {"key": "province.code", "value": "11"},
        {"key": "lists_complete.commune", "value": True},
    ]
)


def plan(**columns: Any) -> Plan:  # noqa: ANN401 - what a frame is made of
    return Plan.from_frames({"plan": PLAN, "communes": pd.DataFrame(columns)})


def first(made: Plan, attribute: str) -> Cell:
    return made.root.children["commune"][0].cell(attribute)


def refused(**columns: Any) -> str:  # noqa: ANN401 - what a frame is made of
    with pytest.raises(InputError) as caught:
        plan(**columns)
    (problem,) = caught.value.problems
    return str(problem)


@pytest.mark.parametrize("unknown", [None, np.nan, pd.NA, pd.NaT, "", "  ", float("nan")])
@pytest.mark.parametrize("dtype", [object, None])
def test_unknown_stays_unknown_and_is_never_zero(unknown: object, dtype: Any) -> None:  # noqa: ANN401
    made = plan(code=["03127", "03151"], population=pd.Series([unknown, 5], dtype=dtype))

    assert first(made, "population").value is None
    assert made.root.children["commune"][1].cell("population").value == 5


@pytest.mark.parametrize(
    "dtype", ["Int64", "Float64", "float32", "float64", "int8", "category", object]
)
def test_a_count_is_exact_in_any_dtype(dtype: str) -> None:
    made = plan(code=["03127"], population=pd.Series([32], dtype=dtype))

    assert first(made, "population").value == Fraction(32)
    assert made.repairs == ()


@pytest.mark.parametrize(
    "value", [0.1, np.float32(0.1), Decimal("0.1"), Fraction(1, 10), "0.1", np.float64(0.1)]
)
def test_a_decimal_is_exact(value: object) -> None:
    made = plan(code=["03127"], area=pd.Series([value], dtype=object))

    assert first(made, "area").value == Fraction(1, 10)
    assert made.repairs == ()


@pytest.mark.parametrize(
    ("value", "says"),
    [(True, "`yes` is not a number"), (np.bool_(True), "`yes` is not a number"),
     (1.5, "`1.5` is not a whole number"), (float("inf"), "`inf` is not a number"),
     ("nan", "`nan` is not a number"), ([1, 2], "is not one value")],
)  # fmt: skip
def test_what_is_no_count_is_refused_at_its_row(value: object, says: str) -> None:
    column = pd.Series([value], dtype=object, index=["x"])

    problem = refused(code=pd.Series(["03127"], index=["x"]), population=column)

    assert problem.startswith("frame communes, row x, column population: ")
    assert says in problem


def test_a_number_is_no_truth() -> None:
    assert "`1` is not a word for mountainous" in refused(code=["03127"], mountainous=[1.0])


def test_codes_that_became_numbers_get_their_zeros_back() -> None:
    for codes in ([3127, 13158], [3127.0, 13158.0]):
        made = plan(code=codes)

        assert [unit.code for unit in made.root.children["commune"]] == ["03127", "13158"]
        assert [one.message for one in made.repairs] == ["the code `3127` was read as `03127`"]


def test_a_named_index_is_a_column() -> None:
    frame = pd.DataFrame({"code": ["03127"], "population": [1]}).set_index("code")

    assert Plan.from_frames({"plan": PLAN, "communes": frame}).root.children["commune"][0].code


def test_a_column_that_stands_twice_is_refused() -> None:
    frame = pd.DataFrame([["03127", 1, 2]], columns=["code", "population", "population"])

    with pytest.raises(InputError, match="frame communes, column population: the column"):
        Plan.from_frames({"plan": PLAN, "communes": frame})


def test_a_misspelt_frame_is_refused_and_no_frame_is_a_usage_error() -> None:
    with pytest.raises(InputError, match="did you mean `communes`"):
        Plan.from_frames({"plan": PLAN, "comunes": pd.DataFrame({"code": ["03127"]})})
    with pytest.raises(UsageError, match="`communes` is not a frame"):
        Plan.from_frames({"communes": [1]})  # type: ignore[dict-item]
    with pytest.raises(InputError, match="there is no frame"):
        Plan.from_frames({})


def test_a_long_number_keeps_its_digits() -> None:
    made = plan(code=["03127"], area=["0.12345678901234567"])
    frames = made.to_frames()

    assert str(frames["communes"]["area"].dtype) == "string"
    assert Plan.from_frames(frames) == made
