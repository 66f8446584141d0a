"""Where arrays say that a stated total may be contradicted."""

from __future__ import annotations

import numpy as np
import pytest
from msgspec.structs import replace

from dinhbien.columns.from_plan import table_of
from dinhbien.columns.table import Column, Stated
from dinhbien.many import contradictions
from tests.laws.strategies import DAY, plan_of, rules

POST = {"category": "civil_servant", "rank": "deputy", "position": "vice_chair", "on_books": 2,
        "concurrent": 0}  # fmt: skip


@pytest.mark.parametrize(("stated", "doubtful"), [(3, True), (4, False), (5, False)])
def test_a_total_of_the_whole_plan_is_held_to_all_blocks(
    stated: int, doubtful: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two communes with two each, lists that are open: each alone would allow three."""
    office = {"kind": "office", "complete": True, "posts": [POST]}
    commune = {"complete": True, "organisations": [office]}
    table = table_of(plan_of({"communes": [commune, commune]}), rules().vocabulary)
    top = table.levels[table.top]
    told = np.full(1, stated, np.int64)
    totals = {"vice_chairs": Stated(np.ones(1, bool), Column(told, told))}
    levels = {**table.levels, table.top: replace(top, stated=totals, complete={})}
    monkeypatch.setattr(contradictions, "BLOCK", 1)

    found = contradictions._doubtful(replace(table, levels=levels), rules(), "commune", DAY)

    assert found.tolist() == [doubtful] * 2
