"""JUnit XML: suites are units, cases are norms, and only what fails the run is a failure."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from msgspec.structs import replace

from dinhbien import cli
from dinhbien.judging.check import FAIL_LEVELS, Report, check
from dinhbien.judging.from_files import check_file
from dinhbien.report.as_junit import junit_text
from dinhbien.report.cautions import unread_of
from dinhbien.shipped import content

SCENARIOS = content("scenarios")
FLAGS = SCENARIOS / "examples" / "flags"
BESIDE = SCENARIOS / "examples" / "beside"


@cache
def report(folder: Path) -> Report:
    return check_file(folder)


def suites(found: Report, lang: str = "en", level: str = "binding") -> ET.Element:
    return ET.fromstring(junit_text(found, lang, level))  # noqa: S314 - it is our own


def cases(root: ET.Element) -> list[tuple[str, str, ET.Element]]:
    """Each case with the name of its suite and its norm."""
    return [(suite.get("name", ""), case.get("classname", "").rpartition("@")[0], case)
            for suite in root for case in suite.iter("testcase")]  # fmt: skip


def test_each_unit_is_a_suite_and_each_norm_that_is_used_a_case() -> None:
    found = report(FLAGS)
    used = [(f"{one.subject.name} ({one.subject.code})", one.norm)
            for one in found.findings if one.standing == "used"]  # fmt: skip

    assert sorted((suite, norm) for suite, norm, _ in cases(suites(found))) == sorted(used)


def test_no_two_cases_have_one_class_and_name_and_each_can_be_explained(
    capsys: pytest.CaptureFixture[str],
) -> None:
    names = [(case.get("classname", ""), case.get("name"))
             for case in suites(report(FLAGS)).iter("testcase")]  # fmt: skip

    assert len(names) == len(set(names))
    assert cli.main(["explain", str(FLAGS), names[-1][0], "--lang", "en"]) == cli.CLEAN
    assert str(names[-1][1]) in capsys.readouterr().out


@pytest.mark.parametrize("level", FAIL_LEVELS)
def test_the_failures_are_what_fails_the_run(level: str) -> None:
    found = report(FLAGS)
    failed = [case for _, _, case in cases(suites(found, level=level)) if case.find("failure")
              is not None]  # fmt: skip

    assert len(failed) == len(list(found.failing(level)))
    assert bool(failed) == found.fails(level)


def test_the_levels_differ() -> None:
    counts = {level: suites(report(FLAGS), level=level).get("failures") for level in FAIL_LEVELS}

    assert counts == {"breach": "3", "binding": "14", "quota": "2", "guidance": "36", "any": "40"}


@pytest.mark.parametrize("folder", [FLAGS, BESIDE], ids=["flags", "beside"])
def test_the_counts_are_those_of_the_cases(folder: Path) -> None:
    root = suites(report(folder))

    for one in (root, *root):
        among = list(one.iter("testcase"))
        assert one.get("tests") == str(len(among))
        for name, tag in (("failures", "failure"), ("skipped", "skipped")):
            assert one.get(name) == str(sum(1 for case in among if case.find(tag) is not None))


def test_what_is_undetermined_is_skipped_with_its_reason() -> None:
    found = report(FLAGS)
    norm = "vn/decree-118-2025/article-10#one-centre"
    messages = {case.find("skipped").get("message") for _, one, case in cases(suites(found))  # type: ignore[union-attr]
                if one == norm}  # fmt: skip
    skipped = sum(1 for _, _, case in cases(suites(found)) if case.find("skipped") is not None)
    silent = [one for one in found.findings if one.standing == "used"
              and one.verdict in {"undetermined", "exempt", "not applicable"}]  # fmt: skip

    assert messages == {"undetermined; missing: service-centre model"}
    assert skipped == len(silent)


def test_guidance_that_is_departed_from_passes_and_says_so() -> None:
    case = next(case for suite, norm, case in cases(suites(report(FLAGS)))
                if suite == "Thừa Người (90003)" and norm.endswith("#frame"))  # fmt: skip

    assert case.find("failure") is None
    assert "above the guideline 9" in (case.findtext("system-out") or "")


def test_a_failure_holds_sentence_citation_and_id() -> None:
    case = next(case for suite, norm, case in cases(suites(report(FLAGS)))
                if suite == "Thừa Người (90003)"
                and norm.endswith("#government-within-quota"))  # fmt: skip
    failure = case.find("failure")

    assert failure is not None
    assert (failure.get("type"), failure.get("message")) == ("surplus", "surplus 3")
    assert "at most 38; surplus 3" in (failure.text or "")
    assert "Citation: Decision assigning posts" in (failure.text or "")
    assert "#government-within-quota@90003/" in (failure.text or "")


def test_an_illustration_is_said_in_every_suite_and_gives_ranges() -> None:
    root = suites(report(BESIDE))
    said = [one.get("value", "") for one in root.iter("property")
            if one.get("name") == "illustration"]  # fmt: skip

    assert len(said) == len(root) > 0
    assert said[0].startswith("ILLUSTRATION, not data")
    assert all("(illustration: " in (one.text or "") for one in root.iter("system-out"))
    assert list(root.iter("system-out"))


def test_texts_that_were_not_read_in_full_are_named_in_every_suite() -> None:
    found = report(FLAGS)
    root = suites(found)
    said = {one.get("value", "") for one in root.iter("property")
            if one.get("name") == "unread_texts"}  # fmt: skip

    assert said == {", ".join(unread_of(one.norm for one in found.judged))}
    assert "09/CV-BCĐ" in said.pop()


def test_names_are_escaped_and_letters_that_no_xml_holds_are_replaced() -> None:
    found = report(FLAGS)
    first, *rest = found.plan.root.children["commune"]
    odd = replace(first, name='<b>"&\x00')
    root = replace(found.plan.root, children={"commune": (odd, *rest)})

    names = [one.get("name") for one in suites(check(replace(found.plan, root=root), found.pack))]

    assert '<b>"&\ufffd (90001)' in names


def test_the_command_prints_the_same_and_takes_the_level(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    asked = ["check", str(FLAGS), "--format", "junit", "--fail-on", "quota"]

    assert cli.main(asked) == cli.FINDINGS
    assert capsys.readouterr().out == junit_text(report(FLAGS), "vi", "quota")
