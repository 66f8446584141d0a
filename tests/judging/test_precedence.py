"""§8: exemptions, exceptions, and norms that cannot all be met."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest
from msgspec.structs import replace

from dinhbien.errors import NormsError
from dinhbien.judging.check import Report
from dinhbien.judging.from_files import check_file
from dinhbien.model.finding import Finding
from dinhbien.report.as_json import json_body
from dinhbien.report.terminal import terminal_text
from dinhbien.shipped import content

HEAD_COUNTS = content("scenarios") / "examples" / "head-counts"
FRAME = "vn/od-09-2025/article-ii-1#frame"
INSTRUMENT = """
number: "1"
kind: example
title: {vi: thử, en: test}
issuer: {vi: thử, en: test}
issued: not seen
in_force: {from: 2025-01-01, to: open}
force: FORCE
read: full text
sources: {S: {url: not kept}}
checked: [{by: test, on: 2026-01-01, against: [S]}]
verified_until: 2030-01-01
"""
ARTICLE = """
clause: "1"
for: commune
source: S
confidence: high
norms:
  least-of-all:
    title: {vi: thử, en: test}
    form: floor
    count: government_staff
    numbers: {wanted: 60 posts}
    at_least: wanted
"""
EXEMPTION = """
norm: vn/od-09-2025/article-ii-1#frame
units: ["90001", "90002"]
by: 12/QĐ-UBND
why: {vi: thử, en: test}
from: 2025-10-01
to: 2026-01-01
"""


def norms(folder: Path, force: str = "binding", article: str = ARTICLE) -> Path:
    """The shipped norms with one more instrument."""
    copied = folder / "norms"
    shutil.copytree(content("norms"), copied)
    extra = copied / "vn" / "example-1"
    extra.mkdir()
    (extra / "instrument.yaml").write_text(INSTRUMENT.replace("FORCE", force), encoding="utf-8")
    (extra / "article-1.yaml").write_text(article, encoding="utf-8")
    return copied


def one(report: Report, norm: str, code: str) -> Finding:
    """The finding of a norm on a unit."""
    return next(
        each for each in report.findings if each.norm.endswith(norm) and each.subject.code == code
    )


@pytest.mark.parametrize(
    ("force", "prevails"), [("binding", "least-of-all"), ("guidance", ""), ("local", "frame")]
)
def test_a_conflict_is_reported_once_and_force_settles_it(
    force: str, prevails: str, tmp_path: Path
) -> None:
    """A frame of 32 to 50 against at least 60: every commune but the wards is in conflict."""
    report = check_file(HEAD_COUNTS, norms=norms(tmp_path, force))

    (conflict,) = [each for each in report.conflicts if not each.shown_by]
    assert conflict.prevails.rpartition("#")[2] == prevails
    assert "90001" in conflict.units
    assert "90010" not in conflict.units
    standing = {name: one(report, name, "90001").standing for name in ("#frame", "#least-of-all")}
    overruled = [name for name, given in standing.items() if given == "overruled"]
    assert len(overruled) == (1 if prevails else 0)
    verdicts = {one(report, name, "90001").verdict for name in standing}
    assert (verdicts == {"conflict"}) is (not prevails)


def test_a_conflict_is_printed_with_both_citations(tmp_path: Path) -> None:
    report = check_file(HEAD_COUNTS, norms=norms(tmp_path))

    text = " ".join(terminal_text(report, "en", width=100, colour=False).split())
    assert "Conflicts between texts" in text
    assert "Official Dispatch 09/CV-BCĐ" in text
    assert "by force “test” prevails" in text
    assert json_body(report)["conflicts"][1]["prevails"] == "vn/example-1/article-1#least-of-all"


PARTS = "vn/od-09-2025/article-ii-1#parts"
DIRECTOR = "vn/resolution-332-2025/articles-not-seen#director-is-no-vice-chair"


def test_the_shipped_texts_contradict_each_other_once_and_from_a_day() -> None:
    """The parts of the frame of 32 add up to 33 once the director has a post of his own."""
    before = check_file(HEAD_COUNTS, as_of=date(2025, 10, 14))
    report = check_file(HEAD_COUNTS, as_of=date(2025, 10, 15))

    assert before.conflicts == ()
    assert one(before, PARTS, "99").verdict == "holds"
    (conflict,) = report.conflicts
    assert conflict.norms == (FRAME, DIRECTOR)
    assert conflict.units == ("99",)
    assert (conflict.prevails, conflict.shown_by) == (DIRECTOR, PARTS)
    assert one(report, PARTS, "99").verdict == "conflict"
    assert one(report, "#frame", "90001").verdict == "shortage"
    text = " ".join(terminal_text(report, "en", width=100, colour=False).split())
    assert text.count("contradict each other") == 1
    assert "33, equal to 32" in text
    assert "Resolution 332/NQ-CP" in text


def test_two_texts_that_contradict_each_other_fail_no_run() -> None:
    """No plan can mend them: a plan whose only row is the conflict does not fail."""
    report = check_file(HEAD_COUNTS, as_of=date(2025, 10, 15))
    alone = replace(report, findings=tuple(each for each in report.findings if each.norm == PARTS))

    assert alone.rows
    assert not alone.fails("any")
    assert replace(alone, conflicts=()).fails("guidance")


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"between:\n      - ": "between:\n      - vn/x#y\n      - "}, "takes two norms"),
        (
            {"form: identity": "form: exact", "    equals: base": "    exactly: base"},
            "must be equal",
        ),
        ({"for: province\n    form: identity": "for: commune\n    form: identity"}, "asked once"),
    ],
)
def test_texts_are_set_side_by_side_once_and_by_equal_figures(
    wrong: dict[str, str], message: str, tmp_path: Path
) -> None:
    folder = norms(tmp_path, force="draft")
    file = folder / "vn" / "od-09-2025" / "article-ii-1.yaml"
    text = file.read_text(encoding="utf-8")
    for old, new in wrong.items():
        assert old in text
        text = text.replace(old, new)
    file.write_text(text, encoding="utf-8")

    with pytest.raises(NormsError, match=message):
        check_file(HEAD_COUNTS, norms=folder)


@pytest.mark.parametrize(
    ("type_", "verdict"),
    [("phuong", "not applicable"), ("xa", "surplus"), ("", "undetermined")],
)
def test_an_exception_that_may_apply_leaves_the_general_norm_open(
    type_: str, verdict: str, tmp_path: Path
) -> None:
    """51 posts are above the frame of 32 and below the exception's 60: the type decides."""
    special = ARTICLE.replace(
        "    form: floor",
        f"    form: ceiling\n    where: type = phuong\n    exception_to: [{FRAME}]",
    ).replace("at_least: wanted", "at_most: wanted")
    change = tmp_path / "change.yaml"
    change.write_text(
        f"change: {{vi: thử, en: test}}\nplan:\n  communes.90002.type: '{type_}'\n",
        encoding="utf-8",
    )
    report = check_file(HEAD_COUNTS, norms=norms(tmp_path, article=special), change=change)
    found = one(report, "#frame", "90002")

    assert found.verdict == verdict
    assert ("communes.90002.type" in found.outcome.missing) is (not type_)


