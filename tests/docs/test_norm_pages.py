"""The pages of norms say what the files of norms say, and what changes has its instrument."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial

import pytest

from dinhbien.errors import Position
from dinhbien.reading.document import Scalar
from dinhbien.reading.patch import Patch
from dinhbien.reading.to_pack import read_pack
from tests.docs import norms_by_day, readings_page
from tests.docs.norm_pages import FOLDER, index, names, norms_of, own, pack, pack_page
from tests.docs.pages import ROOT

RESET = bool(os.environ.get("DINHBIEN_RESET"))
PAGES: dict[str, Callable[[], str]] = {
    "README": index,
    "in-force": norms_by_day.page,
    "readings": readings_page.page,
    **{name: partial(pack_page, name) for name in names()},
}
SWITCHES = [row for row in readings_page.contradictions() if row["switch"]]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_what_content_says(name: str) -> None:
    page = ROOT / FOLDER / f"{name}.md"
    if RESET:
        page.parent.mkdir(exist_ok=True)
        page.write_text(PAGES[name](), "utf-8")
    else:
        assert page.read_text("utf-8") == PAGES[name]()


def test_there_is_no_page_of_what_is_gone() -> None:
    assert {page.stem for page in (ROOT / FOLDER).glob("*.md")} == set(PAGES)


def test_every_norm_that_binds_has_its_place() -> None:
    """Also the texts of which nothing is encoded have one."""
    for name in names():
        page = PAGES[name]()

        for key, instrument in own(name):
            assert f"\n## {key.partition('/')[2]}\n" in page
            assert all(f"\n### {norm.id}\n" in page for norm in norms_of(name, key))
            assert all(gap.what.said("vi") in page for gap in instrument.not_encoded)


def test_the_set_of_norms_changes_only_by_an_instrument() -> None:
    for before, after in norms_by_day.steps():
        was, is_ = norms_by_day.marks(before), norms_by_day.marks(after)
        told = {one.norm for _, one in norms_by_day.changes(before, after)}

        assert {norm for norm in is_ if was[norm] != is_[norm]} <= told
        for _, one in norms_by_day.changes(before, after):
            assert norms_by_day.explained(one, before, after), (one.norm, before, after)


def test_the_days_are_in_order() -> None:
    listed = [day for day, _, _ in norms_by_day.days()]

    assert listed == sorted(set(listed))
    assert all(vi and en for _, vi, en in norms_by_day.days())


def test_each_contradiction_is_accounted_for() -> None:
    rows = readings_page.contradictions()
    known = {norm.id for name in names() for norm in pack(name).norms}
    ids = [f"C-{one:02}" for one in range(1, 16)] + [f"X-{one:02}" for one in range(1, 17)]

    assert [row["id"] for row in rows] == ids
    for row in rows:
        assert all(row[key] for key in row if key not in {"norms", "switch", "value"}), row["id"]
        assert {one for one in row["norms"].split("; ") if one} <= known, row["id"]


@pytest.mark.parametrize("row", SWITCHES, ids=lambda row: row["id"])
def test_a_switch_makes_another_norm(row: dict[str, str]) -> None:
    target, _, path = row["switch"].partition(":")
    name = target.partition("/")[0]
    at = Position("contradictions.csv", 1, 1)
    changed = read_pack(name, patches={target: [Patch(path, Scalar(row["value"], at), at)]})
    before = {norm.id: (norm.sha256, norm.used.name) for norm in pack(name).norms}

    assert any((norm.sha256, norm.used.name) != before[norm.id] for norm in changed.norms)
