"""``norms lint``: what reads, and is still doubtful, is said to the letter."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from dinhbien.cli import main
from dinhbien.reading.lint import LINTS, doubts
from dinhbien.reading.to_pack import packs, read_pack
from dinhbien.shipped import content

from .cases import HERE, Case

CASES = sorted((HERE / "doubts").glob("*.yaml"))
RESET = bool(os.environ.get("DINHBIEN_RESET"))


@pytest.mark.parametrize("pack", packs())
def test_no_warning_on_what_is_shipped(pack: str) -> None:
    found = doubts(read_pack(pack), content("norms"))

    assert not [str(one) for one in found if one.level == "warning"]


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_doubt_is_said_to_the_letter(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    case = Case.read(path)
    case.put(tmp_path)
    monkeypatch.chdir(tmp_path)
    scenarios = ["--scenarios", "plan", "--mutate"] if case.file.startswith("plan/") else []
    code = main(["norms", "lint", "--norms", "norms", *scenarios])
    said = capsys.readouterr().out.splitlines()
    lines = "".join(f"# {line}\n" for line in said[:-1])

    if RESET:
        case.reset(f"# ---- says: exit {code}\n{lines}")
    else:
        assert case.says == f"# ---- says: exit {code}\n{lines}"
    assert f"# {LINTS[path.stem]} {path.stem}: " in lines


def test_every_doubt_has_its_case() -> None:
    assert {path.stem for path in CASES} == set(LINTS)


def test_what_is_well_said_is_not_doubted() -> None:
    found = doubts(read_pack("here", norms=HERE / "good" / "pack" / "norms"), Path())

    assert not found


def test_binding_texts_read_in_full_are_not_noted() -> None:
    found = doubts(read_pack("dien-bien"), content("norms"))
    noted = [one.problem.position.file for one in found if one.problem.position]

    assert "norms/vn/decree-300-2025/instrument.yaml" in noted
    assert "norms/vn/decree-150-2025/instrument.yaml" not in noted