def test_an_exception_puts_the_general_norm_aside_where_it_applies(tmp_path: Path) -> None:
    special = ARTICLE.replace(
        "    form: floor", f"    form: floor\n    where: type = phuong\n    exception_to: [{FRAME}]"
    )
    report = check_file(HEAD_COUNTS, norms=norms(tmp_path, article=special))

    assert one(report, "#frame", "90003").verdict == "not applicable"
    assert one(report, "#frame", "90003").outcome.because
    assert one(report, "#frame", "90001").verdict == "shortage"
    assert not [each for each in report.conflicts if not each.shown_by]


@pytest.mark.parametrize(
    ("day", "exempt"),
    [
        (date(2025, 9, 30), False),
        (date(2025, 10, 1), True),
        (date(2025, 12, 31), True),
        (date(2026, 1, 1), False),
    ],
)
def test_an_exemption_holds_for_its_units_and_its_days(
    day: date, exempt: bool, tmp_path: Path
) -> None:
    folder = norms(tmp_path, force="draft")
    (folder / "vn" / "od-09-2025" / "exempt-1.yaml").write_text(EXEMPTION, encoding="utf-8")
    report = check_file(HEAD_COUNTS, as_of=day, norms=folder)

    assert (one(report, "#frame", "90002").verdict == "exempt") is exempt
    assert one(report, "#frame", "90003").verdict == "surplus"
    if exempt:
        assert "12/QĐ-UBND" in one(report, "#frame", "90002").exempt_by


def test_an_exemption_from_no_norm_is_refused(tmp_path: Path) -> None:
    folder = norms(tmp_path, force="draft")
    wrong = EXEMPTION.replace("#frame", "#fram")
    (folder / "vn" / "od-09-2025" / "exempt-1.yaml").write_text(wrong, encoding="utf-8")

    with pytest.raises(NormsError, match="there is no such norm"):
        check_file(HEAD_COUNTS, norms=folder)


def test_a_draft_is_judged_only_where_a_change_adopts_it(tmp_path: Path) -> None:
    folder = norms(tmp_path, force="draft")
    change = tmp_path / "change.yaml"
    change.write_text(
        "change: {vi: thử, en: test}\nnorms: {vn/example-1: {force: local}}\n", encoding="utf-8"
    )

    drafted = check_file(HEAD_COUNTS, norms=folder)
    adopted = check_file(HEAD_COUNTS, norms=folder, change=change)

    assert not [each for each in drafted.findings if each.norm.startswith("vn/example-1")]
    assert [each for each in adopted.findings if each.norm.startswith("vn/example-1")]


def test_a_norm_with_several_outputs_gives_a_finding_for_each(tmp_path: Path) -> None:
    several = ARTICLE.replace(
        "    count: government_staff\n    numbers: {wanted: 60 posts}\n    at_least: wanted\n",
        """    numbers: {heads: 1 post, all: 40 posts}
    outputs:
      staff: {count: government_staff, at_least: all}
      leaders: {count: government_staff, at_least: heads}
""",
    )
    report = check_file(HEAD_COUNTS, norms=norms(tmp_path, "local", several))

    assert one(report, "#least-of-all/staff", "90001").verdict == "shortage"
    assert one(report, "#least-of-all/leaders", "90001").verdict == "met"


def test_explain_says_that_a_draft_is_one(tmp_path: Path) -> None:
    from dinhbien.report.explained import explained_text

    report = check_file(HEAD_COUNTS, norms=norms(tmp_path, force="draft"))

    assert "is a draft" in explained_text(report, "least-of-all@90001", "en")
