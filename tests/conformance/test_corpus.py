"""Every scenario on every evaluator.  A new evaluator joins by its name in `EVALUATORS`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from msgspec.structs import replace

from dinhbien.corpus.cases import Case, differences
from tests.conformance.corpus import entries, failed, judged, named, with_flags

EVALUATORS = ("meaning",)
CASES = entries()


def params(cases: Iterable[Case]) -> list[Any]:
    """The cases, by their names."""
    return [pytest.param(case, id=named(case)) for case in cases]


@pytest.mark.parametrize("evaluator", EVALUATORS)
@pytest.mark.parametrize("case", params(CASES))
def test_a_scenario_is_as_expected(case: Case, evaluator: str) -> None:
    found = judged(evaluator, case.plan, case.change, case.as_of, flags=with_flags(case))

    assert not list(differences(case, found))


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

    assert list(differences(wrong, judged("meaning", case.plan, case.change, case.as_of)))
