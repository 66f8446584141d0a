"""The page of shapes is made of content, is up to date, and says of each shape what it must."""

from __future__ import annotations

import os

import pytest

from tests.conformance.test_published import SHAPES
from tests.docs.pages import DOCS
from tests.docs.shapes import boundary, norm_of, page, sources, tables

PAGE = DOCS / "reference" / "shapes.md"
RESET = bool(os.environ.get("DINHBIEN_RESET"))
NOT_YET = ()
"""The shapes that have no norm yet; it is emptied as they get theirs."""
THERE = [shape for shape in SHAPES["shapes"] if shape not in NOT_YET]


def test_the_page_is_what_content_says() -> None:
    if RESET:
        PAGE.write_text(page(), "utf-8")
    else:
        assert PAGE.read_text("utf-8") == page()


def test_only_these_shapes_are_not_there_yet() -> None:
    assert set(SHAPES["not_yet"]) <= set(NOT_YET)
    assert [str(one + 1) for one in range(40)] == list(SHAPES["shapes"])


@pytest.mark.parametrize("shape", THERE)
def test_a_shape_has_a_form_a_norm_and_a_source(shape: str) -> None:
    norms = [norm_of(some[0]) for some in tables(shape)]

    assert norms
    assert all(norm.norm.form and sources(norm) for norm in norms)


@pytest.mark.parametrize("shape", THERE)
def test_a_shape_has_a_table_at_its_boundary(shape: str) -> None:
    """Below, at and above it: the verdict is not the same at all three."""
    found = next((three for some in tables(shape) if (three := boundary(some))), [])

    assert len(found) == len({row.cells for row in found}) == 3
    assert len({row.named("verdict") for row in found}) > 1
