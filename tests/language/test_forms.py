"""The forms as macros: what each demands, at its boundary, by tiny norms."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from msgspec.structs import replace

from tests.laws.strategies import outcomes, plan_of, program


def commune(*organisations: dict[str, Any], **about: object) -> dict[str, Any]:
    """A plan of one commune that lists all it has."""
    listed = [{"complete": True, "posts": [], **one} for one in organisations]
    return {"communes": [{"complete": True, "organisations": listed, **about}]}


def post(people: int | None, **about: object) -> dict[str, Any]:
    """A post group of civil servants."""
    return {"category": "civil_servant", "on_books": people, **about}


def staff(people: int) -> dict[str, Any]:
    """A commune whose office has so many people."""
    return commune({"kind": "office", "posts": [post(people)]})


def verdict(sketch: dict[str, Any], **norm: object) -> str:
    """What a norm says of the one commune."""
    return outcomes(program(**norm), plan_of(sketch))["0"].verdict


PEOPLE = {"of": "people", "basis": "books"}


@pytest.mark.parametrize(
    ("people", "expected"),
    [(29, "shortage"), (30, "met"), (34, "met"), (35, "surplus")],
)
def test_a_target_has_a_stated_tolerance(people: int, expected: str) -> None:
    numbers = {"thirty_two": "32 people", "slack": "2 people"}

    assert expected == verdict(
        staff(people), form="target", count=PEOPLE, about="thirty_two", give_or_take="slack",
        numbers=numbers,
    )  # fmt: skip


@pytest.mark.parametrize(("helpers", "expected"), [(4, "met"), (5, "met"), (6, "surplus")])
def test_a_share_rounds_down_what_is_allowed(helpers: int, expected: str) -> None:
    """Half of eleven is five."""
    posts = [post(helpers, rank="support"), post(11 - helpers, rank="professional")]
    sketch = commune({"kind": "office", "posts": posts})

    assert expected == verdict(
        sketch, form="share", count={**PEOPLE, "rank": "support"}, whole="all_here",
        share_at_most="half", empty="met", numbers={"half": "50 %"},
        let={"all_here": "civil_servants"},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("empty", "expected"), [("met", "met"), ("not_applicable", "not applicable")]
)
def test_a_share_of_nothing_is_what_the_norm_says(empty: str, expected: str) -> None:
    assert expected == verdict(
        commune(), form="share", count={**PEOPLE, "rank": "support"}, whole="civil_servants",
        share_at_most="half", empty=empty, numbers={"half": "50 %"},
    )  # fmt: skip


def test_a_structure_names_what_is_missing_and_what_is_too_many() -> None:
    made = program(form="structure", must_have=("office", "service_centre"), must_not_have="party")
    plan = plan_of(commune({"kind": "office"}, {"kind": "party"}))
    found = outcomes(made, plan)["0"]

    assert found.verdict == "breach"
    assert found.failed == ("service_centre", "party")


def test_a_structure_is_open_where_the_list_is() -> None:
    sketch = commune({"kind": "office"})
    sketch["communes"][0]["complete"] = False
    both = {"form": "structure", "must_have": ("office", "service_centre")}

    assert verdict(sketch, **both) == "undetermined"
    assert verdict(sketch, form="structure", must_have="office") == "met"
    assert verdict(sketch, form="structure", must_not_have="office") == "breach"


@pytest.mark.parametrize(("deputies", "expected"), [(1, "met"), (2, "met"), (3, "surplus")])
@pytest.mark.parametrize(
    ("cap", "about"),
    [
        ("the commune's vice-chairs", {"there": "vice_chairs", "that_of": "commune"}),
        ("the fewest of peers", {"peers": "organisation in commune where kind = party",
                                 "which": "smallest"}),
        ("the lesser of both", {"there": "deputies", "that_of": "commune", "which": "smallest",
                                "peers": "organisation in province where kind = party"}),
    ],
)  # fmt: skip
def test_a_relative_cap(deputies: int, expected: str, cap: str, about: dict[str, str]) -> None:
    two = post(2, rank="deputy", position="vice_chair", concurrent=0)
    four = post(4, rank="deputy", position="other_position", concurrent=0)
    own = post(deputies, rank="deputy", position="other_position", concurrent=0)
    sketch = commune(
        {"kind": "office", "posts": [own]},
        {"kind": "party", "posts": [two]},
        {"kind": "party", "posts": [four]},
    )
    made = program(
        level="organisation", where="kind = office", form="relative-cap", count="deputies", **about
    )

    assert outcomes(made, plan_of(sketch))["0/0"].verdict == expected, cap


@pytest.mark.parametrize(
    ("rule", "holders", "expected"),
    [
        ("required", 1, "met"),
        ("required", 0, "breach"),
        ("forbidden", 1, "breach"),
        ("forbidden", 0, "met"),
        ("allowed", 1, "met"),
        ("allowed", 0, "met"),
        ("required", None, "undetermined"),
        ("forbidden", None, "undetermined"),
    ],
)
def test_concurrency(rule: str, holders: int | None, expected: str) -> None:
    held = post(0, position="council_chair", held_by="vice_chair", concurrent=holders)
    sketch = commune({"kind": "council", "posts": [held]})

    assert expected == verdict(
        sketch, form="concurrency", posts=("vice_chair", "council_chair"), **{"is": rule}
    )


@pytest.mark.parametrize(
    ("people", "expected"), [(9, "breach"), (10, "met"), (None, "undetermined")]
)
def test_a_condition(people: int | None, expected: str) -> None:
    sketch = commune({"kind": "office", "posts": [post(people)]})

    assert expected == verdict(
        sketch, form="condition", must="civil_servants >= ten", numbers={"ten": "10 people"}
    )


@pytest.mark.parametrize(("people", "expected"), [(4, "met"), (5, "met"), (6, "surplus")])
def test_a_group_total(people: int, expected: str) -> None:
    made = program(
        level="province", form="group-total", group="commune", count=PEOPLE, at_most="five",
        numbers={"five": "5 people"},
    )  # fmt: skip

    assert expected == outcomes(made, plan_of(staff(people)))["99"].verdict


@pytest.mark.parametrize(("people", "expected"), [(18, "shortage"), (19, "met"), (20, "met")])
def test_a_workload_counts_the_time_for_other_duties(people: int, expected: str) -> None:
    """The WISN example: 3,125 days of work, 179 days a year, 10 of them for other duties: 18.5."""
    numbers = {
        "work_days": "3125 days", "available": "179 days per person", "other": "10 days per person",
    }  # fmt: skip

    assert expected == verdict(
        staff(people), form="workload", count=PEOPLE, work="work_days / available",
        allowance="other / available", numbers=numbers,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("people", "expected"), [(4, "off by"), (5, "holds"), (6, "off by"), (None, "undetermined")]
)
def test_an_identity(people: int | None, expected: str) -> None:
    sketch = commune({"kind": "office", "posts": [post(people)]})

    assert expected == verdict(
        sketch, form="identity", count=PEOPLE, equals="five", numbers={"five": "5 people"}
    )


@pytest.mark.parametrize(("staff_here", "most"), [(9, 1), (10, 2), (14, 2), (15, 3), (30, 3)])
def test_bands_state_lower_ends_only(staff_here: int, most: int) -> None:
    """Decree 370/2025 in a press summary: fewer than 10, one deputy; 10 to 14, two; 15, three."""
    allowed = {
        "by": "civil_servants",
        "bands": (
            {"from": "0 people", "is": "1 person"},
            {"from": "10 people", "to": "15 people", "is": "2 people"},
            {"from": "15 people", "is": "3 people"},
        ),
    }
    posts = [
        post(staff_here - most - 1, rank="professional"),
        post(most + 1, rank="deputy", concurrent=0),
    ]
    sketch = commune({"kind": "office", "posts": posts})
    made = program(
        form="ceiling", count="deputies", at_most="allowed", numbers={"allowed": allowed}
    )

    found = outcomes(made, plan_of(sketch))["0"]
    assert found.verdict == "surplus"
    assert found.most is not None
    assert found.most.exact == most


def test_a_band_of_a_missing_number_is_the_hull_of_what_is_possible() -> None:
    allowed = {
        "by": "population",
        "bands": (
            {"from": "0 inhabitants", "is": "1 person"},
            {"from": "10_000 inhabitants", "is": "2 people"},
        ),
    }
    made = program(
        form="ceiling", count="deputies", at_most="allowed", numbers={"allowed": allowed}
    )
    plan = plan_of(commune(population=None))
    most = outcomes(made, plan)["0"].most

    assert most is not None
    assert most.low == 1
    assert most.high == 2


@pytest.mark.parametrize(
    ("kind", "mountainous", "most"), [("xa", "yes", 22), ("xa", "no", 20), ("phuong", "yes", 23)]
)
def test_a_table_by_two_words(kind: str, mountainous: str, most: int) -> None:
    rows = (
        {"type": "xa", "mountainous": "yes", "is": "22 people"},
        {"type": "xa", "mountainous": "no", "is": "20 people"},
        {"type": "phuong", "mountainous": "yes", "is": "23 people"},
        {"type": "phuong", "mountainous": "no", "is": "21 people"},
        {"type": "dac_khu", "mountainous": "yes", "is": "30 people"},
        {"type": "dac_khu", "mountainous": "no", "is": "30 people"},
    )
    made = program(
        form="ceiling", count=PEOPLE, at_most="base",
        numbers={"base": {"by": ("type", "mountainous"), "rows": rows}},
    )  # fmt: skip
    found = outcomes(made, plan_of(commune(type=kind, mountainous=mountainous)))["0"].most

    assert found is not None
    assert found.exact == most


def seconded(first: str | None, after: str | None) -> dict[str, Any]:
    """A commune with one secondment."""
    cells = {"from_day": first, "to_day": after}
    return {"communes": [{"complete": True, "organisations": [], "secondments": [cells]}]}


@pytest.mark.parametrize(
    ("first", "after", "expected"),
    [
        ("2025-10-20", "2028-10-19", "met"),
        ("2025-10-20", "2028-10-20", "met"),
        ("2025-10-20", "2028-10-21", "breach"),
        ("2024-02-29", "2027-02-28", "met"),
        ("2024-02-29", "2027-03-01", "breach"),
        ("2025-10-20", None, "undetermined"),
        (None, "2028-10-20", "undetermined"),
    ],
)
def test_a_term_of_36_months(first: str | None, after: str | None, expected: str) -> None:
    """Decree 170/2025 Article 26: at most 36 months; a term is [first day, day after last)."""
    made = program(
        level="secondment", form="term", starts="from_day", ends="to_day", at_most="longest",
        numbers={"longest": "36 months"},
    )  # fmt: skip
    found = outcomes(made, plan_of(seconded(first, after)))

    assert [one.verdict for one in found.values()] == [expected]


@pytest.mark.parametrize(
    ("own", "peer", "expected"), [(2, 2, "met"), (3, 2, "surplus"), (3, None, "undetermined")]
)
def test_a_cap_relative_to_peers(own: int, peer: int | None, expected: str) -> None:
    posts = [post(own, rank="deputy", concurrent=0)]
    others = [post(peer, rank="deputy", concurrent=0)]
    sketch = commune({"kind": "office", "posts": posts}, {"kind": "economic", "posts": others})
    made = program(
        level="organisation", form="ceiling", where="kind = office", count="deputies",
        at_most="smallest(organisation.deputies in commune where kind = economic)",
    )  # fmt: skip

    assert outcomes(made, plan_of(sketch))["0/0"].verdict == expected


def test_the_smallest_of_an_open_group_is_no_more_than_what_is_listed() -> None:
    sketch = commune(
        {"kind": "office", "posts": [post(3, rank="deputy", concurrent=0)]},
        {"kind": "economic", "posts": [post(2, rank="deputy", concurrent=0)]},
    )
    sketch["communes"][0]["complete"] = False
    made = program(
        level="organisation", form="ceiling", where="kind = office", count="deputies",
        at_most="smallest(organisation.deputies in commune where kind = economic)",
    )  # fmt: skip
    found = outcomes(made, plan_of(sketch))["0/0"]

    assert found.verdict == "surplus"
    assert found.most is not None
    assert found.most.high == 2


@pytest.mark.parametrize(("fte", "expected"), [("1.4", "shortage"), ("1.5", "met"), ("1.6", "met")])
def test_full_time_equivalents_are_no_people(fte: str, expected: str) -> None:
    sketch = commune({"kind": "office", "posts": [{"category": "civil_servant", "on_books": 3}]})
    sketch["communes"][0]["organisations"][0]["posts"][0]["fte"] = Fraction(fte)

    assert expected == verdict(
        sketch, form="floor", count={"of": "fte", "basis": "books"}, at_least="wanted",
        numbers={"wanted": "1.5 fte"},
    )  # fmt: skip


def test_coverage_lists_the_fields_without_anybody() -> None:
    posts = [
        post(2, field="justice"),
        post(0, field="health"),
        post(1, field="other_field"),
    ]
    made = program(form="coverage", fields=("justice", "health", "education"))
    found = outcomes(made, plan_of(commune({"kind": "office", "posts": posts})))["0"]

    assert found.verdict == "breach"
    assert found.failed == ("health", "education")


def test_coverage_is_open_where_a_field_is() -> None:
    """Whichever field the one person has, the other field has nobody."""
    one = commune({"kind": "office", "posts": [post(1, field=None)]})

    assert verdict(one, form="coverage", fields=("justice",)) == "undetermined"
    assert verdict(one, form="coverage", fields=("justice", "health")) == "breach"


@pytest.mark.parametrize(
    ("population", "expected"), [(10_000, "met"), (10_001, "breach"), (None, "undetermined")]
)
def test_a_member_that_may_not_be_one_is_counted_as_perhaps(
    population: int | None, expected: str
) -> None:
    made = program(
        level="province", form="condition", must="count(commune where population > many) = 0",
        numbers={"many": "10_000 inhabitants"},
    )  # fmt: skip

    assert outcomes(made, plan_of(commune(population=population)))["99"].verdict == expected


def test_words_that_are_only_said_decide_nothing() -> None:
    one = program(form="ceiling", count=PEOPLE, numbers={"n": "30 people"}, at_most="n")
    other = program(form="ceiling", count=PEOPLE, numbers={"n": "31 people"}, at_most="n")
    said = replace(one, words={"rest": ("largest_remainder",)})
    assert one != said
    assert one.decides_as(said)
    assert not one.decides_as(other)
