"""The review table as CSV: blanks, intervals, sums that are not netted, cells that never reckon."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from msgspec.structs import replace

from dinhbien import cli
from dinhbien.errors import UsageError
from dinhbien.judging.check import check
from dinhbien.judging.from_files import check_file
from dinhbien.report.as_csv import csv_text
from dinhbien.shipped import content

FLAGS = content("scenarios") / "examples" / "flags"
DIEN_BIEN = content("scenarios") / "dien-bien" / "2025-10"


def table(text: str) -> list[dict[str, str]]:
    """The rows of a table by the names of its first line, remarks included."""
    return list(csv.DictReader(io.StringIO(text)))


def test_a_table_has_a_row_for_each_unit_between_its_words_and_its_sums() -> None:
    words, *rows, sums = table(csv_text(check_file(FLAGS), "vi"))

    assert words["code"] == "# mã"
    assert words["above_quota"] == "Vượt biên chế giao"
    assert [row["code"] for row in rows] == ["90001", "90002", "90003"]
    assert rows[2]["above_quota"] == "3"
    assert rows[2]["below_quota"] == "0"
    assert sums["code"] == "#"
    assert (sums["above_quota"], sums["below_quota"]) == ("3", "7")
    assert (sums["above_frame"], sums["below_frame"]) == ("9", "17")


def test_what_is_not_known_is_blank_and_named_and_has_no_sum() -> None:
    found = check_file(FLAGS, change=FLAGS / "change-no-quota.yaml")
    _, _, row, _, sums = table(csv_text(found, "en"))

    assert (row["assigned_now"], row["below_quota"], row["above_quota"]) == ("", "", "0")
    assert row["unknown"] == "assigned_now 25..; below_quota 3..; fields_lacking"
    assert (sums["assigned_now"], sums["below_quota"], sums["above_quota"]) == ("", "", "3")


def test_nothing_is_summed_where_units_may_be_missing() -> None:
    found = check_file(FLAGS)
    root = replace(found.plan.root, complete=frozenset())

    *_, sums = table(csv_text(check(replace(found.plan, root=root), found.pack), "en"))

    assert {sums[name] for name in sums if name not in {"code", "name"}} == {""}


def test_the_modelled_cells_behind_a_row_are_named() -> None:
    _, first, *_ = table(csv_text(check_file(DIEN_BIEN), "en"))

    assert first["code"] == "03127"
    assert first["modelled"] == "communes.03127.mountainous"


@pytest.mark.parametrize("name", ["=1+1", "+84", "@x", "-x"])
def test_no_cell_is_a_formula(name: str) -> None:
    found = check_file(FLAGS)
    first, *rest = found.plan.root.children["commune"]
    named = replace(found.plan.root, children={"commune": (replace(first, name=name), *rest)})

    rows = table(csv_text(check(replace(found.plan, root=named), found.pack), "en"))

    assert rows[1]["name"] == f"'{name}"


def test_a_pack_without_a_table_is_refused() -> None:
    found = check_file(FLAGS)
    rules = replace(found.pack.rules, flags=())

    with pytest.raises(UsageError, match="no chain of flags is shown as a table"):
        csv_text(replace(found, pack=replace(found.pack, rules=rules)), "en")


def test_the_command_prints_the_same_table(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)

    assert cli.main(["check", str(FLAGS), "--format", "csv", "--lang", "en"]) == cli.FINDINGS
    assert capsys.readouterr().out == csv_text(check_file(FLAGS), "en")
