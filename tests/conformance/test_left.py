"""Every file of expectations on columns; what these leave to the definition is recorded.

`DINHBIEN_RESET=1 pytest -n0 tests/conformance/test_left.py` records it anew.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from .columns import asked_of_columns
from .corpus import ROOT, by_columns, every, left_in, named

RECORD = Path(__file__).parent / "left.yaml"
HEAD = """\
# How many judgements columns make for the expectations of each file under scenarios/, and by norm
# and reason those that they leave to the definition.  Made by tests/conformance/test_left.py.
"""
FILES = {
    Path(case.at.file).relative_to(ROOT).as_posix(): case.at.file
    for case in every()
    if asked_of_columns(case)
}
RESET = bool(os.environ.get("DINHBIEN_RESET"))


@cache
def recorded() -> dict[str, Any]:
    """By file: how many are `made`, and what is `left`."""
    found = yaml.safe_load(RECORD.read_text("utf-8")) if RECORD.exists() else None
    return found or {}


@pytest.mark.parametrize("name", FILES)
def test_columns_find_what_a_file_expects(name: str) -> None:
    mine = [case for case in every() if case.at.file == FILES[name]]

    assert not {named(case): found for case in mine if (found := by_columns(case)[0])}


@pytest.mark.parametrize("name", FILES)
def test_columns_leave_no_more_than_is_recorded(name: str) -> None:
    made, left = left_in(FILES[name])
    found: dict[str, Any] = {"made": made, **({"left": left} if left else {})}
    if RESET:
        recorded()[name] = found
        listed = {one: recorded()[one] for one in sorted(FILES) if one in recorded()}
        RECORD.write_text(HEAD + yaml.safe_dump(listed, width=200, sort_keys=False), "utf-8")

    assert found == recorded()[name]


def test_columns_make_almost_all_judgements_of_the_corpus() -> None:
    made = sum(one["made"] for one in recorded().values())
    left = sum(
        many
        for one in recorded().values()
        for why in one.get("left", {}).values()
        for many in why.values()
    )

    assert set(recorded()) == set(FILES)
    assert made > 30 * left
