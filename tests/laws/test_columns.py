"""Columns say what the definition says, in every row that they say anything of."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dinhbien.columns import on_numpy
from dinhbien.columns.from_plan import table_of, units_by_level
from dinhbien.columns.judged import compiled, judged, outcome_at
from dinhbien.language.operators import Program
from dinhbien.meaning.completions import MOST_COMBINATIONS
from dinhbien.meaning.judge import Judge
from dinhbien.meaning.subjects import Subjects
from dinhbien.meaning.tally import ContradictionError
from dinhbien.model.finding import Outcome
from dinhbien.model.plan import Plan
from tests.laws.drawn_programs import DAYS, drawn_programs, terms, wider_plans
from tests.laws.examples import some
from tests.laws.strategies import DAY, Sketch, plan_of, plans, program, programs, rules, words


def told(outcome: Outcome) -> Outcome:
    """What columns tell: verdict and amounts; the rest is told on request."""
    return replace(
        outcome, missing=(), because=(), holders=(), head_room=None, modelled=(), if_applicable=None
    )


Row = tuple[Program, str, Outcome | None, Outcome]


def both(asked: list[Program], plan: Plan, day: date) -> Iterator[Row]:
    """What columns (None: nothing) and the definition say, row by row."""
    vocabulary = rules().vocabulary
    table, units = table_of(plan, vocabulary), units_by_level(plan, vocabulary)
    made = compiled(asked, table, day)
    judge = Judge(Subjects(plan, vocabulary), day)
    for one, program_, found in zip(made.asked, asked, judged(made, table), strict=True):
        for place, unit in enumerate(units[program_.level]):
            said = None
            if one is not None and found is not None and not found.slow[place]:
                said = outcome_at(one, found, (place,))
            try:
                yield program_, unit.code, said, judge.outcome(program_, unit)
            except ContradictionError:
                assert said is None


def differences(rows: Iterator[Row]) -> list[Any]:
    return [
        (code, said, told(meant))
        for _, code, said, meant in rows
        if said not in (None, told(meant))
    ]


@settings(max_examples=some(90))
@given(st.data())
def test_columns_judge_the_shipped_norms_as_the_definition_does(data: st.DataObject) -> None:
    sketch = data.draw(plans(open_words=data.draw(st.booleans())))
    asked = [made for _, made in programs()[data.draw(st.integers(0, 3)) :: 4]]

    assert not differences(both(asked, plan_of(sketch), data.draw(DAYS)))


MANY = int(os.environ.get("DINHBIEN_COLUMNS", some(300)))
"""Programs of any kind; `make test-long` takes 10,000."""


@settings(max_examples=MANY)
@given(sketch=wider_plans(open_words=False), asked=st.one_of(drawn_programs(), terms), day=DAYS)
def test_columns_judge_any_program_as_the_definition_does(
    sketch: Sketch, asked: Program, day: date
) -> None:
    assert not differences(both([asked], plan_of(sketch), day))


@settings(max_examples=some(150))
@given(sketch=wider_plans(), asked=st.lists(drawn_programs(), min_size=1, max_size=3), day=DAYS)
def test_columns_judge_several_programs_on_one_tape(
    sketch: Sketch, asked: list[Program], day: date
) -> None:
    assert not differences(both(asked, plan_of(sketch), day))


def test_an_evaluator_that_is_off_by_one_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    five = {"level": "commune", "count": "deputies", "numbers": {"five": "5 people"}}
    asked = [program(**five, form="floor", at_least="five")]
    post = {"category": "civil_servant", "rank": "deputy", "position": "other_position"}
    rows = [{**post, "on_books": n, "concurrent": 0} for n in (4, 5, 6)]
    offices = [{"kind": "office", "posts": [one]} for one in rows]
    plan = plan_of({"communes": [{"organisations": [one]} for one in offices]})
    assert [said.verdict for *_, said, _ in both(asked, plan, DAY) if said] == [
        "shortage", "met", "met",
    ]  # fmt: skip

    exact = on_numpy.STEPS["add"]
    monkeypatch.setitem(
        on_numpy.STEPS, "add",
        lambda *args: exact(*args)._replace(lo=exact(*args).lo + 1, hi=exact(*args).hi + 1),
    )  # fmt: skip

    assert differences(both(asked, plan, DAY))


@pytest.mark.parametrize("stated", [True, False])
@pytest.mark.parametrize("many", [1, 2, 3, 4])
def test_more_words_than_are_tried_are_told_without_trying(many: int, stated: bool) -> None:
    five = {"level": "commune", "count": "deputies", "numbers": {"five": "5 people"}}
    asked = [program(**five, form="floor", at_least="five")]
    post = {"category": "civil_servant", "position": "other_position", "on_books": 2}
    ranks = [*["deputy"] * (many - 1), None] if stated else [None] * many
    posts = [{**post, "rank": rank, "concurrent": 0} for rank in ranks]
    plan = plan_of({"communes": [{"organisations": [{"kind": "office", "posts": posts}]}]})
    ((_, _, said, meant),) = both(asked, plan, DAY)

    assert said == told(meant)
    tried = 1 if stated else many  # each rank may be one of five
    assert (meant.because != ()) == (len(words("rank")) ** tried > MOST_COMBINATIONS)
