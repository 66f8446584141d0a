"""What is odd but valid is read to the same thing."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

from dinhbien.language.operators import NumberOf, Program
from dinhbien.model.plan import Plan

from .cases import PACK, put, read_here

ARTICLE, PLAN, COMMUNES = "norms/vn/x/article-1.yaml", "plan/plan.yaml", "plan/communes.csv"
INSTRUMENT = "norms/vn/x/instrument.yaml"
TEXTS = [ARTICLE, INSTRUMENT, "norms/here/pack.yaml", PLAN]
TABLES = [COMMUNES, "plan/figures.csv"]

ANY_FILE: dict[str, Callable[[str], bytes]] = {
    "a byte order mark": lambda text: text.encode("utf-8-sig"),
    "lines of another system": lambda text: text.replace("\n", "\r\n").encode(),
    "decomposed letters": lambda text: unicodedata.normalize("NFD", text).encode(),
    "no last line end": lambda text: text.rstrip("\n").encode(),
    "blank lines": lambda text: text.replace("\n", "\n\n").encode(),
}
ANY_YAML: dict[str, Callable[[str], bytes]] = {
    "comments": lambda text: text.replace("\n", "  # a comment\n# another\n").encode(),
    "marks of the document": lambda text: f"%YAML 1.2\n---\n{text}...\n".encode(),
}
ARTICLE_SPELLINGS = {
    "quoted keys": ("at_most: most", "\"at_most\": 'most'"),
    "a folded expression": ("at_most: most", "at_most: >-\n      most"),
    "a literal expression": ("at_most: most", "at_most: |\n      most"),
    "an expression over two lines": ("at_most: most", "at_most: >\n      least(most,\n      most)"),
    "spaces in an expression": ("at_most: most", 'at_most: "  most  "'),
    "braces in an expression": ("at_most: most", "at_most: ((most))"),
    "a number at length": ("{most: 30 posts}", "{most: {is: 30 posts}}"),
    "a number in steps": ("30 posts", "3_0 posts"),
    "a number as a ratio": ("30 posts", "60/2 posts"),
    "a number with decimals": ("30 posts", "30.00 posts"),
    "a unit in the singular": ("30 posts", "30 post"),
    "a source in a list": ("source: S-1", "source: [S-1]"),
    "a value by a let": ("at_most: most", "at_most: bound\n    let: {bound: most}"),
}
PLAN_SPELLINGS = {
    "the newer tone mark": (COMMUNES, "Hòa", "Hoà"),
    "a word in Vietnamese": (COMMUNES, ",xa,", ",xã,"),
    "a word in capitals": (COMMUNES, ",xa,", ",XÃ,"),
    "a word in English": (COMMUNES, ",xa,", ",commune,"),
    "a number in steps": (COMMUNES, "12000", "12_000"),
    "a number with decimals": (COMMUNES, "12000", "12000.0"),
    "cells in quotes": (COMMUNES, "Xã Một", '"Xã Một"'),
    "spaces around a cell": (COMMUNES, ",xa,", ", xa ,"),
    "a quoted code": (PLAN, "code: 99", 'code: "99"'),
    "a tag that says text": (PLAN, "code: 99", "code: ! 99"),
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with the good pack."""
    monkeypatch.chdir(tmp_path)
    put(tmp_path, INSTRUMENT, (PACK / INSTRUMENT).read_bytes())
    return tmp_path


def rewrite(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert text.count(old) == 1
    file.write_text(text.replace(old, new), "utf-8")


def program() -> Program:
    _, pack = read_here()
    (norm,) = pack.norms
    return norm.used.program


def plan() -> Plan:
    return read_here()[0]


def test_the_good_pack_says_what_is_written(folder: Path) -> None:
    assert (folder / ARTICLE).is_file()
    _, pack = read_here()
    (norm,) = pack.norms

    assert norm.id == "vn/x/article-1#ceiling"
    assert norm.instrument.number == "01/2025/QĐ-THỬ"
    assert str(norm.period.start) == "2025-06-01"
    assert norm.period.end is None
    assert norm.used.program.most == NumberOf("most")
    (row,) = norm.used.program.numbers["most"].rows[""]
    assert row.value == Fraction(30)
    assert str(norm.used.program.numbers["most"].measure) == "post"


def test_the_good_plan_says_what_is_written(folder: Path) -> None:
    assert (folder / PLAN).is_file()
    read = plan()
    first, second = read.root.children["commune"]

    assert (first.code, first.name, first.cell("type").value) == ("00001", "Xã Một", "xa")
    assert first.cell("population").value == Fraction(12000)
    assert first.figures["government_staff"].value == Fraction(31)
    assert first.figures["government_staff"].scope == "all_blocks"
    assert second.cell("population").value is None  # §2: blank is not zero
    assert [figure.precision for figure in read.figures] == ["exact", "about"]


@pytest.mark.parametrize("file", TEXTS + TABLES)
@pytest.mark.parametrize("how", ANY_FILE)
def test_any_file_may_have(how: str, file: str, folder: Path) -> None:
    expected_plan, expected = plan(), program()
    (folder / file).write_bytes(ANY_FILE[how]((folder / file).read_text("utf-8")))

    assert plan() == expected_plan
    assert program() == expected


@pytest.mark.parametrize("file", TEXTS)
@pytest.mark.parametrize("how", ANY_YAML)
def test_any_yaml_may_have(how: str, file: str, folder: Path) -> None:
    expected_plan, expected = plan(), program()
    (folder / file).write_bytes(ANY_YAML[how]((folder / file).read_text("utf-8")))

    assert plan() == expected_plan
    assert program() == expected


@pytest.mark.parametrize("how", ARTICLE_SPELLINGS)
def test_an_article_may_have(how: str, folder: Path) -> None:
    expected = program()
    rewrite(folder / ARTICLE, *ARTICLE_SPELLINGS[how])
    found = program()

    assert found.numbers == expected.numbers
    assert found.measured == expected.measured
    if how != "an expression over two lines":
        assert found.most == expected.most


@pytest.mark.parametrize("how", PLAN_SPELLINGS)
def test_a_plan_may_have(how: str, folder: Path) -> None:
    expected = plan()
    file, old, new = PLAN_SPELLINGS[how]
    rewrite(folder / file, old, new)

    assert plan().sha256 == expected.sha256


def test_the_order_of_rows_is_irrelevant(folder: Path) -> None:
    expected = plan()
    head, *rows = (folder / COMMUNES).read_text("utf-8").splitlines()
    (folder / COMMUNES).write_text("\n".join([head, *rows[::-1]]), "utf-8")

    assert plan().sha256 == expected.sha256


def test_another_number_is_another_plan(folder: Path) -> None:
    expected = plan()
    rewrite(folder / COMMUNES, "12000", "12001")

    assert plan().sha256 != expected.sha256


def test_a_change_reaches_norm_and_plan(folder: Path) -> None:
    change = (PACK.parent / "change.yaml").read_bytes()
    (folder / "change.yaml").write_bytes(change)
    (row,) = program().numbers["most"].rows[""]
    cell = plan().root.children["commune"][1].cell("population")

    assert row.value == Fraction(31)
    assert (cell.value, cell.origin) == (Fraction(9000), "modelled")
