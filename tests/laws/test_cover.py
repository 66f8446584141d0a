"""Fields covered by people who may do several: against every way to share them out.  §14"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dinhbien.meaning.cover import gaps
from dinhbien.model.plan import Unit
from tests.laws.examples import some
from tests.laws.strategies import outcomes, plan_of, program, unit

FIELDS = ("health", "education", "justice")
fields = st.sampled_from([*FIELDS, "other_field"])
people = st.lists(st.frozensets(fields, max_size=3), max_size=4)


def coverable(wanted: Sequence[str], able: Sequence[frozenset[str]], most: int) -> bool:
    """Whether some way of sharing gives every wanted field somebody."""
    for holders in itertools.product(range(len(able)), repeat=len(wanted)):
        can = all(one in able[who] for one, who in zip(wanted, holders, strict=True))
        if can and all(holders.count(who) <= most for who in range(len(able))):
            return True
    return not wanted


@settings(max_examples=some(300))
@given(able=people, most=st.integers(0, 3))
def test_as_many_fields_are_covered_as_can_be_the_earlier_first(
    able: list[frozenset[str]], most: int
) -> None:
    kept: list[str] = []
    for one in FIELDS:  # the earlier fields are kept wherever they can be
        if coverable([*kept, one], able, most):
            kept.append(one)
    best = max(
        len(some)
        for size in range(len(FIELDS) + 1)
        for some in itertools.combinations(FIELDS, size)
        if coverable(some, able, most)
    )

    assert gaps(FIELDS, able, most) == tuple(one for one in FIELDS if one not in kept)
    assert len(kept) == best


Person = dict[str, Any]


def office(sketch: list[Person], complete: bool) -> Unit:
    """An office with its people; a field or a category that is None is missing."""
    inner = "communes.0.organisations.0"
    listed = []
    for place, person in enumerate(sketch):
        path = f"{inner}.persons.{place}"
        can = tuple(
            unit(
                "qualification", f"0/0/{place}/{at}", f"{path}.qualifications.{at}", {"field": one}
            )
            for at, one in enumerate(person["fields"])
        )
        about = {"category": person["category"], "complete": person["complete"]}
        listed.append(unit("person", f"0/0/{place}", path, about, qualification=can))
    return unit("organisation", "0/0", inner, {"complete": complete}, person=tuple(listed))


def verdict(sketch: list[Person], complete: bool, most: int) -> str:
    """What a norm of three fields says of the office."""
    made = program(
        level="organisation", form="shared-coverage", fields=FIELDS,
        people="person where category = civil_servant", each_at_most="most",
        numbers={"most": f"{most} qualifications per person"},
    )  # fmt: skip
    plan = plan_of({"communes": [{"complete": True, "organisations": []}]})
    commune = plan.root.children["commune"][0]
    commune.children["organisation"] = (office(sketch, complete),)
    return outcomes(made, plan)["0/0"].verdict


def persons(missing: bool) -> st.SearchStrategy[list[Person]]:
    """Up to three people; with `missing` some of what is known of them is not."""
    category = st.sampled_from(["civil_servant", "public_employee"])
    one = st.fixed_dictionaries(
        {
            "category": st.one_of(category, st.none()) if missing else category,
            "fields": st.lists(st.one_of(fields, st.none()) if missing else fields, max_size=2),
            "complete": st.booleans() if missing else st.just(True),
        }
    )
    return st.lists(one, max_size=3)


@settings(max_examples=some(200))
@given(data=st.data(), most=st.integers(0, 2), complete=st.booleans())
def test_a_decided_coverage_holds_for_all_that_may_be_missing(
    data: st.DataObject, most: int, complete: bool
) -> None:
    sketch = data.draw(persons(missing=True))
    full: list[Person] = []
    for person in sketch:
        listed = [one or data.draw(fields) for one in person["fields"]]
        listed += [] if person["complete"] else data.draw(st.lists(fields, max_size=2))
        category = person["category"] or data.draw(st.sampled_from(["civil_servant", "cadre"]))
        full.append({"category": category, "fields": listed, "complete": True})
    full += [] if complete else data.draw(persons(missing=False))

    before, after = verdict(sketch, complete, most), verdict(full, True, most)

    assert before in {after, "undetermined"}
    assert after != "undetermined"


@pytest.mark.parametrize(("most", "expected"), [(1, "breach"), (2, "met"), (3, "met")])
def test_how_many_fields_one_person_may_cover(most: int, expected: str) -> None:
    able = [["health", "education"], ["education", "justice"]]
    sketch = [{"category": "civil_servant", "fields": one, "complete": True} for one in able]

    assert verdict(sketch, True, most) == expected


def test_without_rows_of_people_nothing_is_decided() -> None:
    assert verdict([], False, 2) == "undetermined"
    assert verdict([], True, 2) == "breach"
