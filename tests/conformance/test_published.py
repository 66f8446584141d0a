"""Every published case and every shape is exercised by the corpus, or says why not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dinhbien.errors import Problems
from dinhbien.reading.document import plain, read_document

from .corpus import ROOT, files, rows


def plain_file(path: Path) -> dict[str, Any]:
    """A YAML file as dicts, tuples and texts."""
    node = read_document(path, path.name, Problems())
    body = plain(node) if node is not None else None
    assert isinstance(body, dict)
    return body


SHAPES = plain_file(ROOT / "examples" / "shapes" / "shapes.yaml")
PUBLISHED = plain_file(ROOT / "examples" / "shapes" / "published.yaml")
CASES = {case["id"]: case for case in PUBLISHED["cases"]}


def entries() -> Iterator[dict[str, Any]]:
    """Every entry of every file of expectations that names its shapes."""
    for one in files():
        entries = (*one.body.get("expect", ()), *one.body.get("cases", ()))
        yield from (one for one in entries if "shapes" in one)


def said(case: str) -> set[str]:
    """All that the rows of a published case say."""
    found: set[str] = set()
    for row in rows():
        if row.named("case") == case:
            found |= {str(one).removeprefix("~") for _, one in (*row.values, *row.cells)}
    return found


def scalars(node: object) -> Iterator[str]:
    """The texts of a tree."""
    for one in node.values() if isinstance(node, dict) else node if isinstance(node, tuple) else ():
        yield from scalars(one)
    if isinstance(node, str):
        yield node


def test_a_case_is_exercised_or_says_why_not() -> None:
    exercised = {row.named("case") for row in rows()} - {""}

    assert exercised | set(PUBLISHED["not_yet"]) == set(CASES)
    assert not exercised & set(PUBLISHED["not_yet"])


@pytest.mark.parametrize("case", CASES)
def test_a_case_is_exercised_with_what_was_published(case: str) -> None:
    """Every published output stands in a row of the case; `yes` and `no` are met and not met."""
    if case in PUBLISHED["not_yet"]:
        return
    names = {"yes": "met", "no": "surplus"}
    expected = {names.get(one, one) for one in scalars(CASES[case]["expected"])}

    assert expected <= said(case)


def test_a_shape_is_exercised_or_says_why_not() -> None:
    exercised = {shape for entry in entries() for shape in entry["shapes"]}

    assert set(SHAPES["shapes"]) == {str(one + 1) for one in range(40)}
    assert exercised | set(SHAPES["not_yet"]) == set(SHAPES["shapes"])
    assert not exercised & set(SHAPES["not_yet"])
    assert set(SHAPES["in_part"]) <= exercised


def test_where_an_expected_number_comes_from_is_said() -> None:
    assert {entry["status"] for entry in entries()} <= set(PUBLISHED["legend"])
    assert {case["status"] for case in CASES.values()} <= set(PUBLISHED["legend"])
