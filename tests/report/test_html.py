"""The page for a browser: whole, inert, the same every time, and all its figures in the JSON."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from dinhbien import cli
from dinhbien.explain.numbers import number_said
from dinhbien.judging.check import BINDING, Report, check
from dinhbien.judging.from_files import check_file
from dinhbien.judging.ranges import DEPENDS
from dinhbien.model.finding import BROKEN
from dinhbien.model.plan import Cell
from dinhbien.report.as_json import json_body
from dinhbien.report.html import page as page_module
from dinhbien.report.html.page import html_text
from dinhbien.report.html.sight import SIGNS
from dinhbien.shipped import content

SCENARIOS = content("scenarios")
FLAGS = SCENARIOS / "examples" / "flags"
HEADS = SCENARIOS / "examples" / "head-counts"
BESIDE = SCENARIOS / "examples" / "beside"
PUBLISHED = SCENARIOS / "dien-bien" / "2025-10"
PLANS = {"flags": FLAGS, "head-counts": HEADS, "beside": BESIDE}
VOID = {"meta", "br", "hr", "img", "input", "link"}
STYLE = Path(page_module.__file__).parent / "templates" / "style.css"


@dataclass
class Element:
    """A tag with its attributes, the elements within it, and all text within."""

    tag: str
    attributes: dict[str, str]
    within: list[Element] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    def all(self, tag: str = "") -> Iterator[Element]:
        """The elements below this one, in order."""
        for one in self.within:
            if tag in {"", one.tag}:
                yield one
            yield from one.all(tag)

    def named(self, attribute: str) -> dict[str, Element]:
        """The elements that have `attribute`, by its value."""
        return {one.attributes[attribute]: one for one in self.all() if attribute in one.attributes}

    @property
    def text(self) -> str:
        """All text within, with single blanks."""
        return " ".join(" ".join(self.texts).split())


class Tree(HTMLParser):
    """Reads a page into elements; a tag that is not closed, or closed twice, is an error."""

    def __init__(self) -> None:
        super().__init__()
        self.root = Element("", {})
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"{tag} has an attribute twice: {names}"
        one = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].within.append(one)
        if tag not in VOID:
            self.open.append(one)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open[-1].within.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open[-1].tag == tag, f"</{tag}> closes <{self.open[-1].tag}>"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        for one in self.open:
            one.texts.append(data)


def tree(text: str) -> Element:
    """The elements of a page that is well-formed."""
    reader = Tree()
    reader.feed(text)
    reader.close()
    assert reader.open == [reader.root]
    return reader.root


@cache
def report(name: str) -> Report:
    return check_file(PLANS[name])


@cache
def page(name: str, lang: str = "vi") -> str:
    return html_text(report(name), lang)


@cache
def body(name: str) -> dict[str, Any]:
    return json_body(report(name), everything=True)


def column(one: dict[str, Any]) -> str:
    return DEPENDS if one["depends_on_reading"] else str(one["verdict"])


def renamed(name: str) -> Report:
    """The plan of flags with another name for its first commune."""
    found = report("flags")
    first, *rest = found.plan.root.children["commune"]
    root = replace(found.plan.root, children={"commune": (replace(first, name=name), *rest)})
    return check(replace(found.plan, root=root), found.pack)


# -- the page itself ------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("name", PLANS)
def test_a_page_is_well_formed_and_its_links_lead_somewhere(name: str, lang: str) -> None:
    found = tree(page(name, lang))
    ids = Counter(one.attributes["id"] for one in found.all() if "id" in one.attributes)
    links = {one.attributes["href"] for one in found.all() if "href" in one.attributes}

    assert next(found.all("html")).attributes["lang"] == lang
    assert max(ids.values()) == 1
    assert links
    assert links <= {f"#{one}" for one in ids}


@pytest.mark.parametrize("name", PLANS)
def test_a_page_loads_nothing_and_runs_nothing(name: str) -> None:
    found = tree(page(name))
    attributes = {key for one in found.all() for key in one.attributes}
    styles = " ".join(one.text for one in found.all("style"))

    assert not {one.tag for one in found.all()} & {"script", "link", "img", "iframe", "object"}
    assert not {key for key in attributes if key.startswith("on") or key in {"src", "style"}}
    assert not re.search(r"url\(|@import|https?:", styles)
    assert "default-src 'none'" in page(name)


def test_the_same_input_gives_the_same_bytes() -> None:
    assert html_text(check_file(FLAGS), "vi") == page("flags")
    assert html_text(check_file(BESIDE), "en") == page("beside", "en")


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "\"'><img src=x>", "&lt;b&gt;"])
def test_what_a_plan_says_is_inert(name: str) -> None:
    text = html_text(renamed(name), "vi")
    found = tree(text)

    assert not list(found.all("script"))
    assert not list(found.all("img"))
    assert name in [one.text for one in found.all("th")]
    assert name.split(maxsplit=1)[0] in next(found.all("desc")).text


def test_a_name_in_decomposed_letters_is_read_as_the_composed_one(tmp_path: Path) -> None:
    text = (FLAGS / "plan.yaml").read_text("utf-8")
    apart = unicodedata.normalize("NFD", text.replace("name: Đủ Người", "name: <b>Hoà</b>"))
    (tmp_path / "plan.yaml").write_text(apart, encoding="utf-8")

    made = html_text(check_file(tmp_path), "vi")

    assert unicodedata.is_normalized("NFC", made)
    assert "<b>Hòa</b>" in [one.text for one in tree(made).all("th")]


def test_the_order_of_the_parts() -> None:
    found = [one.attributes["id"] for one in tree(page("flags")).all("h2")]

    assert found == ["collect", "figure", "heat", "review", "findings", "flags", "conflicts",
                     "totals", "gaps", "norms", "proof"]  # fmt: skip


def test_both_languages_say_the_same_of_the_same() -> None:
    vi, en = (tree(page("flags", lang)) for lang in ("vi", "en"))

    for name in ("data-id", "data-flags", "data-total", "data-norm", "data-ids", "data-tile"):
        assert list(vi.named(name)) == list(en.named(name)) != []
    assert next(vi.all("h1")).text == "Tỉnh thử · xét theo ngày 20/10/2025"
    assert next(en.all("h1")).text == "Tỉnh thử · judged as of 2025-10-20"


# -- its figures ----------------------------------------------------------------------


def numbers(value: Any) -> list[str]:  # noqa: ANN401 - it is JSON
    """How a number of JSON is written on a Vietnamese page: each of its ends."""
    ends = value.values() if isinstance(value, dict) else [value]
    return [str(one).replace(".", ",") for one in ends if one is not None]


@pytest.mark.parametrize("name", PLANS)
def test_every_finding_of_the_page_says_what_the_json_says(name: str) -> None:
    said = tree(page(name)).named("data-id")
    listed = {one["id"]: one for one in json_body(report(name))["findings"]}

    assert set(said) == set(listed)
    for key, one in listed.items():
        assert said[key].attributes["data-sign"].startswith(SIGNS[one["verdict"]])
        assert one["subject"]["name"] in said[key].text
        for number in (*numbers(one["amount"]), *numbers(one["measured"])):
            assert number in said[key].text or number == "0"


@pytest.mark.parametrize("name", PLANS)
def test_every_cell_of_the_heat_map_is_a_finding_of_the_json(name: str) -> None:
    cells = tree(page(name)).named("data-ids")
    found = {one["id"]: one for one in body(name)["findings"]}
    asked = {one["norm"] for one in found.values() if one["verdict"] != "not applicable"}
    used = {key for key, one in found.items()
            if one["norm"] in asked and one["norm"] in _used(name)}  # fmt: skip

    assert {one for key in cells for one in key.split("\n")} == used
    for key, cell in cells.items():
        among = [found[one] for one in key.split("\n")]
        worst = min(among, key=lambda one: list(SIGNS).index(column(one)))
        assert cell.attributes["class"] == f"v-{column(worst).replace(' ', '-')}"
        assert cell.text
        assert cell.attributes["title"]


def _used(name: str) -> set[str]:
    return {one["id"] for one in body(name)["norms"] if one["standing"] == "used"}


@pytest.mark.parametrize("name", PLANS)
def test_the_tiles_count_what_the_json_lists(name: str) -> None:
    tiles = tree(page(name)).named("data-tile")
    used = [one for one in body(name)["findings"] if one["standing"] == "used"]
    broken = [one["force"] in BINDING for one in used if column(one) in BROKEN]
    counts = {
        "broken": broken.count(True),
        "departs": broken.count(False),
        "depends": sum(1 for one in used if column(one) == DEPENDS),
        "open": sum(1 for one in used if column(one) == "undetermined"),
        "met": sum(1 for one in used if column(one) in {"met", "holds"}),
    }
    said = {key: re.findall(r"\d+", one.text)[0] for key, one in tiles.items()}

    assert said == {key: str(count) for key, count in counts.items()}


def test_the_review_table_and_the_figure_hold_the_flags_of_the_json() -> None:
    found = tree(page("flags"))
    rows = {one["id"]: one for one in body("flags")["flags"]}
    table = next(one for one in found.all("table") if "review@90003" in one.named("data-flags"))

    for key, row in table.named("data-flags").items():
        cells = [one.text for one in row.all("td")]
        flags = [one for one in rows[key]["flags"] if one["kind"] == "flag"]
        exact = [one["amount"] if isinstance(one["amount"], str) else "?" for one in flags]
        assert cells == exact
    drawn = {key: one for key, one in found.named("data-flags").items() if one.tag == "g"}
    assert len(drawn) == 3
    assert next(drawn[next(reversed(drawn))].all("title")).text == (
        "Thừa Người (90003). Định mức 35: 32; Biên chế giao: 38; Có mặt: 41; Đang làm việc: 41"
    )


def test_the_totals_are_those_of_the_json() -> None:
    for key, row in tree(page("flags")).named("data-total").items():
        baseline, norm, reading = key.split(" ", 2)
        total = body("flags")["totals"][baseline][norm][reading]
        said = " ".join(one.text for one in row.all("td"))
        for name in ("shortage", "surplus", "measured"):
            assert all(number in said for number in numbers(total[name]))


def test_what_makes_the_page_again_stands_at_its_end() -> None:
    *_, proof = tree(page("flags")).all("dl")
    head = body("flags")

    assert head["plan"]["sha256"] in proof.text
    assert head["engine_version"] in proof.text
    assert head["pack"] in proof.text
    assert head["as_of"] in proof.text


def test_what_is_not_known_is_drawn_as_unknown() -> None:
    found = html_text(check_file(FLAGS, change=FLAGS / "change-no-quota.yaml"), "en")
    line = next(one for one in tree(found).all("g") if "90002" in next(one.all("title")).text)
    other = next(one for one in tree(found).all("g") if "90003" in next(one.all("title")).text)

    assert "Assigned: ≥" in next(line.all("title")).text or "Assigned: ?" in line.text
    assert [one.attributes["class"] for one in line.all("path")].count("open") == 1
    assert "?" in [one.text for one in line.all("text")]
    assert len(list(line.all("use"))) == len(list(other.all("use"))) - 1


def placed(*places: tuple[int, int] | None) -> Report:
    """The plan of flags with its communes at these degrees north and east."""
    found = report("flags")
    units = []
    for unit, place in zip(found.plan.root.children["commune"], places, strict=True):
        cells = dict(unit.cells)
        for name, degree in zip(("latitude", "longitude"), place or (), strict=False):
            cells[name] = Cell(unit.at(name), Fraction(degree))
        units.append(replace(unit, cells=cells))
    root = replace(found.plan.root, children={"commune": tuple(units)})
    return check(replace(found.plan, root=root), found.pack)


def spots(found: Report) -> dict[str, tuple[int, int]]:
    """Where each tile of the page stands, by the name on it."""
    tiles = [one for one in tree(html_text(found, "en")).all("g") if "data-tiles" in one.attributes]
    rects = [next(one.all("rect")).attributes for one in tiles]
    names = [next(one.all("text")).text for one in tiles]
    return {name: (int(one["x"]), int(one["y"])) for name, one in zip(names, rects, strict=True)}


def test_tiles_lie_as_the_coordinates_do_and_never_on_one_another() -> None:
    found = spots(placed((22, 103), (21, 102), (21, 104)))
    first, west, east = found.values()

    assert list(found) == ["Đủ Người", "Thiếu Người", "Thừa Người"]
    assert first[1] < west[1] == east[1]
    assert west[0] < first[0] < east[0]
    assert len(set(spots(placed((22, 103), (22, 103), (21, 103))).values())) == 3


def test_a_unit_without_coordinates_is_named_and_no_map_is_made_of_one() -> None:
    made = html_text(placed((22, 103), None, (21, 104)), "en")

    assert "Without coordinates: Thiếu Người." in tree(made).text
    assert set(spots(placed((22, 103), None, (21, 104)))) == {"Đủ Người", "Thừa Người"}
    assert not spots(placed((22, 103), None, None))
    assert not spots(report("flags"))


def test_a_tile_says_what_the_heat_map_says() -> None:
    found = tree(html_text(placed((22, 103), (21, 102), (21, 104)), "en"))
    cells = found.named("data-ids")

    for key, one in found.named("data-tiles").items():
        assert list(one.all("text"))[-1].text == cells[key].text
        assert one.attributes["class"] == cells[key].attributes["class"]


# -- an illustration --------------------------------------------------------------------


def test_an_illustration_is_said_loudly_and_first() -> None:
    found = tree(page("beside", "en"))
    loud = [one for one in found.all() if one.attributes.get("class") == "loud"]

    assert loud[0].text.startswith("ILLUSTRATION, not data")
    assert page("beside", "en").index('class="loud"') < page("beside", "en").index("<main")
    assert 'class="loud"' not in page("flags", "en")


def test_every_finding_of_an_illustration_carries_its_range() -> None:
    said = tree(page("beside", "en")).named("data-id")
    found = {one["id"]: one for one in json_body(report("beside"))["findings"]}

    assert said
    for key, one in said.items():
        assert "(illustration: " in one.text
        over = found[key]["illustration"]["measured"]
        measured = found[key]["measured"]
        if isinstance(over, dict) and isinstance(measured, str) and None not in over.values():
            ends = "–".join(number_said_of(end) for end in over.values())
            assert f"{number_said_of(measured)} ({ends})" in one.text


def number_said_of(text: str) -> str:
    return number_said(Fraction(text), "en")


def test_no_finding_of_another_plan_has_a_range() -> None:
    assert "illustration" not in tree(page("flags", "en")).text.lower()


def test_the_figures_of_an_illustration_are_drawn_with_their_range() -> None:
    drawn = [one for one in tree(page("beside", "en")).all("path")
             if one.attributes.get("class") == "across"]  # fmt: skip

    assert len(drawn) > 1


# -- how it looks -------------------------------------------------------------------------


def luminance(colour: str) -> float:
    """The relative luminance of WCAG 2.2."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """The contrast ratio of WCAG 2.2."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_reckoned_as_wcag_does() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_every_ink_can_be_read_on_its_paper(scheme: int) -> None:
    block = re.findall(r":root \{(.*?)\}", STYLE.read_text("utf-8"), re.DOTALL)[scheme]
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", block))
    inks = [name.removesuffix("-ink") for name in colours if name.endswith("-ink")]

    assert len(inks) > 8
    for name in inks:
        ratio = contrast(colours[f"{name}-ink"], colours[f"{name}-paper"])
        assert ratio >= 4.5, f"{name}: {ratio:.2f}"
    for name in ("m1", "m2", "m3", "band-edge"):
        assert contrast(colours[name], colours["page-paper"]) >= 3


def test_no_verdict_is_told_by_colour_alone() -> None:
    marked = [one for one in tree(page("flags")).all()
              if re.search(r"\bv-", one.attributes.get("class", ""))]  # fmt: skip

    assert len(marked) > 20
    assert all(any(sign in one.text for sign in SIGNS.values()) for one in marked)


def test_the_command_prints_the_same_page(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)

    assert cli.main(["check", str(FLAGS), "--format", "html", "--lang", "en"]) == cli.FINDINGS
    assert capsys.readouterr().out == page("flags", "en")
