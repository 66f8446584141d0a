"""``dinhbien norms coverage``: nothing is left out of what it prints.  §7"""

from __future__ import annotations

import csv
import json

import pytest

from dinhbien.cli import BAD_INPUT, CLEAN, main
from dinhbien.reading.to_pack import read_pack
from dinhbien.shipped import content


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["norms", "coverage", *arguments]) == CLEAN
    return capsys.readouterr().out


def test_json_holds_every_entry_every_norm_and_all_that_is_left_out(
    capsys: pytest.CaptureFixture[str],
) -> None:
    body = json.loads(said(capsys, "--pack", "dien-bien", "--format", "json"))
    with (content("norms") / "register.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    pack = read_pack("dien-bien")
    provisions = [one for text in body["instruments"] for one in text["provisions"]]

    assert [one["id"] for one in body["register"]] == [row["id"] for row in rows]
    assert {norm for one in provisions for norm in one["norms"]} == {one.id for one in pack.norms}
    left_out = sum(len(one.not_encoded) for one in pack.instruments.values())
    assert [one["status"] for one in provisions].count("not encoded") == left_out
    assert sum(body["totals"]["register"].values()) == len(rows)
    assert sum(body["totals"]["provisions"].values()) == len(provisions)
    assert sum(body["totals"]["provision_reasons"].values()) == left_out
    assert body["totals"]["norms"] == len(pack.norms)


def test_a_norm_says_which_entries_it_stands_for(capsys: pytest.CaptureFixture[str]) -> None:
    body = json.loads(said(capsys, "--pack", "vn", "--format", "json"))
    provisions = [one for text in body["instruments"] for one in text["provisions"]]
    (frame,) = [one for one in provisions if "vn/od-09-2025/article-ii-1#frame" in one["norms"]]

    assert {"N-06", "N-08", "N-09", "C1"} <= set(frame["entries"])


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_page_cuts_no_name(lang: str, capsys: pytest.CaptureFixture[str]) -> None:
    page = said(capsys, "--lang", lang)

    assert "…" not in page
    assert "not_seen" not in page


def test_a_pack_that_is_not_there_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["norms", "coverage", "--pack", "vm"]) == BAD_INPUT
    assert "there is no pack `vm`" in capsys.readouterr().err
