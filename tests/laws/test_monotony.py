"""More is more: floors and ceilings under one more person, one more demanded."""

from __future__ import annotations

import copy

from hypothesis import given, settings
from hypothesis import strategies as st

from dinhbien.language.operators import Program
from tests.laws.examples import some
from tests.laws.strategies import Sketch, outcomes, plan_of, plans, program

_WORSE = {"met": 0, "undetermined": 1, "shortage": 2, "surplus": 2}
_COUNT = {"of": "people", "basis": "books"}


def floor(least: int) -> Program:
    """At least so many people on the books of a commune."""
    number = {"wanted": f"{least} people"}
    return program(form="floor", count=_COUNT, at_least="wanted", numbers=number)


def ceiling(most: int) -> Program:
    """At most so many people on the books of a commune."""
    number = {"wanted": f"{most} people"}
    return program(form="ceiling", count=_COUNT, at_most="wanted", numbers=number)


def one_more(sketch: Sketch) -> Sketch:
    """One more person in the first post group whose number is known."""
    more = copy.deepcopy(sketch)
    for commune in more["communes"]:
        for organisation in commune["organisations"]:
            for post in organisation["posts"]:
                if post["on_books"] is not None:
                    post["on_books"] += 1
                    return more
    return more


@settings(max_examples=some(150))
@given(sketch=plans(), least=st.integers(0, 20))
def test_one_more_person_never_worsens_a_floor(sketch: Sketch, least: int) -> None:
    before = outcomes(floor(least), plan_of(sketch))
    after = outcomes(floor(least), plan_of(one_more(sketch)))

    for code, outcome in before.items():
        assert _WORSE[after[code].verdict] <= _WORSE[outcome.verdict]
        if outcome.amount and after[code].amount:
            assert (after[code].amount.low or 0) <= (outcome.amount.low or 0)  # type: ignore[union-attr]  # asked above


@settings(max_examples=some(150))
@given(sketch=plans(), most=st.integers(0, 20))
def test_one_more_person_never_cures_a_ceiling(sketch: Sketch, most: int) -> None:
    before = outcomes(ceiling(most), plan_of(sketch))
    after = outcomes(ceiling(most), plan_of(one_more(sketch)))

    for code, outcome in before.items():
        assert _WORSE[after[code].verdict] >= _WORSE[outcome.verdict]


@settings(max_examples=some(150))
@given(sketch=plans(), least=st.integers(0, 20), raised=st.integers(0, 20))
def test_a_raised_floor_never_reduces_the_shortage(sketch: Sketch, least: int, raised: int) -> None:
    before = outcomes(floor(least), plan_of(sketch))
    after = outcomes(floor(least + raised), plan_of(sketch))

    for code, outcome in before.items():
        short, now = outcome.short_by, after[code].short_by
        assert short is not None
        assert now is not None
        assert (now.low or 0) >= (short.low or 0)
        assert now.high is None or (short.high is not None and now.high >= short.high)
        assert _WORSE[after[code].verdict] >= _WORSE[outcome.verdict]


@settings(max_examples=some(60))
@given(measured=st.integers(0, 12), least=st.integers(0, 12), width=st.integers(0, 3))
def test_an_interval_is_a_floor_and_a_ceiling(measured: int, least: int, width: int) -> None:
    numbers = {"low": f"{least} people", "high": f"{least + width} people"}
    both = program(
        form="interval", count=_COUNT, numbers=numbers, at_least="low",
        at_most="high",
    )  # fmt: skip
    post = {"on_books": measured}
    organisation = {"kind": "office", "complete": True, "posts": [post]}
    plan = plan_of({"communes": [{"complete": True, "organisations": [organisation]}]})

    found = outcomes(both, plan)["0"]
    below, above = outcomes(floor(least), plan)["0"], outcomes(ceiling(least + width), plan)["0"]

    assert (found.verdict == "shortage") == (below.verdict == "shortage")
    assert (found.verdict == "surplus") == (above.verdict == "surplus")
    assert found.amount == (below.amount or above.amount)
