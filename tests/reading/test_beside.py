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


@pytest.mark.parametrize(
    ("bounds", "says"),
    [
        ("9,", "outside its possible values"),
        ("8,", ""),
        (",7", "outside its possible values"),
        (",8", ""),
    ],
)
def test_a_fill_keeps_the_bounds_of_what_is_unknown(bounds: str, says: str, folder: Path) -> None:
    text = COMMUNES.replace("note\n", "note,population.at_least,population.at_most\n")
    text = text.replace("blank\n", f"blank,{bounds}\n").replace(",9,\n", ",9,,,\n")
    (folder / "communes.csv").write_text(text, "utf-8")

    if says:
        with pytest.raises(InputError, match=says):
            read(folder)
    else:
        assert cells(read(folder), "population")[0].value == Fraction(8)


@pytest.mark.parametrize("key", ["fills", "tables"])
@pytest.mark.parametrize("name", ["../fill.csv", "/abroad/fill.csv", "C:\\fill.csv"])
def test_no_table_lies_outside_the_folder(key: str, name: str, folder: Path) -> None:
    (folder / "next.yaml").write_text(NEXT.replace("fills:", f"{key}:").replace("fill.csv", name))

    with pytest.raises(InputError, match="is outside the plan's folder"):
        read(folder)


def test_no_link_leads_a_fill_or_a_continued_plan_outside(folder: Path) -> None:
    inner = folder / "inner"
    inner.mkdir()
    for name in ("plan.yaml", "fill.csv", "communes.csv"):
        (inner / name).symlink_to(folder / name)
    (inner / "next.yaml").write_text(NEXT, "utf-8")

    with pytest.raises(InputError, match="names no plan beside this one"):
        read(inner)
    (inner / "plan.yaml").unlink()
    (inner / "plan.yaml").write_text(BASE.replace("tables: {communes: communes.csv}\n", ""))
    with pytest.raises(InputError, match=r"`fill\.csv` is outside the plan's folder"):
        read(inner)


def test_what_is_continued_is_a_plan(folder: Path) -> None:
    (folder / "plan.yaml").write_text("- one\n", "utf-8")

    with pytest.raises(InputError, match=r"plan\.yaml:1:1: a plan is a list"):
        read(folder)


@pytest.mark.parametrize("key", ["continues", "fills.communes", "tables.communes"])
def test_what_only_yaml_has_is_refused_in_tables(key: str, tmp_path: Path) -> None:
    head = "key,value,vi,en\nplan,,a,b\nnorms,dien-bien,,\nprovince.code,99,,\n"
    (tmp_path / "plan.csv").write_text(f"{head}{key},x.csv,,\n", "utf-8")

    with pytest.raises(InputError, match=f"`{key.partition('.')[0]}` is for a plan in YAML"):
        read_plan(tmp_path, read_rules(content("rules")))


@pytest.mark.parametrize("turned", [False, True])
def test_an_illustration_in_tables_names_others(turned: bool, tmp_path: Path) -> None:
    head = "key,value,vi,en\nplan,,a,b\nnorms,dien-bien,,\nprovince.code,99,,\n"
    rows = ["illustration,,bịa ra,invented", "illustration.beside.1,other,,"]
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "plan.csv").write_text(head, "utf-8")
    (tmp_path / "plan.csv").write_text(head + "\n".join(rows[::-1] if turned else rows), "utf-8")

    plan = read_plan(tmp_path, read_rules(content("rules")))

    assert plan.illustration is not None
    assert plan.illustration.en == "invented"
    assert [one.root.code for one in plan.beside] == ["99"]


def test_what_was_repaired_beside_is_said(tmp_path: Path) -> None:
    head = "key,value,vi,en\nplan,,a,b\nnorms,dien-bien,,\nprovince.code,{},,\n"
    more = "illustration,,bịa ra,invented\nillustration.beside.1,other,,\n"
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "plan.csv").write_text(head.format("1"), "utf-8")
    (tmp_path / "plan.csv").write_text(head.format("01") + more, "utf-8")

    (repair,) = read_plan(tmp_path, read_rules(content("rules"))).repairs

    assert "the code `1` was read as `01`" in str(repair)
