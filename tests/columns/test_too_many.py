"""More words missing than are tried, told by arrays."""

from __future__ import annotations

from dinhbien.columns.from_plan import table_of
from dinhbien.columns.judged import compiled
from dinhbien.columns.too_many import too_many
from tests.laws.strategies import DAY, plan_of, program, rules


def test_no_words_are_read_where_there_are_no_posts() -> None:
    norm = program(
        form="floor", count="deputies", numbers={"five": "5 people"}, at_least="five"
    )  # fmt: skip
    post = {"on_books": 1, "contract": 0, "seconded_in": 0, "seconded_out": 0, "concurrent": 0}
    communes = [{"organisations": []}, {"organisations": [{"kind": "office", "posts": [post]}]}]
    table = table_of(plan_of({"communes": communes}), rules().vocabulary)
    (asked,) = compiled([norm], table, DAY).asked

    assert asked is not None
    assert too_many(asked, table.block("commune", 0, 1)).tolist() == [False]
