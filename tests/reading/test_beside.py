"""Plans that continue another, and tables that fill what another leaves blank."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from dinhbien import InputError, Plan, read_change, read_plan
from dinhbien.model.plan import Cell
from dinhbien.reading.to_plan import pack_named
from dinhbien.reading.to_rules import read_rules
from dinhbien.shipped import content

BASE = """
plan: {vi: Kế hoạch gốc, en: The first plan}
as_of: 2025-10-20
norms: dien-bien
province: {code: "99", name: Tỉnh thử, ha_noi_or_hcm: no}
lists_complete: {commune: yes, organisation: no}
tables: {communes: communes.csv}
sources: {P: {url: https://example.org}}
columns:
  communes.population: {origin: published, source: P}
"""
NEXT = """
plan: {vi: Kế hoạch tiếp, en: The next plan}
continues: plan.yaml
lists_complete: {organisation: yes}
fills: {communes: fill.csv}
columns:
  communes.figures.vice_chairs: {origin: reported}
"""
COMMUNES = """code,name,type,population,population.note
90001,Một,xa,,bỏ trống / blank
90002,Hai,xa,9,
"""
FILL = """code,population,population.origin,population.how,figures.vice_chairs
90001,8,modelled,a / b,2
90002,9,,,0
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in {
        "plan.yaml": BASE, "next.yaml": NEXT, "communes.csv": COMMUNES, "fill.csv": FILL,
    }.items():  # fmt: skip
        (tmp_path / name).write_text(text, "utf-8")
    return tmp_path


def read(folder: Path, change: str = "") -> Plan:
    changed = None
    if change:
        (folder / "change.yaml").write_text(change, "utf-8")
        changed = read_change(folder / "change.yaml")
    return read_plan(folder / "next.yaml", read_rules(content("rules")), changed)


def cells(plan: Plan, name: str) -> list[Cell]:
    return [unit.cells[name] for unit in plan.root.children["commune"]]


def test_a_plan_has_what_it_continues_and_its_own_keys_win(folder: Path) -> None:
    plan = read(folder)

    assert plan.title.en == "The next plan"
    assert plan.norms == "dien-bien"
    assert plan.root.name == "Tỉnh thử"
    assert set(plan.sources) == {"P"}
    assert plan.root.complete == {"commune"}
    assert plan.root.children["commune"][0].complete == {"organisation"}


def test_the_plan_that_is_continued_is_as_it_was(folder: Path) -> None:
    before = read_plan(folder / "plan.yaml", read_rules(content("rules")))

    assert cells(before, "population")[0].value is None
    assert before.root.children["commune"][0].complete == frozenset()


def test_the_pack_of_the_continued_plan_judges(folder: Path) -> None:
    assert pack_named(folder / "next.yaml") == "dien-bien"


def test_a_fill_states_what_is_blank_with_all_that_is_said_of_it(folder: Path) -> None:
    first, second = cells(read(folder), "population")

    assert (first.value, first.origin, first.note) == (Fraction(8), "modelled", None)
    assert first.how is not None
    assert (first.how.vi, first.how.en) == ("a", "b")
    assert (second.value, second.origin, second.source) == (Fraction(9), "published", "P")


def test_a_column_states_totals(folder: Path) -> None:
    found = [unit.figures["vice_chairs"] for unit in read(folder).root.children["commune"]]

    assert [(one.value, one.origin) for one in found] == [
        (Fraction(2), "reported"),
        (Fraction(0), "reported"),
    ]


def test_a_change_comes_after_the_fills(folder: Path) -> None:
    change = "change: {vi: Thử, en: A trial}\nplan: {communes.90001.population: 7}\n"

    assert cells(read(folder, change), "population")[0].value == Fraction(7)


@pytest.mark.parametrize("total", ["3", "0"])
def test_a_total_that_is_stated_otherwise_is_refused(total: str, folder: Path) -> None:
    text = COMMUNES.replace("note\n", "note,figures.vice_chairs\n")
    text = text.replace("blank\n", f"blank,{total}\n").replace(",9,\n", ",9,,0\n")
    (folder / "communes.csv").write_text(text, "utf-8")

    with pytest.raises(InputError, match=f"stated already as `{total}`, and here as `2`"):
        read(folder)


def test_a_plan_is_continued_once(folder: Path) -> None:
    (folder / "plan.yaml").write_text(BASE + "continues: other.yaml\n", "utf-8")

    with pytest.raises(InputError, match=r"`plan\.yaml` continues a plan itself"):
        read(folder)
