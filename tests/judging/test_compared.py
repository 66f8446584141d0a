"""What is different between two reports, and in the norms between two days.  §3, §4, §17"""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from msgspec.structs import replace

from dinhbien.errors import UsageError
from dinhbien.judging.amendments import Amendment, Amendments
from dinhbien.judging.check import check
from dinhbien.judging.compared import Comparison
from dinhbien.judging.from_files import check_file, compare_files
from dinhbien.language.pack import Pack
from dinhbien.model.exemption import Exemption
from dinhbien.reading.to_pack import read_pack
from dinhbien.shipped import content

EXAMPLES = content("scenarios") / "examples"
HEAD_COUNTS, FLAGS = EXAMPLES / "head-counts", EXAMPLES / "flags"
FRAME = "vn/od-09-2025/article-ii-1#frame"
CENTRE = "vn/od-09-2025/article-ii-1#blocks/service-centre"
OLD, NEW = (
    "vn/decree-118-2025/article-10#director-is-vice-chair",
    "vn/resolution-332-2025/articles-not-seen#director-is-no-vice-chair",
)
CHANGES = date(2025, 10, 15)
DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def pack() -> Pack:
    """The shipped pack."""
    return read_pack("dien-bien")


def amended(pack: Pack, start: date, end: date) -> dict[str, Amendment]:
    """What changes in the norms from one day to another, by norm."""
    return {one.norm: one for one in Amendments(pack, start, pack, end).norms}


# -- norms -------------------------------------------------------------------


def test_a_norm_is_superseded_on_the_first_day_of_the_other_and_not_before(pack: Pack) -> None:
    before, on, after = (
        amended(pack, CHANGES + shift, CHANGES + shift + DAY) for shift in (-2 * DAY, -DAY, 0 * DAY)
    )

    assert not {OLD, NEW} & {*before, *after}
    assert on[NEW].what == "begins"
    assert on[OLD].what == "superseded"
    assert [side.successor for side in (on[OLD].after,) if side is not None] == [NEW]


def test_a_number_changes_with_its_row_and_only_where_it_is_read(pack: Pack) -> None:
    on = amended(pack, CHANGES - DAY, CHANGES)
    (number,) = on[CENTRE].numbers

    assert on[CENTRE].what == "amended"
    assert number.name == "director_apart"
    assert [one and one.row and one.row.value for one in (number.before, number.after)] == [0, 1]
    assert FRAME not in on  # its article holds that number, and the frame does not read it
    assert CENTRE not in amended(pack, CHANGES, CHANGES + DAY)


def test_a_transition_ends_on_the_day_by_which_it_is_due(pack: Pack) -> None:
    due = date(2030, 7, 1)

    assert amended(pack, due - DAY, due)[FRAME].aspects == ("grace",)
    assert FRAME not in amended(pack, due - 2 * DAY, due - DAY)
    assert FRAME not in amended(pack, due, due + DAY)


def test_what_holds_only_in_between_is_told(pack: Pack) -> None:
    one = "vn/od-4168-2025/articles-not-seen#vice-chairs-two"
    first, last = date(2025, 6, 22), date(2025, 11, 17)

    assert amended(pack, first, last)[one].what == "in between"
    assert amended(pack, first + DAY, last)[one].what == "superseded"
    assert amended(pack, first, last - DAY)[one].what == "begins"


def test_a_draft_never_begins(pack: Pack) -> None:
    drafts = {one.id for one in pack.norms if one.instrument.force == "draft"}

    assert drafts
    assert not drafts & set(amended(pack, date(2020, 1, 1), date(2029, 1, 1)))


