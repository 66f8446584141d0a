"""A number or a date that is another is noticed, unless no scenario stands at its boundary."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dinhbien.cli import main
from dinhbien.corpus.mutants import Mutant, moved, mutants
from dinhbien.errors import InputError
from dinhbien.language.units import quantity_of
from dinhbien.model.words import Vocabulary
from dinhbien.reading.to_pack import packs, read_pack
from dinhbien.reading.to_rules import read_rules
from dinhbien.shipped import content

NORMS = content("norms")
GOOD = Path(__file__).parents[1] / "reading" / "good" / "pack"
EXPECT = """\
plan: plan.yaml
as_of: 2025-12-01
cases:
- norm: vn/x/article-1#ceiling
  subject: "00001"
  columns: [communes.00001.figures.government_staff, required.max, verdict]
  rows:
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the good pack; its plan states no number of its own."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(GOOD, tmp_path, dirs_exist_ok=True)
    return tmp_path


def linted(capsys: pytest.CaptureFixture[str], *more: str) -> str:
    main(["norms", "lint", "--norms", "norms", *more])
    captured = capsys.readouterr()
    return captured.out + captured.err


@cache
def shipped() -> tuple[Mutant, ...]:
    instruments = [one for pack in packs() for one in read_pack(pack).instruments]
    return tuple(mutant for one in instruments for mutant in mutants(one, NORMS))


def every(path: str) -> Iterator[Mutant]:
    return (one for one in shipped() if path in one.path)


@cache
def vocabulary() -> Vocabulary:
    return read_rules(content("rules")).vocabulary


@given(st.integers(1, 10**6), st.integers(0, 3))
def test_a_number_is_changed_by_one_unit_of_its_last_place(value: int, digits: int) -> None:
    words = vocabulary()
    text = f"{value}.{'5' * digits}4" if digits else f"{value}"
    if digits == 2:  # `1.554` would be a decimal or thousands
        text += "4"
    unit = Fraction(1, 10 ** len(text.partition(".")[2]))

    for by in (-1, 1):
        changed = moved(f"{text} people", by)
        assert changed is not None
        new, measure = quantity_of(changed, words)
        old, same = quantity_of(f"{text} people", words)
        assert (new - old, measure) == (by * unit, same)


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)))
def test_a_date_is_changed_by_a_day(day: date) -> None:
    assert moved(day.isoformat(), 1) == (day + timedelta(days=1)).isoformat()
    assert moved(day.isoformat(), -1) == (day - timedelta(days=1)).isoformat()


@pytest.mark.parametrize(("month", "by", "new"), [
    ("2025-01", -1, "2024-12"), ("2025-02", 1, "2025-03"), ("2025-12", 1, "2026-01"),
])  # fmt: skip
def test_a_month_is_changed_by_a_month(month: str, by: int, new: str) -> None:
    assert moved(month, by) == new


@pytest.mark.parametrize("text", ["open", "base + one", "xa", "0 people"])
def test_what_has_no_less_is_left_as_it_is(text: str) -> None:
    assert moved(text, -1) is None


def test_a_row_and_the_end_of_the_one_before_move_together() -> None:
    (one, *_) = every("#doctors-from-2027:numbers.doctors_needed.dated.1.from")

    assert dict(one.patches) == {
        "numbers.doctors_needed.dated.0.to": "2026-12-31",
        "numbers.doctors_needed.dated.1.from": "2026-12-31",
    }


@pytest.mark.parametrize(
    "path",
    [
        "od-09-2025/article-ii-1:numbers.cap.phuong",
        "od-09-2025/article-ii-1#frame:grace.until",
        "decree-33-2023/article-06:numbers.base.rows.8.is",
        "decree-370-2025/articles-not-seen#division-deputies:numbers.allowed.bands.2.from",
        "decree-150-2025/article-13#deputies-one:to",
        "od-4168-2025:in_force.to",
        "examples/shapes/exempt-01:to",
    ],
)
def test_every_kind_of_number_and_date_is_tried(path: str) -> None:
    assert {one.path.endswith(path) for one in every(path)} == {True}


def test_no_word_and_no_remark_is_taken_for_a_number() -> None:
    last = {one.path.rpartition(".")[2] for one in every("")}

    assert "unit_class" not in last
    assert not last & {"source", "note", "title", "confidence", "status", "by", "suspended"}


def test_a_boundary_that_no_scenario_visits_is_named(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    expect = folder / "plan" / "expect-ceiling.yaml"
    expect.write_text(EXPECT + "  - [29, '', met]\n  - [99, '', surplus]\n".replace("'', ", "30, "))
    noticed = linted(capsys, "--scenarios", "plan", "--mutate")
    expect.write_text(EXPECT.replace("required.max, ", "") + "  - [5, met]\n  - [99, surplus]\n")
    blind = linted(capsys, "--scenarios", "plan", "--mutate")

    assert "`30 posts`" not in noticed
    assert (
        "note number-unnoticed: norms/vn/x/article-1.yaml:10:21: "
        "no scenario would notice `29 posts` or `31 posts` in place of `30 posts`\n"
        "  at vn/x/article-1#ceiling:numbers.most\n"
        "  add one at the boundary, with what must be found below it, at it and above it\n"
    ) in blind


def test_a_verdict_that_no_scenario_expects_is_named(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    expect = folder / "plan" / "expect-ceiling.yaml"
    expect.write_text(EXPECT + "  - [30, 30, met]\n")
    lacking = linted(capsys, "--scenarios", "plan")
    expect.write_text(
        EXPECT + "  - [30, 30, met]\n  - [31, 30, surplus]\n  - ['', 30, undetermined]\n"
    )
    full = linted(capsys, "--scenarios", "plan")

    assert "no scenario expects `surplus`, `undetermined` of the norm" in lacking
    assert "verdict-without-scenario" not in full


def test_a_scenario_that_fails_is_no_witness(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "plan" / "expect-ceiling.yaml").write_text(EXPECT + "  - [30, 31, met]\n")
    said = linted(capsys, "--scenarios", "plan", "--mutate")

    assert "warning scenario-fails: plan/expect-ceiling.yaml:8:5" in said
    assert "`29 posts` or `31 posts`" in said


def test_mutating_needs_scenarios(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = linted(capsys, "--mutate")

    assert "`--mutate` needs scenarios" in said


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("  - [30, met]\n", "the row has 2 values for 3 columns"),
        ("", "`rows` must be a list"),
    ],
)
def test_a_malformed_file_of_expectations_is_refused(
    folder: Path, capsys: pytest.CaptureFixture[str], line: str, says: str
) -> None:
    (folder / "plan" / "expect-ceiling.yaml").write_text(EXPECT + line)

    assert says in linted(capsys, "--scenarios", "plan")


def test_a_plan_that_is_not_there_is_an_error(folder: Path) -> None:
    from dinhbien.corpus.expectations import expectations

    (folder / "plan" / "expect-x.yaml").write_text("expect: []\n")

    with pytest.raises(InputError, match="`plan` is missing"):
        expectations(folder / "plan")
