"""SARIF 2.1.0: what the format demands of what is written, and what the findings demand.

The schema of OASIS is not kept here; these are the demands of the specification, by section,
on every property that is written.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from dinhbien import cli
from dinhbien.judging.check import Report
from dinhbien.judging.from_files import check_file
from dinhbien.report.as_sarif import sarif_text
from dinhbien.shipped import content

SCENARIOS = content("scenarios")
PLANS = {
    "flags": SCENARIOS / "examples" / "flags",
    "beside": SCENARIOS / "examples" / "beside",
    "groups": SCENARIOS / "examples" / "shapes" / "groups",
}
KINDS = {"pass", "open", "informational", "notApplicable", "review", "fail"}  # 3.27.9
LEVELS = {"none", "note", "warning", "error"}  # 3.27.10


@cache
def report(name: str) -> Report:
    return check_file(PLANS[name])


@cache
def run(name: str, lang: str = "en") -> dict[str, Any]:
    log = json.loads(sarif_text(report(name), lang))

    assert set(log) == {"$schema", "version", "runs"}  # 3.13
    assert log["version"] == "2.1.0"
    (one,) = log["runs"]
    return dict(one)


def rules(name: str) -> list[dict[str, Any]]:
    return list(run(name)["tool"]["driver"]["rules"])


def named(name: str, ending: str) -> dict[str, Any]:
    """The result whose finding's id holds `ending`."""
    return next(one for one in run(name)["results"] if ending in one["fingerprints"]["finding/v1"])


@pytest.mark.parametrize("name", PLANS)
def test_a_run_names_its_tool_and_its_rules_once(name: str) -> None:
    driver = run(name)["tool"]["driver"]
    ids = [one["id"] for one in driver["rules"]]

    assert driver["name"] == "dinhbien"  # 3.19.8
    assert len(ids) == len(set(ids)) == len(report(name).judged)
    for one in driver["rules"]:  # 3.49
        assert one["shortDescription"]["text"]
        assert one["fullDescription"]["text"]
        assert one["help"]["text"].startswith("Citation: ")
        assert one["defaultConfiguration"]["level"] in LEVELS


@pytest.mark.parametrize("name", PLANS)
def test_a_result_points_to_its_rule_and_its_unit(name: str) -> None:
    results = run(name)["results"]
    units = {unit.code for unit in report(name).plan.root.walk()}

    assert results
    for one in results:
        assert rules(name)[one["ruleIndex"]]["id"] == one["ruleId"]  # 3.27.6
        assert one["message"]["text"]  # 3.27.11
        (place,) = one["locations"]
        (unit,) = place["logicalLocations"]
        assert set(unit) == {"name", "fullyQualifiedName", "kind"}  # 3.33
        assert unit["fullyQualifiedName"] in units


@pytest.mark.parametrize("name", PLANS)
def test_only_what_fails_has_a_level(name: str) -> None:
    """3.27.10: where the kind is not `fail`, the level is `none`."""
    for one in run(name)["results"]:
        assert one["kind"] in KINDS
        assert one["level"] in LEVELS
        assert (one["kind"] == "fail") == (one["level"] != "none")


@pytest.mark.parametrize("name", PLANS)
def test_the_fingerprints_are_the_ids_of_the_findings(name: str) -> None:
    found = [one["fingerprints"] for one in run(name)["results"]]

    assert found == [{"finding/v1": one.id} for one in report(name).rows]
    assert found == [one["fingerprints"] for one in run(name, "vi")["results"]]


def test_the_force_of_a_text_is_the_level_of_a_result() -> None:
    bound = named("flags", "#government-within-quota@90003")
    guided = named("flags", "#blocks/council-leaders@90003")

    assert (bound["kind"], bound["level"]) == ("fail", "error")
    assert (guided["kind"], guided["level"]) == ("fail", "warning")


def test_what_is_within_a_transition_is_a_note() -> None:
    one = named("flags", "#frame@90003")

    assert (one["kind"], one["level"]) == ("fail", "note")


def test_what_is_undetermined_is_open_and_says_what_is_missing() -> None:
    one = named("flags", "#one-centre@90001")

    assert (one["kind"], one["level"]) == ("open", "none")
    assert "missing: service-centre model" in one["message"]["text"]


def test_what_depends_on_the_reading_is_for_review() -> None:
    kinds = {one["kind"] for one in run("flags")["results"]
             if one["properties"]["depends_on_reading"]
             and one["properties"]["standing"] == "used"}  # fmt: skip

    assert kinds == {"review"}


def test_a_text_that_stands_aside_decides_nothing() -> None:
    kinds = {one["kind"] for one in run("flags")["results"]
             if one["properties"]["standing"] != "used"}  # fmt: skip

    assert kinds == {"informational"}


def test_an_illustration_is_said_and_every_result_has_its_range() -> None:
    found = run("beside")

    assert found["properties"]["plan"]["illustration"]
    assert all("(illustration: " in one["message"]["text"] for one in found["results"])
    assert all("illustration" in one["properties"] for one in found["results"])
    assert not any("illustration" in one["properties"] for one in run("flags")["results"])


def test_the_command_prints_the_same(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)

    assert cli.main(["check", str(PLANS["flags"]), "--format", "sarif"]) == cli.FINDINGS
    assert capsys.readouterr().out == sarif_text(check_file(PLANS["flags"]), "vi")
