"""Every scenario on every evaluator.  A new evaluator joins by its name in `EVALUATORS`."""

from __future__ import annotations

import pytest

from tests.conformance.corpus import Case, cases, differences, judged

EVALUATORS = ("meaning",)
CASES = list(cases())


@pytest.mark.parametrize("evaluator", EVALUATORS)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_scenario_is_as_expected(case: Case, evaluator: str) -> None:
    found = judged(evaluator, case.plan, case.change, case.as_of)

    assert not list(differences(case, found))


def test_the_corpus_notices_a_wrong_expectation() -> None:
    case = next(one for one in CASES if one.entry.get("verdict"))
    wrong = Case(case.file, 0, case.plan, case.change, case.as_of, {**case.entry, "verdict": "no"})

    assert list(differences(wrong, judged("meaning", case.plan, case.change, case.as_of)))
