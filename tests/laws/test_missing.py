"""Missing is not zero: §2."""

from __future__ import annotations

import copy
import itertools
import os

from hypothesis import given, settings
from hypothesis import strategies as st

from dinhbien.language.operators import Program
from dinhbien.model.amount import Amount
from dinhbien.model.finding import Outcome
from tests.laws.examples import some
from tests.laws.strategies import (
    FAR,
    Sketch,
    completions,
    holes,
    outcomes,
    plan_of,
    plans,
    program,
    programs,
    words,
)

_SIGNS = {"on_books": 1, "contract": 1, "seconded_in": 1, "seconded_out": -1, "concurrent": 1}


def inside(amount: Amount | None, within: Amount | None) -> bool:
    """Whether an interval lies within another."""
    if amount is None or within is None:
        return amount is within
    low = within.low is None or (amount.low is not None and amount.low >= within.low)
    return low and (within.high is None or (amount.high is not None and amount.high <= within.high))


def agrees(given_outcome: Outcome, completed: Outcome) -> bool:
    """Whether a verdict with holes holds for a completion, its numbers in its intervals."""
    if given_outcome.verdict == "undetermined":
        return True
    return completed.verdict == given_outcome.verdict and inside(
        completed.amount, given_outcome.amount
    )


PARTS = 1 if "DINHBIEN_EXAMPLES" in os.environ else 4
"""Each example asks one norm in so many: all of them over the examples."""


def some_programs(data: st.DataObject) -> list[tuple[str, Program]]:
    return programs()[data.draw(st.integers(0, PARTS - 1)) :: PARTS]


@settings(max_examples=some(150))
@given(st.data())
def test_a_verdict_with_missing_inputs_holds_for_all_their_values(data: st.DataObject) -> None:
    sketch = data.draw(plans())
    full = data.draw(completions(sketch))

    for name, made in some_programs(data):
        before, after = outcomes(made, plan_of(sketch)), outcomes(made, plan_of(full))
        for code, outcome in before.items():
            assert agrees(outcome, after[code]), (name, code, outcome, after[code])


@settings(max_examples=some(150))
@given(st.data())
def test_the_bounds_of_shortage_and_surplus_hold_for_all_values(data: st.DataObject) -> None:
    sketch = data.draw(plans())
    full = data.draw(completions(sketch))

    for name, made in some_programs(data):
        before, after = outcomes(made, plan_of(sketch)), outcomes(made, plan_of(full))
        for code, outcome in before.items():
            later = after[code]
            if outcome.verdict == "not applicable" or later.verdict == "not applicable":
                continue
            if not outcome.because:
                assert inside(later.short_by, outcome.short_by) or later.short_by is None, name
                assert inside(later.over_by, outcome.over_by) or later.over_by is None, name


def corner(sketch: Sketch, high: bool) -> Sketch:
    """Every missing number at the end of its domain that makes the count small or large."""
    full = copy.deepcopy(sketch)
    for place, name in list(holes(full)):
        place[name] = FAR if (_SIGNS.get(name, 1) > 0) == high else 0
    return full


LINEAR = [
    {"form": form, "count": {"of": "people", "basis": basis}, **slots}
    for form, slots in (
        ("floor", {"at_least": "five", "numbers": {"five": "5 people"}}),
        ("ceiling", {"at_most": "five", "numbers": {"five": "5 people"}}),
    )
    for basis in ("books", "at_work")
]


@settings(max_examples=some(100))
@given(sketch=plans(open_words=False), norm=st.sampled_from(LINEAR))
def test_a_linear_verdict_is_given_whenever_all_values_agree(
    sketch: Sketch, norm: dict[str, object]
) -> None:
    for commune in sketch["communes"]:
        commune["complete"] = True
        for organisation in commune["organisations"]:
            organisation["complete"] = True
    made = program(**norm)
    least, most = (outcomes(made, plan_of(corner(sketch, high))) for high in (False, True))

    for code, outcome in outcomes(made, plan_of(sketch)).items():
        unanimous = least[code].verdict == most[code].verdict
        assert (outcome.verdict != "undetermined") == unanimous


@settings(max_examples=some(100))
@given(sketch=plans(numbers=False))
def test_missing_words_are_decided_exactly_when_all_words_agree(sketch: Sketch) -> None:
    norm = {"form": "ceiling", "count": "deputies", "at_most": "two"}
    made = program(**norm, numbers={"two": "2 people"})
    open_words = [name for _, name in holes(sketch) if name == "rank"]
    if len(open_words) > 2:
        return
    found: dict[str, set[str]] = {}
    for choice in itertools.product(words("rank"), repeat=len(open_words)):
        full = copy.deepcopy(sketch)
        places = [place for place, name in holes(full) if name == "rank"]
        for place, word in zip(places, choice, strict=True):
            place["rank"] = word
        for code, outcome in outcomes(made, plan_of(full)).items():
            found.setdefault(code, set()).add(outcome.verdict)

    for code, outcome in outcomes(made, plan_of(sketch)).items():
        expected = found[code] if len(found[code]) == 1 else {"undetermined"}
        assert {outcome.verdict} == expected


def test_more_than_64_combinations_of_words_are_not_tried() -> None:
    organisation = {"kind": "office", "complete": True}
    post = {"on_books": 1, "concurrent": 0, "rank": None}
    norm = {"form": "ceiling", "count": "deputies", "at_most": "nine"}
    made = program(**norm, numbers={"nine": "9 people"})
    for many, verdict in ((3, "met"), (4, "undetermined")):
        groups = [dict(post) for _ in range(many)]
        commune = {"complete": True, "organisations": [{**organisation, "posts": groups}]}
        outcome = outcomes(made, plan_of({"communes": [commune]}))["0"]

        assert len(words("rank")) ** 3 == 64
        assert outcome.verdict == verdict
        assert bool(outcome.because) == (verdict == "undetermined")
