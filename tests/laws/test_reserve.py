"""A reserve is assigned to nobody: §10."""

from __future__ import annotations

import copy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.laws.examples import some
from tests.laws.strategies import Sketch, counts, outcomes, plan_of, plans, program

BASES = ("assigned", "provisional", "books", "at_work")


@settings(max_examples=some(60))
@given(sketch=plans(), reserve=st.one_of(counts, st.none()), basis=st.sampled_from(BASES))
def test_no_count_takes_a_reserve_in(sketch: Sketch, reserve: int | None, basis: str) -> None:
    count = {"of": "posts", "basis": basis}
    made = program(form="floor", count=count, at_least="few", numbers={"few": "3 posts"})
    kept = copy.deepcopy(sketch)
    for commune in kept["communes"]:
        commune["reserve"] = reserve

    assert outcomes(made, plan_of(kept)) == outcomes(made, plan_of(sketch))


@pytest.mark.parametrize(
    ("total", "verdict"),
    [(9, "off by"), (10, "holds"), (11, "off by"), (None, "undetermined")],
)
def test_assigned_in_all_is_what_units_have_and_the_reserve(
    total: int | None, verdict: str
) -> None:
    made = program(form="identity", count="assigned_total", equals="assigned_posts + reserve")
    posts = [{"assigned": 4}, {"assigned": 3}]
    office = {"kind": "office", "complete": True, "posts": posts}
    commune = {
        "complete": True, "organisations": [office], "assigned_total": total, "reserve": 3,
    }  # fmt: skip

    assert outcomes(made, plan_of({"communes": [commune]}))["0"].verdict == verdict
