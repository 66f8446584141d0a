"""A run as a whole: dates, exit levels, contradictions, what is said of modelled inputs."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from dinhbien.errors import InputError
from dinhbien.judging.check import Report
from dinhbien.judging.from_files import check_file
from dinhbien.shipped import content

SCENARIOS = content("scenarios")
DIEN_BIEN = SCENARIOS / "dien-bien" / "2025-10"
HEAD_COUNTS = SCENARIOS / "examples" / "head-counts"
FRAME = "vn/od-09-2025/article-ii-1#frame"

PLAN = """
plan: {vi: thử, en: test}
as_of: 2025-10-20
norms: dien-bien
province: {code: "99", name: Thử, figures: {government_staff: 60, vice_chairs: 1}}
lists_complete: {commune: yes, organisation: no, post: no}
communes:
  "90001": {name: Một, type: xa, figures: {government_staff: 30, vice_chairs: 2}}
  "90002": {name: Hai, type: xa, figures: {government_staff: 31}}
"""


@pytest.fixture(scope="module")
def published() -> Report:
    """The run on the published plan."""
    return check_file(DIEN_BIEN)


def test_totals_that_their_parts_contradict_are_refused_together(tmp_path: Path) -> None:
    (tmp_path / "plan.yaml").write_text(PLAN, encoding="utf-8")

    with pytest.raises(InputError) as refused:
        check_file(tmp_path)

    said = [problem.message for problem in refused.value.problems]
    assert said == [
        "`government_staff` is stated as 60, and what lies below adds up to 61",
        "`vice_chairs` is stated as 1, and what lies below adds up to 2 to ∞",
    ]


def test_there_is_no_hidden_clock(tmp_path: Path) -> None:
    (tmp_path / "plan.yaml").write_text(
        PLAN.replace("as_of: 2025-10-20\n", "").replace(
            "{government_staff: 60, vice_chairs: 1}", "{}"
        ),
        encoding="utf-8",
    )

    with pytest.raises(InputError, match="no day to judge by"):
        check_file(tmp_path)
    assert check_file(tmp_path, as_of=date(2025, 10, 20)).day == date(2025, 10, 20)


def test_a_pack_that_is_not_there_is_an_error_of_the_plan(tmp_path: Path) -> None:
    (tmp_path / "plan.yaml").write_text(PLAN.replace("dien-bien", "dien-bin"), encoding="utf-8")

    with pytest.raises(InputError, match="did you mean `dien-bien`"):
        check_file(tmp_path)


def test_every_frame_of_the_published_plan_is_undetermined(published: Report) -> None:
    verdicts = {one.verdict for one in published.findings if one.norm == FRAME}

    assert verdicts == {"undetermined"}


def test_the_published_run_says_what_to_collect_first(published: Report) -> None:
    first = [one for one in published.lacking if one.settles]

    settled: dict[str, int] = {}
    for one in first:
        name = one.path.rpartition(".")[2]
        settled[name] = settled.get(name, 0) + one.settles
    assert settled["government_staff"] == 45
    assert settled["vice_chairs"] == 45


def test_the_net_against_a_guideline_is_no_failure(published: Report) -> None:
    assert not published.fails("guidance")
    assert published.undetermined


def test_every_frame_says_that_it_rests_on_a_modelled_input(published: Report) -> None:
    frames = [one for one in published.findings if one.norm == FRAME]

    assert len(frames) == 45
    assert all(
        one.outcome.modelled == (f"communes.{one.subject.code}.mountainous",) for one in frames
    )


@pytest.mark.parametrize(
    ("day", "change", "level", "fails"),
    [
        (date(2025, 11, 17), "change-vice-chairs-113.yaml", "binding", True),
        (date(2025, 11, 17), "change-vice-chairs-112.yaml", "binding", False),
        (date(2025, 11, 17), "change-vice-chairs-113.yaml", "breach", False),
        (date(2025, 11, 17), "change-vice-chairs-113.yaml", "quota", False),
        (date(2025, 11, 16), "change-vice-chairs-113.yaml", "binding", False),
        (date(2025, 11, 16), "change-vice-chairs-113.yaml", "guidance", True),
        (date(2025, 11, 16), "change-vice-chairs-two-each.yaml", "any", False),
    ],
)
def test_fail_levels_follow_force_and_date(day: date, change: str, level: str, fails: bool) -> None:
    report = check_file(DIEN_BIEN, as_of=day, change=DIEN_BIEN / change)

    assert report.fails(level) is fails


def test_a_surplus_in_transition_fails_only_under_any() -> None:
    frames = [one for one in check_file(HEAD_COUNTS).findings if one.norm == FRAME]
    above = [one for one in frames if one.verdict == "surplus"]
    below = [one for one in frames if one.verdict == "shortage"]

    assert above
    assert below
    assert all(one.due is not None and one.due.derived for one in above)
    assert all(one.due is None for one in below)


@pytest.mark.parametrize(("day", "stale"), [(date(2026, 3, 31), False), (date(2026, 4, 1), True)])
def test_a_run_after_the_last_check_says_so(day: date, stale: bool) -> None:
    from dinhbien.report.as_json import json_body

    body = json_body(check_file(DIEN_BIEN, as_of=day))
    frame = next(one for one in body["norms"] if one["id"] == FRAME)

    assert frame["verified"] is not stale


def test_where_nothing_is_in_force_the_run_names_the_last_day(tmp_path: Path) -> None:
    import shutil

    from dinhbien.report.terminal import terminal_text

    norms = tmp_path / "norms"
    shutil.copytree(content("norms"), norms)
    shutil.rmtree(norms / "vn" / "decree-370-2025")

    report = check_file(DIEN_BIEN, as_of=date(2026, 1, 1), norms=norms)
    gaps = [one for one in report.absent if one.leaves_a_gap]

    assert [one.norm.id.rpartition("#")[2] for one in gaps] == [
        "organisations-four",
        "divisions-of-a-commune",
        "divisions-of-a-ward",
        "non-specialised-pool",
        "staff-pool",
    ]
    assert "ended, last day in force 2025-12-31" in " ".join(
        terminal_text(report, "en", width=None, colour=False).split()
    )


def test_a_modelled_total_of_the_province_is_said_to_be_one(tmp_path: Path) -> None:
    stated = "{is: 61, origin: modelled, how: {vi: thử, en: test}}"
    text = PLAN.replace("government_staff: 60, vice_chairs: 1", f"government_staff: {stated}")
    (tmp_path / "plan.yaml").write_text(text, encoding="utf-8")
    total = next(one for one in check_file(tmp_path).totals if one.norm == FRAME)

    assert total.figure is not None
    assert total.figure.path in total.modelled


QUOTA = """
plan: {vi: thử, en: test}
as_of: 2025-10-20
norms: dien-bien
province: {code: "99", name: Thử}
lists_complete: {commune: yes, organisation: no, post: no}
communes:
  "90001": {name: Một, type: xa, mountainous: yes, population: 5000, figures: {STATED}}
