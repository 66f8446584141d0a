"""`plan validate` and `plan convert`: what is there, what is wrong, and nothing lost."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dinhbien.cli import BAD_INPUT, CLEAN, main
from dinhbien.shipped import content

SHIPPED = (content("scenarios") / "dien-bien" / "2025-10").as_posix()
HEADS = (content("scenarios") / "examples" / "head-counts").as_posix()
CODES = "code,population\n3127,5\n03151,\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of CSV with a code that lost its zero."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "csv").mkdir()
    (tmp_path / "csv" / "communes.csv").write_text(CODES, "utf-8")
    head = "key,value,vi,en\nplan,,T,T\nas_of,2025-10-20\nnorms,dien-bien\nprovince.code,11\n"
    head = head.replace("20\n", "20,,\n").replace("bien\n", "bien,,\n").replace("11\n", "11,,\n")
    (tmp_path / "csv" / "plan.csv").write_text(head, "utf-8")
    return tmp_path


def test_validate_counts_cells(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", "validate", SHIPPED, "--format", "json"]) == CLEAN
    said = json.loads(capsys.readouterr().out)
    (population,) = [one for one in said["columns"] if one["column"] == "population"]

    assert said["valid"]
    assert said["units"] == {"province": 1, "commune": 45}
    assert (population["known"], population["missing"]) == (42, 3)
    assert said["cells"]["modelled"] == 45
    assert sum(said["cells"]["origins"].values()) == said["cells"]["known"]


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_validate_says_repairs(lang: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert folder.is_dir()
    assert main(["plan", "validate", "csv", "--lang", lang]) == CLEAN

    assert "csv/communes.csv:2:1: the code `3127` was read as `03127`" in capsys.readouterr().out


def test_validate_lists_every_problem(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "csv" / "communes.csv").write_text("code,popu,area\n3127,,x\n", "utf-8")

    assert main(["plan", "validate", "csv", "--format", "json"]) == BAD_INPUT
    said = json.loads(capsys.readouterr().out)
    assert main(["plan", "validate", "csv"]) == BAD_INPUT
    shown = capsys.readouterr().err.splitlines()

    assert not said["valid"]
    assert [one["place"] for one in said["problems"]] == [
        "csv/communes.csv:1:6",
        "csv/communes.csv:2:7",
    ]
    assert [one["line"] for one in said["repairs"]] == [2]
    assert shown[0] == "repaired: csv/communes.csv:2:1: the code `3127` was read as `03127`"
    assert shown[-1] == "2 errors"


def test_check_says_repairs_apart_from_the_report(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert folder.is_dir()
    main(["check", "csv", "--format", "json"])
    said = capsys.readouterr()

    assert said.err.startswith("repaired: csv/communes.csv:2:1: ")
    assert len(json.loads(said.out)["plan"]["repairs"]) == 1


def test_convert_prints_its_files_and_refuses_to_write_over(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for out in ("a.xlsx", "a.yaml", "a"):
        assert main(["plan", "convert", HEADS, "-o", out]) == CLEAN
        assert capsys.readouterr().out.startswith(out)
        assert main(["plan", "convert", HEADS, "-o", out]) == BAD_INPUT
        assert f"`{out}` is there already" in capsys.readouterr().err
        assert main(["plan", "convert", HEADS, "-o", out, "--force"]) == CLEAN
        capsys.readouterr()
        main(["check", HEADS, "--format", "json"])
        expected = capsys.readouterr().out
        main(["check", (folder / out).as_posix(), "--format", "json"])

        assert capsys.readouterr().out == expected


def test_one_table_is_no_plan(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert folder.is_dir()
    assert main(["check", "csv/communes.csv"]) == BAD_INPUT

    assert "csv/communes.csv:1:1: one table is no plan" in capsys.readouterr().err
