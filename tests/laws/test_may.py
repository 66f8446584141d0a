"""Proposals: fewer people are not refused where more are allowed, and no quota is exceeded.  §11"""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dinhbien.judging.check import check
from dinhbien.judging.may import may
from dinhbien.judging.proposed import carried_out, ends_of
from dinhbien.model.proposal import Answer, Proposal
from tests.laws.examples import some
from tests.laws.strategies import plan_of, shipped

_SLOW = [HealthCheck.too_slow]
CHAIN = next(one for one in shipped().rules.flags if one.file.may is not None)
heads = st.one_of(st.none(), st.integers(0, 6))


@st.composite
def sketches(draw: st.DrawFn) -> dict[str, Any]:
    """Two communes with an office of two posts each; numbers may be missing."""
    return {
        "communes": [
            {
                "type": "xa",
                "mountainous": "yes",
                "population": 5_000,
                "organisations": [
                    {
                        "kind": "office",
                        "posts": [
                            {
                                "category": "civil_servant",
                                "rank": rank,
                                "position": "other_position",
                                "concurrent": 0,
                                "contract": 0,
                                "seconded_in": 0,
                                "seconded_out": draw(st.integers(0, 1)),
                                "assigned": draw(heads),
                                "on_books": draw(heads),
                            }
                            for rank in ("professional", "deputy")
                        ],
                    }
                ],
            }
            for _ in range(2)
        ]
    }


def proposed(kind: str, people: int, rank: str) -> Proposal:
    """A proposal about the two communes of a sketch."""
    sender = "" if kind == "recruit" else "1"
    return Proposal(kind, "0", sender, people, rank=rank)  # type: ignore[arg-type]  # of the test


def over(answer: Answer, effect: str) -> set[str]:
    """The flags that give a reason with an effect."""
    return {one.id for one in answer.reasons if one.effect == effect and one.flag}


@settings(max_examples=some(25), suppress_health_check=_SLOW)
@given(
    sketches(),
    st.sampled_from(["recruit", "transfer", "second"]),
    st.integers(2, 4),
    st.sampled_from(["professional", "deputy"]),
)
def test_where_more_are_allowed_fewer_are_not_refused_for_the_quota(
    sketch: dict[str, Any], kind: str, people: int, rank: str
) -> None:
    plan = plan_of(sketch)
    more = may(plan, shipped(), proposed(kind, people, rank))
    fewer = may(plan, shipped(), proposed(kind, people - 1, rank))

    if more.decision in {"allow", "warn"}:
        assert not over(fewer, "refuse")
        assert not over(fewer, "open")
    if fewer.decision == "refuse" and over(fewer, "refuse"):
        assert more.decision == "refuse"


@settings(max_examples=some(25), suppress_health_check=_SLOW)
@given(
    sketches(),
    st.sampled_from(["recruit", "transfer", "second"]),
    st.integers(1, 4),
    st.sampled_from(["professional", "deputy"]),
)
def test_what_is_allowed_never_raises_over_quota_and_what_is_refused_for_it_does(
    sketch: dict[str, Any], kind: str, people: int, rank: str
) -> None:
    plan, pack = plan_of(sketch), shipped()
    proposal = proposed(kind, people, rank)
    asked = CHAIN.file.may
    assert asked is not None
    (ends,) = ends_of(plan, pack.rules, asked, CHAIN.file.level, proposal)
    after = check(carried_out(plan, pack.rules, ends, asked.listed, proposal), pack)
    raised = {one.id: one.flag(asked.over) for one in after.flags if one.chain == CHAIN.name}
    before = {one.id: one.flag(asked.over) for one in check(plan, pack).flags if one.id in raised}
    answer = may(plan, pack, proposal)

    for name, flag in raised.items():
        if answer.decision in {"allow", "warn"}:
            assert flag.amount == before[name].amount or flag.raised is False or name.endswith("@1")
    for name in over(answer, "refuse"):
        assert raised[f"{CHAIN.name}@{name.partition('@')[2]}"].raised is True


@settings(max_examples=some(15), suppress_health_check=_SLOW)
@given(sketches(), st.integers(1, 3))
def test_a_secondment_changes_no_books(sketch: dict[str, Any], people: int) -> None:
    answer = may(plan_of(sketch), shipped(), proposed("second", people, "professional"))
    books = [one for one in answer.numbers if one.flag == "on_books_now"]

    assert books
    assert all(one.before == one.after for one in books)