"""


@pytest.mark.parametrize(
    ("stated", "failing"),
    [
        ("government_staff: 32, government_quota: 32", {"binding": False, "quota": False}),
        ("government_staff: 32, government_quota: 33", {"binding": False, "quota": False}),
        ("government_staff: 32, government_quota: 31", {"binding": True, "quota": True}),
        ("government_staff: 31, government_quota: 31", {"binding": False, "guidance": True}),
        ("government_staff: 32", {"binding": False, "quota": False}),
    ],
)
def test_the_level_quota_fails_for_a_certain_surplus_over_the_quota_and_nothing_else(
    tmp_path: Path, stated: str, failing: dict[str, bool]
) -> None:
    (tmp_path / "plan.yaml").write_text(QUOTA.replace("STATED", stated), encoding="utf-8")
    report = check_file(tmp_path)

    assert {level: report.fails(level) for level in failing} == failing


def test_each_level_but_quota_holds_the_ones_before_it() -> None:
    for plan in (
        DIEN_BIEN,
        HEAD_COUNTS,
        SCENARIOS / "examples" / "flags",
        SCENARIOS / "dien-bien/quota",
    ):
        report = check_file(plan)
        order = [report.fails(level) for level in ("breach", "binding", "guidance", "any")]

        assert order == sorted(order)
        assert report.fails("any") or not report.fails("quota")
