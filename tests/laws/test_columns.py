"""Columns say what the definition says, in every row that they say anything of."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import date
from fractions import Fraction
from typing import Any, NoReturn
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from dinhbien.columns import kernel as columns_kernel
from dinhbien.columns import on_numpy, to_lanes
from dinhbien.columns.blocks import findings_of
from dinhbien.columns.from_plan import table_of, units_by_level
from dinhbien.columns.judged import compiled, judged, outcome_at
from dinhbien.columns.lanes import Held
from dinhbien.columns.loading import is_possible
from dinhbien.columns.outcome import VERDICTS, Ends, amount_at
from dinhbien.columns.rows import Rows
from dinhbien.columns.tape import Step
from dinhbien.columns.to_lanes import Lanes
from dinhbien.language.operators import Program
from dinhbien.meaning.completions import MOST_COMBINATIONS
from dinhbien.meaning.judge import Judge
from dinhbien.meaning.subjects import Subjects
from dinhbien.meaning.tally import ContradictionError
from dinhbien.model.amount import Amount
from dinhbien.model.finding import ROWS, Outcome
from dinhbien.model.plan import Plan
from tests.laws.drawn_programs import DAYS, drawn_programs, terms, wider_plans
from tests.laws.examples import some
from tests.laws.strategies import DAY, Sketch, plan_of, plans, program, programs, rules, words

EVALUATORS = [False, True] if is_possible() else [False]
"""NumPy, and the kernel where Numba is installed."""


def told(outcome: Outcome) -> Outcome:
    """What columns tell: verdict and amounts; the rest is told on request."""
    return replace(
        outcome, missing=(), because=(), holders=(), head_room=None, modelled=(), if_applicable=None
    )


Row = tuple[int, int, Outcome | None, Outcome]
Told = dict[int, tuple[str, Amount | None]]
"""By its place the verdict of a unit of which a row tells, and the amount."""


def both(asked: list[Program], plan: Plan, day: date) -> Iterator[Row]:
    """What columns (None: nothing) and the definition say, by program and place of the unit."""
    vocabulary = rules().vocabulary
    table, units = table_of(plan, vocabulary), units_by_level(plan, vocabulary)
    made = compiled(asked, table, day)
    judge = Judge(Subjects(plan, vocabulary), day)
    for at, (one, found) in enumerate(zip(made.asked, judged(made, table), strict=True)):
        for place, unit in enumerate(units[asked[at].level]):
            said = None
            if one is not None and found is not None and not found.slow[place]:
                said = outcome_at(one, found, (place,))
            try:
                yield at, place, said, judge.outcome(asked[at], unit)
            except ContradictionError:
                assert said is None


def differences(asked: list[Program], plan: Plan, day: date) -> list[Any]:
    """Where columns say otherwise than the definition: unit by unit, and block by block."""
    found: list[Any] = []
    meant: list[dict[int, Outcome]] = [{} for _ in asked]
    for at, place, said, outcome in both(asked, plan, day):
        meant[at][place] = outcome
        if said not in (None, told(outcome)):
            found.append((at, place, said, told(outcome)))
    for kernel in EVALUATORS:
        found += differences_in_blocks(asked, plan, day, meant, kernel=kernel)
    return found


def differences_in_blocks(
    asked: list[Program], plan: Plan, day: date, meant: list[dict[int, Outcome]], *, kernel: bool
) -> Iterator[Any]:
    """Where the rows of one evaluator say otherwise, in blocks and chunks of a few units."""
    table = table_of(plan, rules().vocabulary)
    with patch.object(columns_kernel, "CHUNK", 2):
        rows = findings_of(
            compiled(asked, table, day), table, block=3, threads=1, kernel=kernel
        )  # fmt: skip
    for at, one in enumerate(rows):
        if one is not None:
            said, outcomes = says(one, table.size(asked[at].level)), expected(one, meant[at])
            if said != outcomes:
                yield "kernel" if kernel else "NumPy", at, said, outcomes


NOTHING = Amount(Fraction(0), Fraction(0))


def says(rows: Rows, many: int) -> tuple[Told, list[int]]:
    """What rows tell, and how many units got each verdict."""
    ends = [Ends(rows.lo, rows.hi)] * len(rows.units)
    amounts = [amount_at(one, rows.scale, (place,)) for place, one in enumerate(ends)]
    found = {
        int(unit): (VERDICTS[verdict], None if one == NOTHING else one)
        for unit, verdict, one in zip(rows.units, rows.verdict, amounts, strict=True)
    }
    assert list(found) == sorted(found)
    assert rows.counts.sum() + len(rows.left) == many
    return found, rows.counts.tolist()


def expected(rows: Rows, meant: dict[int, Outcome]) -> tuple[Told, list[int]]:
    """What the definition says of the units that rows speak of."""
    left = set(rows.left.tolist())
    asked = {place: one for place, one in meant.items() if place not in left}
    found: Told = {
        place: (one.verdict, None if one.measured is None else one.amount)
        for place, one in asked.items()
        if one.verdict in ROWS
    }
    return found, [sum(one.verdict == name for one in asked.values()) for name in VERDICTS]


@settings(max_examples=some(90))
@given(st.data())
def test_columns_judge_the_shipped_norms_as_the_definition_does(data: st.DataObject) -> None:
    sketch = data.draw(plans(open_words=data.draw(st.booleans())))
    asked = [made for _, made in programs()[data.draw(st.integers(0, 3)) :: 4]]

    assert not differences(asked, plan_of(sketch), data.draw(DAYS))


MANY = int(os.environ.get("DINHBIEN_COLUMNS", some(300)))
"""Programs of any kind; `make test-long` takes 10,000."""


@settings(max_examples=MANY)
@given(sketch=wider_plans(open_words=False), asked=st.one_of(drawn_programs(), terms), day=DAYS)
def test_columns_judge_any_program_as_the_definition_does(
    sketch: Sketch, asked: Program, day: date
) -> None:
    assert not differences([asked], plan_of(sketch), day)


@settings(max_examples=some(150))
@given(sketch=wider_plans(), asked=st.lists(drawn_programs(), min_size=1, max_size=3), day=DAYS)
def test_columns_judge_several_programs_on_one_tape(
    sketch: Sketch, asked: list[Program], day: date
) -> None:
    assert not differences(asked, plan_of(sketch), day)


FIVE = {"level": "commune", "count": "deputies", "numbers": {"five": "5 people"}}
POST = {"category": "civil_servant", "rank": "deputy", "position": "other_position"}


def around_five() -> tuple[list[Program], Plan]:
    """A norm of five deputies, and a plan of four, five and six."""
    rows = [{**POST, "on_books": n, "concurrent": 0} for n in (4, 5, 6)]
    offices = [{"kind": "office", "posts": [one]} for one in rows]
    asked = [program(**FIVE, form="floor", at_least="five")]
    return asked, plan_of({"communes": [{"organisations": [one]} for one in offices]})


def test_an_evaluator_that_is_off_by_one_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    asked, plan = around_five()
    assert not differences(asked, plan, DAY)
    assert [said.verdict for *_, said, _ in both(asked, plan, DAY) if said] == [
        "shortage", "met", "met",
    ]  # fmt: skip

    exact = on_numpy.STEPS["add"]
    monkeypatch.setitem(
        on_numpy.STEPS, "add",
        lambda *args: exact(*args)._replace(lo=exact(*args).lo + 1, hi=exact(*args).hi + 1),
    )  # fmt: skip

    assert {one[0] for one in differences(asked, plan, DAY)} == {0, "NumPy"}


def test_a_kernel_that_is_off_by_one_is_found(
    monkeypatch: pytest.MonkeyPatch, skip_or_fail: Callable[[str, str], NoReturn]
) -> None:
    if not is_possible():
        skip_or_fail("numba", "it is not installed")
    asked, plan = around_five()
    exact = to_lanes.STEPS["add"]

    def wrong(lanes: Lanes, step: Step) -> Held:
        held = exact(lanes, step)
        lo, hi = (lanes.code.affine(step.level, end, 1, 1) for end in (held.lo, held.hi))
        return Held(lo, hi, held.flags)

    monkeypatch.setitem(to_lanes.STEPS, "add", wrong)

    assert {one[0] for one in differences(asked, plan, DAY)} == {"kernel"}


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


@pytest.mark.parametrize("out", [3, 4])
def test_words_of_posts_that_add_nothing_are_not_read_whatever_their_parts(out: int) -> None:
    """0.1 + 0.2 − 0.3 is nothing, which it is not in floating point."""
    deputies = {"of": "people", "basis": "at_work", "rank": ["deputy"]}
    asked = [program(form="floor", count=deputies, numbers={"five": "5 people"}, at_least="five")]
    tenths = {"on_books": 1, "seconded_in": 2, "seconded_out": out, "contract": 0}
    cells = {name: Fraction(many, 10) for name, many in tenths.items()}
    post = {"category": "civil_servant", **cells}
    posts = [post] * 4 + [{**post, "on_books": 1}]
    organisations = [{"kind": "office", "complete": True, "posts": posts}]
    plan = plan_of({"communes": [{"complete": True, "organisations": organisations}]})
    ((_, _, said, meant),) = both(asked, plan, DAY)

    assert said in {None, told(meant)}
    assert (meant.because != ()) == (out != 3)
