"""What changes, for a browser, as a workbook, as JUnit and as SARIF: what the JSON says."""

from __future__ import annotations

import io
import json
from datetime import date
from functools import cache
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from python_calamine import CalamineWorkbook

from dinhbien import cli
from dinhbien.judging.compared import Comparison
from dinhbien.judging.from_files import compare_files
from dinhbien.report.as_junit import junit_text
from dinhbien.report.as_sarif import compared_sarif
from dinhbien.report.compared_as_json import compared_body
from dinhbien.report.html.changes import changes_html
from dinhbien.report.xlsx.changes import changes_xlsx
from dinhbien.shipped import content
from tests.report.test_html import Element, tree

EXAMPLES = content("scenarios") / "examples"
SIDES = {
    "counts": (EXAMPLES / "head-counts", EXAMPLES / "head-counts" / "change-no-populations.yaml"),
    "flags": (EXAMPLES / "flags", EXAMPLES / "flags" / "change-no-quota.yaml"),
    "beside": (EXAMPLES / "beside", None),
}
TABLES = ("findings", "totals", "flags")


@cache
def compared(name: str) -> Comparison:
    plan, change = SIDES[name]
    if change is None:
        return compare_files(plan, EXAMPLES / "beside" / "other.yaml")
    return compare_files(plan, change=change)


@cache
def body(name: str) -> dict[str, Any]:
    return compared_body(compared(name))


def ids(name: str, table: str) -> list[str]:
    """The ids of what is different, as the JSON has them."""
    if table == "totals":
        return [f"{one['baseline']}/{one['norm']}/{one['reading']}" for one in body(name)["totals"]]
    listed = [one for one in body(name)[table] if one.get("chain") != "plan_form"]
    return [one["id"] for one in listed]


def rows(page: Element, table: str) -> list[Element]:
    """The rows of a table of the page."""
    for section in page.all("section"):
        if any(one.attributes.get("id") == table for one in section.all("h2")):
            return [one for one in section.all("tr") if "data-change" in one.attributes]
    return []


@pytest.mark.parametrize("name", SIDES)
def test_the_page_holds_what_the_json_lists(name: str) -> None:
    page = tree(changes_html(compared(name), "vi"))

    assert ids(name, "findings")
    for table in ("findings", "totals"):
        assert [one.attributes["data-change"] for one in rows(page, table)] == ids(name, table)
    shown = [one.attributes["data-change"] for one in rows(page, "flags")]
    assert set(shown) <= set(ids(name, "flags"))
    by_id = {one["id"]: one for one in body(name)["findings"]}
    for row in rows(page, "findings"):
        cells = [one.text for one in row.all("td")]
        one = by_id[row.attributes["data-change"]]
        assert cells[1] == one["last" if "last" in one else "after" if one["after"] else "before"][
            "subject"]["code"]  # fmt: skip
        for place, side in ((4, one["before"]), (7, one["after"])):
            if side is None:
                assert cells[place : place + 3] == ["—"] * 3
            elif isinstance(side["measured"], str):
                assert cells[place].startswith(side["measured"].replace(".", ","))


@pytest.mark.parametrize("name", SIDES)
def test_the_workbook_holds_what_the_json_lists(name: str) -> None:
    book = CalamineWorkbook.from_filelike(io.BytesIO(changes_xlsx(compared(name), "vi")))
    named = {"findings": "Kết luận khác", "totals": "Tổng khác", "flags": "Điều rút ra khác"}

    assert book.sheet_names[0] == "Thay đổi"
    for table in ("findings", "totals"):
        found = book.get_sheet_by_name(named[table]).to_python(skip_empty_area=False)
        last = [row[-1] for row in found]
        assert last[last.index("Mã trong JSON") + 1 :] == ids(name, table)


def test_sarif_says_what_is_new_updated_or_absent() -> None:
    run = json.loads(compared_sarif(compared("flags"), "vi"))["runs"][0]
    states = {"appeared": "new", "changed": "updated", "gone": "absent"}
    rules = run["tool"]["driver"]["rules"]

    assert [one["fingerprints"]["finding/v1"] for one in run["results"]] == ids("flags", "findings")
    for one, stated in zip(run["results"], body("flags")["findings"], strict=True):
        assert one["baselineState"] == states[stated["what"]]
        assert rules[one["ruleIndex"]]["id"] == one["ruleId"]


@pytest.mark.parametrize("name", ["flags", "counts"])
def test_junit_has_a_case_for_each_finding_that_is_different(name: str) -> None:
    root = ET.fromstring(junit_text(compared(name).after, "vi", "any", compared(name)))  # noqa: S314 - our own
    cases = [one.get("classname") for one in root.iter("testcase")]
    used = [
        f"{side['norm']}@{side['subject']['code']}"
        for one in body(name)["findings"]
        if (side := one["after"] or one["before"])["standing"] == "used"
    ]

    assert used
    assert sorted(map(str, cases)) == sorted(used)
    texts = ["".join(one.itertext()) + str([each.attrib for each in one]) for one in
             root.iter("testcase")]  # fmt: skip
    assert all("→" in one for one in texts)
    assert int(root.get("tests") or 0) == len(cases)
    assert int(root.get("failures") or 0) == len(list(root.iter("failure")))


def test_what_is_gone_is_a_case_that_passes_and_a_result_that_is_absent() -> None:
    found = compare_files(EXAMPLES / "flags", start=date(2025, 10, 20), end=date(2025, 6, 15))
    gone = {one.last.id for one in found.findings if one.what == "gone"}
    run = json.loads(compared_sarif(found, "vi"))["runs"][0]
    rules = [one["id"] for one in run["tool"]["driver"]["rules"]]
    absent = [one for one in run["results"] if one["baselineState"] == "absent"]
    root = ET.fromstring(junit_text(found.after, "vi", "any", found))  # noqa: S314 - our own
    failed = {one.text or "" for one in root.iter("failure")}

    assert gone
    assert {one["fingerprints"]["finding/v1"] for one in absent} == gone
    assert all(rules[one["ruleIndex"]] == one["ruleId"] for one in absent)
    assert not any(one in text for one in gone for text in failed)


@pytest.mark.parametrize("form", ["html", "junit", "sarif"])
def test_check_with_a_change_prints_what_changes_and_the_whole_on_request(
    form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    plan, change = SIDES["flags"]
    asked = ["check", str(plan), "--change", str(change), "--format", form]
    cli.main(asked)
    changes = capsys.readouterr().out
    cli.main(["compare", str(plan), "--change", str(change), "--format", form])
    assert capsys.readouterr().out == changes
    cli.main([*asked, "--full"])
    assert len(capsys.readouterr().out) > len(changes)


def test_the_same_comparison_gives_the_same_bytes() -> None:
    plan, change = SIDES["flags"]
    again = compare_files(plan, change=change)

    assert changes_html(again, "en") == changes_html(compared("flags"), "en")
    assert changes_xlsx(again, "en") == changes_xlsx(compared("flags"), "en")
    assert compared_sarif(again, "en") == compared_sarif(compared("flags"), "en")
