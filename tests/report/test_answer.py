"""The command `may`: its exit codes, its page in both languages, its JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dinhbien import cli
from dinhbien.errors import InputError
from dinhbien.judging.from_files import check_file
from dinhbien.shipped import content

FLAGS = str(content("scenarios") / "examples" / "flags")
PUBLISHED = str(content("scenarios") / "dien-bien" / "2025-10")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["recruit", FLAGS, "90002", "1"], cli.CLEAN, "Yes."),
        (["recruit", FLAGS, "90002", "4"], cli.CLEAN, "Yes, with remarks."),
        (["recruit", FLAGS, "90002", "5"], cli.FINDINGS, "No."),
        (["recruit", PUBLISHED, "03175"], cli.UNDETERMINED, "Cannot be told."),
        (
            ["transfer", FLAGS, "90003", "90002", "--out-of", "office", "--in", "office"],
            cli.CLEAN,
            "Yes.",
        ),
        (["second", FLAGS, "90001", "90002", "9"], cli.UNDETERMINED, "Cannot be told."),
        (["second", FLAGS, "90001", "90002", "3", "--out-of", "office"], cli.FINDINGS, "No."),
        (["recruit", FLAGS, "nowhere"], cli.BAD_INPUT, ""),
        (["second", FLAGS, "90001", "90002", "--from-day", "2025-11-01"], cli.BAD_INPUT, ""),
    ],
)
def test_the_exit_code_is_the_answer(
    words: list[str], code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["may", *words, "--lang", "en"]) == code
    printed = capsys.readouterr()

    assert (printed.out.splitlines() or ["", ""])[1] == said
    assert bool(printed.err) is (code == cli.BAD_INPUT)


def test_a_reason_cites_its_text_and_its_finding(capsys: pytest.CaptureFixture[str]) -> None:
    cli.main(["may", "recruit", FLAGS, "90002", "5"])
    said = " ".join(capsys.readouterr().out.split())

    assert "Không được." in said
    assert "Căn cứ: Quyết định giao biên chế cho các xã, phường của tỉnh Điện Biên" in said
    assert "#government-within-quota@90002/assigned/as written" in said
    assert "không trừ vào số còn được tuyển" in said


def test_the_published_figures_are_there_and_decide_nothing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    cli.main(["may", "recruit", PUBLISHED, "Chà Tở", "--lang", "en"])
    said = " ".join(capsys.readouterr().out.split())

    assert "Published figures of the unit, which decide nothing" in said
    assert "so the quota is 38 or 35." in said
    assert "Missing: assigned posts of the government block" in said


def test_json_holds_the_reasons_before_and_after(capsys: pytest.CaptureFixture[str]) -> None:
    cli.main(["may", "recruit", FLAGS, "90002", "5", "--format", "json"])
    body = json.loads(capsys.readouterr().out)
    flag, *norms = [one for one in body["reasons"] if one["effect"] == "refuse"]

    assert (body["decision"], body["room"]) == ("refuse", "4")
    assert body["proposal"]["taken_as"]["rank"] == "professional"
    assert [flag["before"]["amount"], flag["after"]["amount"]] == ["0", "1"]
    assert {one["after"]["verdict"] for one in norms} == {"surplus"}
    assert {one["before"]["verdict"] for one in norms} == {"met"}
    assert all(one["citation"]["number"] == "not seen" for one in norms)


@pytest.mark.parametrize(("most", "refused"), [(30, False), (29, False), (24, True)])
def test_a_total_between_bounds_is_held_against_what_lies_below(
    tmp_path: Path, most: int, refused: bool
) -> None:
    text = f"""
plan: {{vi: thử, en: test}}
as_of: 2025-10-20
norms: dien-bien
province: {{code: "99", name: Thử, figures: {{government_staff: {{at_most: {most}}}}}}}
lists_complete: {{commune: no, organisation: no, post: no}}
communes:
  "90001": {{name: Một, type: xa, figures: {{government_staff: 25}}}}
"""
    (tmp_path / "plan.yaml").write_text(text, encoding="utf-8")

    if refused:
        with pytest.raises(InputError, match="stated as at most 24, and is at least 25"):
            check_file(tmp_path)
    else:
        assert check_file(tmp_path).plan.root.figures["government_staff"].most == most
