"""What a change changes, as a page and as JSON; days that make no sense are refused."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from dinhbien.cli import main
from dinhbien.shipped import content
from tests.docs.test_reference import COMMANDS, keys_of, section

EXAMPLES = content("scenarios") / "examples"
HEAD_COUNTS = str(EXAMPLES / "head-counts")
CHANGE = str(EXAMPLES / "head-counts" / "change-no-populations.yaml")


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """The exit code of a command, and what it prints to both outputs."""
    code = main(arguments)
    printed = capsys.readouterr()
    return code, printed.out, printed.err


def as_json(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:  # noqa: ANN401 - JSON
    return json.loads(said(capsys, *arguments, "--format", "json")[1])


def test_a_change_prints_what_changes_and_the_rest_on_request(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, page, errors = said(capsys, "check", HEAD_COUNTS, "--change", CHANGE, "--lang", "en")
    whole_code, whole, _ = said(
        capsys, "check", HEAD_COUNTS, "--change", CHANGE, "--lang", "en", "--full"
    )
    plain, _, _ = said(capsys, "check", HEAD_COUNTS)

    assert "what changes" in page
    assert "Verdicts by norm" not in page
    assert whole.startswith(page)
    assert "Verdicts by norm" in whole
    assert code == whole_code == plain
    assert not errors


def test_the_json_of_a_change_is_the_whole_result_and_what_changes(
    capsys: pytest.CaptureFixture[str],
) -> None:
    body = as_json(capsys, "check", HEAD_COUNTS, "--change", CHANGE)
    alone = as_json(capsys, "compare", HEAD_COUNTS, "--change", CHANGE)
    compared = body["compared"]

    assert compared == {key: alone[key] for key in compared}
    assert body["changes"] == compared["after"]["changes"]
    assert {one["id"] for one in body["findings"]} - {one["id"] for one in compared["findings"]}
    assert as_json(capsys, "check", HEAD_COUNTS)["compared"] is None


def test_a_plan_that_cannot_be_judged_without_the_change_is_not_compared(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "plan.yaml").write_text(
        "plan: {vi: thử, en: test}\nas_of: 2025-10-20\nnorms: dien-bien\n"
        'province: {code: "99", name: Thử, figures: {government_staff: 60}}\n'
        "lists_complete: {commune: yes}\n"
        'communes: {"90001": {name: Một, type: xa, figures: {government_staff: 30}}}\n',
        encoding="utf-8",
    )
    change = tmp_path / "change.yaml"
    change.write_text(
        "change: {vi: thử, en: test}\nplan: {communes.90001.figures.government_staff: 60}\n",
        encoding="utf-8",
    )
    code, page, errors = said(
        capsys, "check", str(tmp_path), "--change", str(change), "--lang", "en"
    )

    assert code == 0
    assert "Verdicts by norm" in page
    assert errors.startswith("not compared: without the change there is no result: ")
    assert "`government_staff` is stated as 60" in errors


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_nothing_is_said_to_change_where_nothing_does(
    lang: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, page, _ = said(capsys, "compare", HEAD_COUNTS, HEAD_COUNTS, "--lang", lang)

    assert code == 0
    assert {"vi": "Không có gì thay đổi.", "en": "Nothing changes."}[lang] in page
    assert "→" not in page


def test_every_key_of_what_changes_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    reference = COMMANDS.read_text("utf-8")
    text = section(reference, "JSON") + section(reference, "JSON of what changes")
    days = ("--from", "2025-06-22", "--to", "2025-12-01")
    keys = keys_of(as_json(capsys, "compare", HEAD_COUNTS, *days))
    keys |= keys_of(as_json(capsys, "norms", "diff", *days, "--pack", "dien-bien"))
    names = {"full_steps", "nearest", "part_steps"}  # readings, which are no keys
    missing = {key for key in keys - {"vi", "en"} if not re.search(rf"[`\"]{key}[`\"]", text)}

    assert "superseded_by" in keys
    assert not missing - names - readings(capsys)


def readings(capsys: pytest.CaptureFixture[str]) -> set[str]:
    """The names of all readings."""
    body = as_json(capsys, "check", HEAD_COUNTS, "--all", "--as-of", "2025-12-01")
    return {name for one in body["norms"] for name in one["readings"]}


def test_norms_diff_says_which_and_in_whose_place(capsys: pytest.CaptureFixture[str]) -> None:
    days = ("norms", "diff", "--pack", "dien-bien", "--from", "2025-10-14", "--to", "2025-10-15")
    _, page, _ = said(capsys, *days)
    body = as_json(capsys, *days)
    (pack,) = body["packs"]
    by_norm = {one["norm"]: one for one in pack["norms"]}
    new = "vn/resolution-332-2025/articles-not-seen#director-is-no-vice-chair"

    assert "Nghị quyết 332/NQ-CP" in page
    assert by_norm[new]["what"] == "begins"
    for old in by_norm[new]["supersedes"]:
        assert (by_norm[old]["what"], by_norm[old]["superseded_by"]) == ("superseded", new)
    for name in by_norm:
        assert name in page


def test_days_the_wrong_way_round_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    code, page, errors = said(capsys, "norms", "diff", "--from", "2025-10-15", "--to", "2025-10-14")

    assert code == 2
    assert not page
    assert errors.startswith("`2025-10-14` comes before `2025-10-15`\n")


def test_a_comparison_of_nothing_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, errors = said(capsys, "compare", HEAD_COUNTS)

    assert code == 2
    assert errors.startswith("there is nothing to compare: one plan, on one day, without a change")
