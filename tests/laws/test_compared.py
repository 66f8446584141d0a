"""What a comparison says of any two plans.  §17"""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st

from dinhbien.judging.check import check
from dinhbien.judging.compared import Comparison
from tests.laws.examples import some
from tests.laws.strategies import Sketch, completions, plan_of, plans, shipped

MIRROR = {"appeared": "gone", "gone": "appeared", "raised": "dropped", "dropped": "raised"}


def compared(before: Sketch, after: Sketch) -> Comparison:
    """Two plans, judged by the shipped norms and compared."""
    first, second = (check(plan_of(sketch), shipped()) for sketch in (before, after))
    return Comparison(first, second)


@settings(max_examples=some(10))
@given(plans())
def test_a_plan_compared_with_itself_gives_nothing(sketch: Sketch) -> None:
    found = compared(sketch, sketch)

    assert found.is_empty
    assert found.unchanged == len(found.after.findings)
    assert found.totals_unchanged == len(found.after.totals)


@settings(max_examples=some(15))
@given(plans(), plans())
def test_the_other_way_round_is_the_mirror_image(one: Sketch, other: Sketch) -> None:
    found, back = compared(one, other), compared(other, one)

    def seen(comparison: Comparison, name: Callable[[str], str]) -> list[set[object]]:
        return [
            {(name(each.what), each.last.id, each.aspects) for each in comparison.findings},
            {(name(each.what), each.row.id, each.flag) for each in comparison.flags},
        ]

    assert seen(found, str) == seen(back, lambda what: MIRROR.get(what, what))
    assert {(one.before, one.after) for one in found.totals} == {
        (one.after, one.before) for one in back.totals
    }
    assert found.conflicts == back.conflicts[::-1]
    assert found.unchanged == back.unchanged


@settings(max_examples=some(15))
@given(st.data())
def test_every_finding_is_changed_or_the_same(data: st.DataObject) -> None:
    """What is not told is equal in every part, but for the bounds that only totals show."""
    sketch = data.draw(plans())
    found = compared(sketch, data.draw(completions(sketch)))
    told = {one.last.id for one in found.findings}
    before = {one.id: one for one in found.before.findings if one.id not in told}

    for one in found.after.findings:
        if one.id not in told:
            same = before[one.id]
            assert (one.verdict, one.outcome.amount) == (same.verdict, same.outcome.amount)
            assert (one.due, one.standing, one.force) == (same.due, same.standing, same.force)
            assert {name: each.verdict for name, each in one.others.items()} == {
                name: each.verdict for name, each in same.others.items()
            }
    assert found.unchanged == len(found.after.findings) - sum(
        1 for one in found.findings if one.after is not None
    )
