"""Drawings on their own: whole, inert, the same each time, with the ids of the page."""

from __future__ import annotations

import re
from functools import cache
from html import unescape
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

import dinhbien
from dinhbien import UsageError, cli
from dinhbien.report.html.plots import KINDS, plot
from tests.report.test_html import PLANS, body, placed, renamed, report


@cache
def drawn(kind: str, name: str = "flags") -> str:
    found = placed((22, 103), (21, 102), None) if kind == "tiles" else report(name)
    return plot(found, kind).svg


def ids_of(svg: str) -> set[str]:
    """The ids, one a line; a reader of XML would make blanks of the ends of lines."""
    found = re.findall(r' data-(?:ids|tiles|flags)="([^"]*)"', svg)
    return {identity for one in found for identity in unescape(one).split("\n") if identity}


@pytest.mark.parametrize("kind", KINDS)
def test_a_drawing_is_whole_and_inert_and_says_what_was_judged(kind: str) -> None:
    svg = drawn(kind)
    root = ET.fromstring(svg)  # noqa: S314 - our own
    tags = {one.tag.rpartition("}")[2] for one in root.iter()}
    known = {one["id"] for one in [*body("flags")["findings"], *body("flags")["flags"]]}

    assert {"svg", "title", "desc", "style"} <= tags
    assert not tags & {"script", "foreignObject", "image", "a"}
    assert "var(" not in svg
    assert not re.search(r"(url\(|@import|https?://(?!www\.w3\.org))", svg)
    assert "Tỉnh thử · xét theo ngày 20/10/2025" in svg
    assert ids_of(svg)
    assert ids_of(svg) <= known


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_report_gives_the_same_drawing(kind: str) -> None:
    found = placed((22, 103), (21, 102), None) if kind == "tiles" else report("flags")

    assert plot(found, kind).svg == drawn(kind)


@pytest.mark.parametrize("kind", ["heatmap", "baselines"])
def test_an_illustration_says_so(kind: str) -> None:
    svg = drawn(kind, "beside")

    assert "MINH HỌA" in svg


def test_what_a_plan_says_is_inert() -> None:
    svg = plot(renamed("<script>alert(1)</script>"), "heatmap").svg

    assert "<script" not in svg
    assert "&lt;script&gt;" in svg


def test_every_square_of_the_heat_map_has_a_colour() -> None:
    svg = drawn("heatmap")
    kinds = set(re.findall(r'<g class="(v-[a-z-]+)"', svg))

    assert kinds
    assert all(f".map .{one} rect {{ fill: #" in svg for one in kinds)


def test_a_notebook_shows_it() -> None:
    assert dinhbien.plot(report("flags"), "heatmap")._repr_svg_() == drawn("heatmap")


@pytest.mark.parametrize(("kind", "said"), [("tiles", "coordinates"), ("pie", "`pie` is no plot")])
def test_what_cannot_be_drawn_is_refused(kind: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        plot(report("head-counts"), kind)


def test_the_command_writes_the_drawing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "heatmap.svg"

    assert cli.main(["plot", "heatmap", str(PLANS["flags"]), "-o", str(out)]) == cli.CLEAN
    assert capsys.readouterr().out == f"{out.as_posix()}\n"
    assert out.read_text("utf-8") == drawn("heatmap")
    assert cli.main(["plot", "heatmap", str(PLANS["flags"]), "-o", str(out)]) == cli.BAD_INPUT