def test_exemptions_begin_and_end(pack: Pack) -> None:
    excused = Exemption.model_validate({
        "norm": FRAME, "units": ["03127"], "by": "1/QĐ", "why": {"vi": "thử", "en": "test"},
        "from": date(2025, 3, 2), "to": date(2025, 3, 9),
    })  # fmt: skip
    granted = replace(pack, exemptions=(excused,))

    def happens(start: int, end: int) -> list[str]:
        days = date(2025, 3, start), date(2025, 3, end)
        return [what for what, _ in Amendments(granted, days[0], granted, days[1]).exemptions]

    assert [happens(1, 2), happens(2, 8), happens(8, 9)] == [["begins"], [], ["ends"]]
    assert happens(1, 9) == ["in between"]


# -- findings, totals, flags -------------------------------------------------


def test_a_norm_that_is_superseded_takes_its_findings_along() -> None:
    found = compare_files(HEAD_COUNTS, start=CHANGES - DAY, end=CHANGES)
    whats = {(one.norm, one.what) for one in found.findings}

    assert (OLD, "gone") in whats
    assert (NEW, "appeared") in whats
    assert {what for norm, what in whats if norm not in {one.norm for one in _begun(found)}} == {
        "changed"
    }


def _begun(found: Comparison) -> list[Amendment]:
    return [one for one in found.amendments.norms if one.what != "amended"]


def test_a_change_changes_the_findings_that_it_touches() -> None:
    found = compare_files(HEAD_COUNTS, change=HEAD_COUNTS / "change-no-populations.yaml")
    one = next(
        each for each in found.findings if (each.norm, each.subject.code) == (FRAME, "90001")
    )

    assert one.what == "changed"
    assert {"required", "amount", "missing"} <= set(one.aspects)
    assert "verdict" not in one.aspects
    assert found.unchanged + len(found.findings) == len(found.after.findings)
    assert not found.amendments.norms
    assert {change.last.norm for change in found.totals} >= {FRAME}


def test_another_reading_is_a_change_of_the_same_finding() -> None:
    before = check_file(HEAD_COUNTS)
    norm = before.pack.norm(FRAME)
    assert norm is not None
    other = replace(norm, readings=(*norm.readings[1:], norm.readings[0]))
    norms = tuple(other if one.id == FRAME else one for one in before.pack.norms)
    found = Comparison(before, check(before.plan, replace(before.pack, norms=norms)))
    among = [one for one in found.findings if one.norm == FRAME]

    assert among
    assert {one.what for one in among} == {"changed"}
    assert all("reading" in one.aspects for one in among)
    assert [(one.norm, one.aspects) for one in found.amendments.norms] == [(FRAME, ("reading",))]


def test_flags_are_raised_and_dropped() -> None:
    found = compare_files(FLAGS, change=FLAGS / "change-province-first.yaml")
    whats = {(one.flag, one.what) for one in found.flags}

    assert not found.findings
    assert ("second_from_province", "raised") in whats
    assert {("transfer", "changed"), ("transfer", "dropped")} & whats


def test_a_change_and_its_plan_compare_as_two_plans_do() -> None:
    change = HEAD_COUNTS / "change-no-populations.yaml"
    before, after = check_file(HEAD_COUNTS), check_file(HEAD_COUNTS, change=change)
    one, other = compare_files(HEAD_COUNTS, change=change), Comparison(before, after)

    assert (one.findings, one.totals, one.flags) == (other.findings, other.totals, other.flags)
    assert one.findings


def test_two_days_of_one_plan_compare_as_two_reports_do() -> None:
    one = compare_files(HEAD_COUNTS, start=CHANGES - DAY, end=CHANGES)
    plan, pack = one.before.plan, one.before.pack
    other = Comparison(check(plan, pack, CHANGES - DAY), check_file(HEAD_COUNTS, as_of=CHANGES))

    assert (one.findings, one.totals, one.flags) == (other.findings, other.totals, other.flags)


def test_a_call_that_names_nothing_to_compare_is_refused() -> None:
    with pytest.raises(UsageError, match="there is nothing to compare: one plan, on one day"):
        compare_files(HEAD_COUNTS, as_of=CHANGES)
    with pytest.raises(UsageError, match="one day for both plans, and another for one of them"):
        compare_files(HEAD_COUNTS, as_of=CHANGES, end=CHANGES)
