"""No README shows a result on modelled cells without the word."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from dinhbien.report.as_json import json_body
from dinhbien.shipped import content
from tests.judged import check_file

FOLDER = content("scenarios") / "dien-bien" / "2025-10"
ALLOCATIONS = ("modelled-a.yaml", "modelled-b.yaml")
WORD = re.compile(r"modelled|mô hình", re.IGNORECASE)
NUMBER = re.compile(r"(?<![\d.,/-])\d+(?:[.,]\d{3})*(?![\d]|[.,]\d|/)")
LEAST = 100
"""Smaller numbers stand for many things in a text."""


def figures(node: Any) -> Iterator[int]:  # noqa: ANN401 - it is JSON
    """The whole numbers of a tree."""
    if isinstance(node, dict):
        for one in node.values():
            yield from figures(one)
    elif isinstance(node, str) and node.lstrip("-").isdigit():
        yield int(node)


@cache
def body_of(name: str) -> dict[str, Any]:
    """The verdicts of an allocation, and its totals."""
    return json_body(check_file(FOLDER / name).verdicts_only)


@cache
def results() -> frozenset[int]:
    """The sums that only the modelled plans give; published figures are not among them."""
    found: set[int] = set()
    for name in ALLOCATIONS:
        body = body_of(name)
        sums = body["totals"]["norm"]
        found |= {one for norm in sums.values() for each in norm.values() for one in figures(each)}
        found -= {int(one["value"]) for one in body["figures"] if str(one["value"]).isdigit()}
    return frozenset(one for one in found if one >= LEAST)


def silent(text: str) -> list[str]:
    """The paragraphs with such a sum that do not say where it comes from."""
    paragraphs = re.split(r"\n\s*\n|\n(?=- |\| )", text)
    return [
        one
        for one in paragraphs
        if {int(re.sub(r"[.,]", "", number)) for number in NUMBER.findall(one)} & results()
        and not WORD.search(one)
    ]


def test_no_readme_shows_one_without_the_word(
    root: Path, kept_files: Callable[..., set[str]]
) -> None:
    readmes = sorted(name for name in kept_files() if name.endswith("README.md"))
    breaches = [f"{name}: {one}" for name in readmes for one in silent((root / name).read_text())]

    assert "scenarios/dien-bien/2025-10/README.md" in readmes
    assert not breaches, "\n".join(breaches)


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_readme_of_a_modelled_plan_shows_its_ranges(lang: str) -> None:
    """The totals that the scenario's own page prints are those of the plans."""
    text = (FOLDER / "README.md").read_text("utf-8")
    said = re.findall(r"Σ thiếu (\S+) và Σ thừa (\S+);" if lang == "vi" else
                      r"Σ short (\S+) and Σ over (\S+);", text)  # fmt: skip
    total = body_of(ALLOCATIONS[0])["totals"]["norm"]
    found = total["vn/od-09-2025/article-ii-1#frame"]["full_steps"]["illustration"]
    ranges = tuple("{from}–{to}".format(**found[key]) for key in ("shortage", "surplus"))

    assert said == [ranges]


def test_a_silent_paragraph_is_noticed() -> None:
    assert {111, 123} <= results()
    assert 1633 not in results()
    assert silent("Fine.\n\nThe excess is 111–123 people.\n") == ["The excess is 111–123 people.\n"]
    assert not silent("The modelled excess is 111–123 people.\n")
