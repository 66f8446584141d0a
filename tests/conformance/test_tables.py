"""Every row of every table of expectations, and that a wrong one is noticed."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from dinhbien.corpus.cases import Case
from tests.judged import check_file

from .corpus import failed, named, rows

ROWS = rows()
PLANS = sorted({row.plan for row in ROWS})


@pytest.mark.parametrize("row", ROWS, ids=named)
def test_a_row_is_as_expected(row: Case) -> None:
    assert not failed(row)


@pytest.mark.parametrize("column", ["verdict", "required.min"])
def test_a_wrong_row_is_noticed(column: str) -> None:
    row = next(one for one in ROWS if one.named(column))
    wrong = [(path, "41" if path == column else value) for path, value in row.values]

    assert failed(replace(row, values=tuple(wrong)))


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.parent.name)
def test_the_whole_pack_judges_the_plan(plan: Path) -> None:
    assert all(one.shown_by for one in check_file(plan).conflicts)
