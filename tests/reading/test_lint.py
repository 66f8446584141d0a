"""``norms lint``: what reads, and is still doubtful."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from dinhbien.reading.lint import doubts
from dinhbien.reading.to_pack import packs, read_pack
from dinhbien.shipped import content


def damaged(folder: Path, file: str, old: str, new: str) -> Path:
    """The shipped norms with one text replaced."""
    norms = folder / "norms"
    shutil.copytree(content("norms"), norms)
    text = (norms / file).read_text(encoding="utf-8")
    assert old in text
    (norms / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    return norms


def said(norms: Path) -> list[str]:
    """The warnings on Điện Biên's pack."""
    found = doubts(read_pack("dien-bien", norms=norms), norms)
    return [str(one) for one in found if one.level == "warning"]


@pytest.mark.parametrize("pack", packs())
def test_no_warning_on_what_is_shipped(pack: str) -> None:
    found = doubts(read_pack(pack), content("norms"))

    assert not [str(one) for one in found if one.level == "warning"]


def test_binding_texts_read_in_the_press_only_are_noted() -> None:
    found = doubts(read_pack("dien-bien"), content("norms"))
    noted = [one.problem.position.file for one in found if one.problem.position]

    assert "norms/vn/decree-300-2025/instrument.yaml" in noted
    assert "norms/vn/decree-150-2025/instrument.yaml" not in noted


def test_a_source_that_is_never_used(tmp_path: Path) -> None:
    file = "vn/od-4168-2025/instrument.yaml"
    norms = damaged(tmp_path, file, "sources:\n", "sources:\n  S-9: {url: not kept}\n")

    assert (
        said(norms)
        == [
            f"warning: norms/{file}:9:3: the source `S-9` is never used\n"
            "  at sources\n  cite it where it is used, or remove it"
        ]
        or "`S-9` is never used" in said(norms)[0]
    )


def test_superseding_what_has_greater_force(tmp_path: Path) -> None:
    file = "vn/resolution-332-2025/instrument.yaml"
    norms = damaged(tmp_path, file, "force: binding", "force: guidance")
    old = norms / "vn/decree-150-2025/article-13.yaml"
    old.write_text(old.read_text("utf-8").replace("    to: 2025-10-15\n", ""), encoding="utf-8")

    (warning,) = said(norms)
    assert "`vn/decree-150-2025/article-13#deputies-one` of greater force" in warning
    assert "articles-not-seen.yaml:" in warning


def test_a_table_by_size_that_does_not_begin_at_the_least(tmp_path: Path) -> None:
    file = "vn/od-4168-2025/articles-not-seen.yaml"
    bands = "{by: civil_servants, bands: [{from: 5 people, is: 1 person}]}"
    norms = damaged(tmp_path, file, "two: 2 people", f"two: {bands}")

    (warning,) = said(norms)
    assert "`two` says nothing below `5 people`" in warning


def test_a_note_that_repeats_a_number_of_the_law(tmp_path: Path) -> None:
    file = "dien-bien/division-practice/article-1.yaml"
    norms = damaged(tmp_path, file, "en: a reported practice", "en: at least 5, a practice")
    found = doubts(read_pack("dien-bien", norms=norms), norms)

    assert any("repeats the number `5`" in str(one) for one in found)
