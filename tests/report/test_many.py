"""A page of more units than can be told one by one: a line for each, and nothing else said."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from fractions import Fraction
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from dinhbien.judging.check import Report, check
from dinhbien.judging.from_files import read_plan_and_pack
from dinhbien.judging.ranges import DEPENDS
from dinhbien.report.as_json import json_body
from dinhbien.report.html.page import html_text
from dinhbien.report.html.places import _distance, _nearest
from dinhbien.report.html.plots import plot
from dinhbien.report.html.sight import SIGNS
from tests.report.country import country
from tests.report.test_html import Element, tree

NORMS = ("frame", "division-minimum", "vice-chairs-two", "parts", "two-committees")
MOST = 200
STAFFED = 45
MET = ("met", "holds", "not applicable")


@cache
def report(communes: int) -> Report:
    """A plan of so many communes, judged by a few norms."""
    with TemporaryDirectory() as place:
        plan, pack = read_plan_and_pack(country(Path(place), communes, STAFFED))
    norms = tuple(one for one in pack.norms if one.id.rpartition("#")[2] in NORMS)
    assert len(norms) == len(NORMS)
    return check(plan, replace(pack, norms=norms))


@cache
def page(communes: int, lang: str = "vi") -> Element:
    return tree(html_text(report(communes), lang))


@cache
def findings() -> list[dict[str, Any]]:
    found = json_body(report(MOST + 1), everything=True)["findings"]
    return [one for one in found if one["standing"] == "used"]


def column(one: dict[str, Any]) -> str:
    return DEPENDS if one["depends_on_reading"] else str(one["verdict"])


def is_unit(one: Element) -> bool:
    return one.attributes["class"] == "unit"


@pytest.mark.parametrize("communes", [MOST - 1, MOST])
def test_every_unit_of_a_plan_that_is_not_too_large_is_told(communes: int) -> None:
    found = page(communes)

    assert not found.named("data-unit")
    assert not found.named("data-count")
    assert sum(1 for one in found.all("details") if is_unit(one)) == communes + 1


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_one_unit_more_makes_a_page_of_lines(lang: str) -> None:
    found = page(MOST + 1, lang)
    told = [one for one in found.all("details") if is_unit(one)]

    assert str(MOST + 1) in next(one.text for one in found.all("p") if one.attributes.get("role"))
    assert len(found.named("data-unit")) == MOST + 1 + 1  # the province too
    assert 1 < len(told) <= 40 + 1
    assert len(found.named("data-flags")) > MOST  # the review table has them all
    ids = {one.attributes["id"] for one in found.all() if "id" in one.attributes}
    links = {one.attributes["href"] for one in found.all() if "href" in one.attributes}
    assert links <= {f"#{one}" for one in ids}


def test_those_that_are_told_are_the_gravest() -> None:
    broken = Counter(one["subject"]["code"].split("/")[0] for one in findings()
                     if column(one) in {"breach", "shortage", "surplus", DEPENDS})  # fmt: skip
    told = {one.attributes["data-id"].split("@")[1].split("/")[0]
            for one in page(MOST + 1).named("data-id").values()}  # fmt: skip

    assert told - {"00"} <= set(broken)
    assert len(told - {"00"}) == min(40, len(broken))


def test_the_line_of_a_unit_says_what_the_json_says() -> None:
    found = page(MOST + 1)
    norms = {one: key for key, row in found.named("data-norm").items()
             for one in [int(row.attributes["id"][1:])]}  # fmt: skip
    by_unit: dict[str, dict[str, list[dict[str, Any]]]] = defaultdict(lambda: defaultdict(list))
    for one in findings():
        by_unit[one["subject"]["code"].split("/")[0]][one["norm"]].append(one)

    for code, line in found.named("data-unit").items():
        told, opened, kept = (cell.text for cell in line.all("td"))
        marks = {norms[int(number)]: said for number, said in re.findall(r"(\d+): (\S+)", told)}
        noted = {norm for norm, among in by_unit[code].items()
                 if any(column(one) not in {*MET, "undetermined"} for one in among)}  # fmt: skip
        assert set(marks) == noted
        for norm, said in marks.items():
            among = [one for one in by_unit[code][norm]
                     if column(one) not in {*MET, "undetermined"}]  # fmt: skip
            if len(among) == 1:
                (one,) = among
                exact = one["amount"] if isinstance(one["amount"], str) else ""
                depends = SIGNS[DEPENDS] if one["depends_on_reading"] else ""
                assert said == f"{SIGNS[one['verdict']]}{exact.replace('.', ',')}{depends}"
            else:
                assert said[0] == SIGNS[min(map(column, among), key=list(SIGNS).index)]
        every = [one for among in by_unit[code].values() for one in among]
        runs = [one.partition("–") for one in opened.split(", ") if one]
        spelt = {norms[at] for low, _, high in runs for at in range(int(low), int(high or low) + 1)}
        assert spelt == {one["norm"] for one in every if column(one) == "undetermined"}
        assert int(kept) == sum(1 for one in every if column(one) in MET[:2])


def test_the_counts_of_the_heat_map_are_those_of_the_json() -> None:
    counts = Counter(f"{one['norm']} {column(one)}" for one in findings())
    shown = {key: int(one.text) for key, one in page(MOST + 1).named("data-count").items()}

    asked = {one["norm"] for one in findings() if one["verdict"] != "not applicable"}
    assert shown == {key: many for key, many in counts.items() if key.split(" ")[0] in asked}


@pytest.mark.parametrize("kind", ["heatmap", "tiles", "baselines"])
def test_each_plot_holds_many_units(kind: str) -> None:
    made = plot(report(MOST + 1), kind).svg
    drawn = tree(made)

    assert len(made) < (MOST + 1) * 1000
    if kind == "tiles":
        assert sum(1 for one in drawn.all("g") if one.attributes["class"].startswith("v-")) == (
            MOST + 1
        )


ends = st.fractions(0, 7, max_denominator=9)


@given(st.tuples(ends, ends), st.sets(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=63))
def test_the_nearest_free_spot_is_nearest_of_all(
    wanted: tuple[Fraction, Fraction], taken: set[tuple[int, int]]
) -> None:
    free = {(column, row) for column in range(8) for row in range(8)} - taken

    assert _nearest(wanted, 8, taken) == min(free, key=lambda one: (_distance(one, wanted), one))
