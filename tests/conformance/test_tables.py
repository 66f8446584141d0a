"""Every row of every table of expectations, and that a wrong one is noticed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from dinhbien.judging.from_files import check_file

from .tables import Row, differences, rows

ROWS = list(rows())
PLANS = sorted({row.plan for row in ROWS})


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_row_is_as_expected(row: Row) -> None:
    assert not list(differences(row))


@pytest.mark.parametrize("column", ["verdict", "required.min"])
def test_a_wrong_row_is_noticed(column: str) -> None:
    row = next(one for one in ROWS if one.values.get(column))
    wrong = replace(row, values={**row.values, column: "41"})

    assert list(differences(wrong))


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.parent.name)
def test_the_whole_pack_judges_the_plan(plan: Path) -> None:
    assert all(one.shown_by for one in check_file(plan).conflicts)
