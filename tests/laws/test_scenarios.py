"""Many scenarios at once say of each what a fresh check of it says."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dinhbien.errors import UsageError
from dinhbien.judging.check import Report
from dinhbien.many.scenarios import Scenarios, scenarios
from dinhbien.shipped import content
from tests.judged import check_file
from tests.laws.examples import some

FRAME = "vn/od-09-2025/article-ii-1:numbers."
FIRST = "communes.90001"
SCENARIOS = 3


@cache
def report(name: str) -> Report:
    return check_file(content("scenarios") / "examples" / name)


def agrees(found: Scenarios, scenario: int) -> bool:
    """Whether counts and sums are those of the scenario's own report."""
    counted: Counter[tuple[str, str]] = Counter()
    sums: dict[tuple[str, bool], float] = defaultdict(float)
    for one in found.report(scenario).findings:
        if one.unlisted or one.norm not in found.norms:
            continue
        counted[one.norm, one.verdict] += 1
        amount = one.outcome.amount
        if amount is not None:
            is_short = amount == one.outcome.short_by
            sums[one.norm, is_short] += float("inf") if amount.high is None else float(amount.high)
    for at, norm in enumerate(found.norms):
        for place, verdict in enumerate(found.verdicts):
            if found.counts[scenario, at, place] != counted[norm, verdict]:
                return False
        for is_short, ends in ((True, found.short), (False, found.over)):
            if ends[1][scenario, at] != sums.get((norm, is_short), 0):
                return False
    return True


def several(values: st.SearchStrategy[int | None]) -> st.SearchStrategy[list[int | None]]:
    return st.lists(values, min_size=SCENARIOS, max_size=SCENARIOS)


people = st.sampled_from([0, 15_999, 16_000, 16_001, 17_000, 90_000])


@settings(max_examples=some(18))
@given(
    base=several(st.integers(28, 34)),
    threshold=several(people),
    population=several(st.one_of(people, st.none())),
    staff=several(st.one_of(st.integers(28, 40), st.none())),
)
def test_a_scenario_is_judged_as_if_it_were_the_only_one(
    base: list[int], threshold: list[int], population: list[int | None], staff: list[int | None]
) -> None:
    judged = report("head-counts")
    found = scenarios(
        judged.plan,
        judged.pack,
        numbers={f"{FRAME}base": base, f"{FRAME}threshold": threshold},
        cells={f"{FIRST}.population": population, f"{FIRST}.figures.government_staff": staff},
    )

    assert all(agrees(found, scenario) for scenario in range(SCENARIOS))


def test_texts_give_way_in_each_scenario() -> None:
    judged = report("deputies")
    path = next(
        row.path
        for norm in judged.pack.norms
        if norm.id.endswith("#vice-chairs-without-divisions")  # an exception to another
        for one in norm.used.program.numbers.values()
        for rows in one.rows.values()
        for row in rows
    )
    found = scenarios(judged.plan, judged.pack, numbers={path: [1, 2, 3]})

    assert all(agrees(found, scenario) for scenario in range(SCENARIOS))


@pytest.mark.parametrize(
    ("numbers", "cells", "said"),
    [
        ({}, {}, "there is nothing that changes"),
        ({f"{FRAME}base": [1, 2]}, {f"{FIRST}.population": [1]}, "the lengths differ"),
        ({f"{FRAME}bose": [1]}, {}, "there is no number of the law"),
        ({f"{FRAME}base": [None]}, {}, "a number of the law is always known"),
        ({f"{FRAME}base": ["1/2"]}, {}, "a value is not whole"),
        ({}, {f"{FIRST}.type": ["xa"]}, "`xa` is not a number"),
        ({}, {f"{FIRST}.population": [-1]}, "is outside its possible values"),
        ({}, {"communes.90999.population": [1]}, "the plan states no number"),
        ({f"{FRAME}base": "30"}, {}, "`30` is no list of values"),
        ({f"{FRAME}base": {0: 30}}, {}, "is no list of values"),
        ({f"{FRAME}base": 30}, {}, "`30` is no list of values"),
        ({f"{FRAME}base": [Decimal("NaN")]}, {}, "`NaN` is not a number"),
        ({}, {f"{FIRST}.population": ["16.000"]}, "`16.000` may be a decimal or thousands"),
        ({}, {f"{FIRST}.population": ["1/0"]}, "`1/0` is not a number"),
    ],
)
def test_what_cannot_change_so_is_refused(
    numbers: dict[str, Any], cells: dict[str, Any], said: str
) -> None:
    judged = report("head-counts")

    with pytest.raises(UsageError, match=said):
        scenarios(judged.plan, judged.pack, numbers=numbers, cells=cells)


def test_on_a_day_before_any_norm_nothing_is_counted() -> None:
    judged = report("head-counts")
    numbers = {f"{FRAME}base": [30, 31]}
    found = scenarios(judged.plan, judged.pack, numbers=numbers, as_of=date(1900, 1, 1))

    assert found.norms == ()
    assert found.counts.shape == (2, 0, len(found.verdicts))
    assert found.short[0].shape == (2, 0)
