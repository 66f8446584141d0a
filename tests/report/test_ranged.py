"""An illustration: every result with its range, and the word before any of them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from dinhbien import InputError, Report, check_file
from dinhbien.report.as_json import json_text
from dinhbien.report.explained import explained_text
from dinhbien.report.terminal import terminal_text
from dinhbien.shipped import content

EXAMPLES = content("scenarios") / "examples"
WORD = {"vi": "MINH HỌA", "en": "ILLUSTRATION"}


@pytest.fixture(scope="module")
def report() -> Report:
    return check_file(EXAMPLES / "beside")


def page(report: Report, lang: str) -> str:
    return terminal_text(report, lang, width=400, colour=False)


def row(text: str, unit: str) -> str:
    """The row of a unit, its columns parted by two spaces or more."""
    line = next(line for line in text.splitlines() if line.startswith(unit))
    return " | ".join(re.split(r"\s{2,}", line))


@pytest.mark.parametrize(
    ("unit", "vi"),
    [
        ("Như Nhau", "33 | khung 32 | cao hơn khung định hướng 1 (minh họa: như nhau)"),
        (
            "Một Bên Vừa Đủ",
            "32 (32–35) | khung 32 | đạt (minh họa: đạt; cao hơn khung định hướng 3)",
        ),
        (
            "Bên Kia Vừa Đủ",
            "35 (32–35) | khung 32 | cao hơn khung định hướng 3"
            " (minh họa: cao hơn khung định hướng 3; đạt)",
        ),
        (
            "Hai Phía",
            "31 (31–34) | khung 32 | thấp hơn khung định hướng 1"
            " (minh họa: thấp hơn khung định hướng 1; cao hơn khung định hướng 2)",
        ),
        ("Nhiều Ít", "33 (33–36) | khung 32 | cao hơn khung định hướng 1 (minh họa: 1–4)"),
        (
            "Chưa Biết",
            "33 (33 / chưa rõ) | khung 32 | cao hơn khung định hướng 1"
            " (minh họa: cao hơn khung định hướng 1; chưa xác định)",
        ),
        (
            "Chưa Rõ Dân Số",
            "33 | khung 33 (minh họa: khung 33 đến 34) | đạt"
            " (minh họa: đạt; thấp hơn khung định hướng 1)",
        ),
    ],
)
def test_a_row_says_its_range(unit: str, vi: str, report: Report) -> None:
    assert row(page(report, "vi"), unit) == f"{unit} | {vi}"


@pytest.mark.parametrize(
    ("unit", "en"),
    [
        ("Như Nhau", "· | 1 | · | · | · | · | · | 1"),
        ("Một Bên Vừa Đủ", "· | · (0–3) | · | · | · | · | · | · (0–3)"),
        ("Hai Phía", "1 (0–1) | · (0–2) | 1 (0–1) | 1 (0–1) | · | · | · | · (0–2)"),
        ("Nhiều Ít", "· | 1 (1–4) | · | · | · | · | · | 1 (1–4)"),
        ("Chưa Rõ Dân Số", "· (0–1) | · | · (0–1) | · (0–1) | · | · | · | ·"),
    ],
)
def test_a_flag_says_its_range(unit: str, en: str, report: Report) -> None:
    """Short and over are those of the findings above: what one plan raises only is a row."""
    section = page(report, "en").partition("Shortage, surplus and need for secondment")[2]

    assert row(section, unit) == f"{unit}* | {en} | ?"


def test_a_flag_that_is_open_beside_says_so(report: Report) -> None:
    section = page(report, "en").partition("Shortage, surplus and need for secondment")[2]

    assert row(section, "Chưa Biết").startswith("Chưa Biết* | · (· / 0–32?) | 1 (1 / ?) |")


def test_the_range_of_a_flag_is_in_the_contract(report: Report) -> None:
    rows = {one["id"]: one for one in json.loads(json_text(report))["flags"]}
    norm = "vn/od-09-2025/article-ii-1#frame"
    short, open_ = (
        {one["flag"]: one["illustration"] for one in rows[f"staffing@{code}/{norm}"]["flags"]}
        for code in ("90007", "90006")
    )

    assert short["lacks"] == {"raised": [False, True], "amount": {"from": "0", "to": "1"}}
    assert open_["lacks"] == {"raised": [False, None], "amount": {"from": "0", "to": "32"}}
    assert f"staffing@90008/{norm}" not in rows


def test_what_is_met_in_all_is_no_row(report: Report) -> None:
    found = next(one for one in report.findings if one.id.endswith("#frame@90008/norm/full_steps"))
    flags = {one.id for one in report.flag_rows}

    assert found.subject.name == "Cả Hai Vừa Đủ"
    assert found not in report.rows
    assert f"staffing@90008/{found.norm}" not in flags
    assert f"staffing@90007/{found.norm}" in flags


def test_what_only_the_other_finds_is_a_row(report: Report) -> None:
    found = next(one for one in report.findings if one.id.endswith("#frame@90002/norm/full_steps"))

    assert found in report.rows
    assert not found.is_row


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_word_comes_before_any_result(lang: str, report: Report) -> None:
    lines = page(report, lang).splitlines()

    assert WORD[lang] in lines[2]
    assert WORD[lang] in explained_text(report, "frame@90001", lang)


def test_an_explanation_says_the_range_of_each_reading(report: Report) -> None:
    said = explained_text(report, "frame@90004", "en")

    assert "\nillustration: below the guideline 1; above the guideline 2\n" in said
    assert said.count("(illustration: below the guideline 1; above the guideline 2)") == 3


def test_totals_and_counts_have_ranges(report: Report) -> None:
    """First: 1 short, 1 + 3 + 1 + 1 over.  Second: 1 short, 1 + 3 + 2 + 4 over, and one open."""
    body = json.loads(json_text(report))
    total = body["totals"]["norm"]["vn/od-09-2025/article-ii-1#frame"]["full_steps"]
    count = next(one for one in body["counts"] if one["norm"].endswith("#frame"))

    assert (total["shortage"], total["surplus"]) == ("1", "6")
    assert total["illustration"]["shortage"] == {"from": "1", "to": "33"}
    assert total["illustration"]["surplus"] == {"from": "6", "to": None}
    assert count["verdicts"]["surplus"] == 4
    assert count["illustration"]["surplus"] == {"from": 4, "to": 4}
    assert count["illustration"]["undetermined"] == {"from": 0, "to": 1}


def test_a_plan_that_illustrates_nothing_has_no_ranges() -> None:
    report = check_file(EXAMPLES / "head-counts")
    text = json_text(report)

    assert '"illustration": null' in text
    assert text.count('"illustration"') == 1
    assert WORD["en"] not in page(report, "en")


PLAN = """
plan: {vi: Kế hoạch thử, en: A test plan}
as_of: 2025-10-20
norms: dien-bien
province: {code: "99", name: Tỉnh thử, ha_noi_or_hcm: no}
"""
ONE = PLAN + 'communes: {"90001": {name: Một}}\n'


@pytest.mark.parametrize(
    ("beside", "other", "says"),
    [
        ("../other.yaml", ONE, "`../other.yaml` is outside the plan's folder"),
        ("plan.yaml", ONE, "`plan.yaml` is named twice, or is the plan itself"),
        ("other.yaml, other.yaml", ONE, "`other.yaml` is named twice, or is the plan itself"),
        ("none.yaml", ONE, "cannot read"),
        ("other.yaml", PLAN, "does not list the same units: 1 differ, as commune `90001`"),
        (
            "other.yaml",
            ONE + "lists_complete: {commune: yes}\n",
            "does not list the same units: 1 differ, as province `99`",
        ),
        ("other.yaml", ONE.replace("dien-bien", "examples"), "judged by the pack `examples`"),
    ],
)
def test_a_plan_that_cannot_stand_beside_is_refused(
    beside: str, other: str, says: str, tmp_path: Path
) -> None:
    folder = tmp_path / "here"
    folder.mkdir()
    illustration = f"illustration: {{vi: bịa ra, en: invented, beside: [{beside}]}}\n"
    (folder / "plan.yaml").write_text(ONE + illustration, "utf-8")
    for place in (folder, tmp_path):
        (place / "other.yaml").write_text(other, "utf-8")

    with pytest.raises(InputError, match=re.escape(says)):
        check_file(folder)
