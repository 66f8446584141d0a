"""The head of a plan that stands in tables: what is wrong with a row is said at the row."""

from __future__ import annotations

from pathlib import Path

import pytest

from dinhbien import InputError, read_plan
from dinhbien.reading.to_rules import read_rules
from dinhbien.shipped import content

HEAD = "key,value,vi,en\nplan,,Thử,A try\nnorms,dien-bien,,\nprovince.code,99,,\n"


def refused(folder: Path, name: str, text: str) -> str:
    """What is said of a plan in CSV with this text in one of its files."""
    for file, body in {"plan.csv": HEAD, name: text}.items():
        (folder / file).write_text(body, "utf-8")
    with pytest.raises(InputError) as caught:
        read_plan(folder, read_rules(content("rules")))
    (problem,) = caught.value.problems
    return str(problem).removeprefix(f"{folder.as_posix()}/")


def test_a_column_that_the_head_has_not_is_refused_with_the_nearest(tmp_path: Path) -> None:
    said = refused(tmp_path, "plan.csv", HEAD.replace("\n", ",\n").replace("en,", "en,valeu", 1))

    assert said.startswith("plan.csv:1:17: `valeu` is not a column of `plan`")
    assert "did you mean `value`" in said


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [("plan.csv", f"{HEAD},x,,\n", 5), ("sources.csv", "key,url\nA,x\n,y\n", 3)],
)
def test_a_row_without_its_key_is_refused(name: str, text: str, line: int, tmp_path: Path) -> None:
    said = refused(tmp_path, name, text)

    assert said.startswith(f"{name}:{line}:1: the row has no `key`")
    assert "say in `key` what the row is about" in said


@pytest.mark.parametrize("row", ["as_of,2025-10-20,Thử,A try", "as_of,2025-10-20,Thử,"])
def test_a_row_with_a_value_and_a_text_is_refused(row: str, tmp_path: Path) -> None:
    said = refused(tmp_path, "plan.csv", f"{HEAD}{row}\n")

    assert said.startswith("plan.csv:5:1: `as_of` has a `value` and a text in `vi` or `en`")
    assert "a title takes `vi` and `en`, all else `value`" in said
