"""Every scenario on every evaluator.  A new evaluator joins by its name in `EVALUATORS`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest
from msgspec.structs import replace

from dinhbien.columns import outcome
from dinhbien.corpus.cases import Case, differences
from dinhbien.meaning import judge
from dinhbien.meaning.truth import compared
from dinhbien.reading.to_plan import pack_named
from dinhbien.shipped import content
from tests.conformance.corpus import (
    by_columns,
    corpus,
    entries,
    failed,
    judged,
    judged_by_columns,
    named,
    with_flags,
)


def by_meaning(case: Case) -> list[str]:
    """Where a run of the whole pack is not as expected by the definition."""
    found = judged(case.plan, case.change, case.as_of, flags=with_flags(case))
    return list(differences(case, found))


EVALUATORS: dict[str, Callable[[Case], list[str]]] = {
    "meaning": by_meaning,
    "columns": lambda case: by_columns(case)[0],
}
CASES = entries()
BOUNDARY = content("scenarios") / "examples" / "head-counts" / "plan.yaml"


def params(cases: Iterable[Case]) -> list[Any]:
    """The cases, by their names."""
    return [pytest.param(case, id=named(case)) for case in cases]


@pytest.mark.parametrize("case", params(CASES))
def test_a_scenario_is_as_expected(case: Case) -> None:
    """By the definition; `test_left.py` runs each file by columns."""
    assert not by_meaning(case)


def one_of_each() -> list[Case]:
    """A case for each norm and verdict: which norms are related hangs on the norm."""
    asked = [case for case in CASES if not case.chain and "modelled" not in case.plan.name]
    return list({(case.norm, case.verdicts): case for case in reversed(asked)}.values())


@pytest.mark.parametrize("case", params(one_of_each()))
def test_related_norms_are_enough_to_judge_a_scenario(case: Case) -> None:
    assert not failed(case)


def test_the_corpus_notices_a_wrong_expectation() -> None:
    case = next(one for one in CASES if one.entry.get("verdict"))
    wrong = replace(case, entry={**case.entry, "verdict": "no"})

    assert list(differences(wrong, judged(case.plan, case.change, case.as_of)))


def meaning_off_by_one(monkeypatch: pytest.MonkeyPatch) -> Callable[[Case], list[str]]:
    """The definition takes n for below n, and for above n."""
    wrong = {"<": "<=", ">": ">="}
    monkeypatch.setattr(
        judge, "compared", lambda sign, *sides: compared(wrong.get(str(sign), str(sign)), *sides)
    )
    among = corpus(pack_named(BOUNDARY))
    return lambda case: among.fails(case, among.pack_of(case), {})


def columns_off_by_one(monkeypatch: pytest.MonkeyPatch) -> Callable[[Case], list[str]]:
    """Columns take n for below n."""
    monkeypatch.setattr(
        outcome, "_less", lambda one, other: (one.hi <= other.lo, one.lo > other.hi)
    )
    return lambda case: judged_by_columns(case, {})[0]


PLANTED = {"meaning": meaning_off_by_one, "columns": columns_off_by_one}


@pytest.mark.parametrize("evaluator", EVALUATORS)
def test_an_evaluator_that_is_off_by_one_is_found(
    evaluator: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = [case for case in CASES if case.plan == BOUNDARY]
    assert not any(EVALUATORS[evaluator](case) for case in cases)

    run = PLANTED[evaluator](monkeypatch)

    assert any(run(case) for case in cases)
