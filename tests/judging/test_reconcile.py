"""Published figures against each other: exact, by scope and unit, and never guessed."""

from __future__ import annotations

import json
import re
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest
from msgspec.structs import replace

from dinhbien import InputError, Plan
from dinhbien.explain.sentences import Teller
from dinhbien.judging.from_files import read_file
from dinhbien.judging.reconcile import Reconciled, reconciled
from dinhbien.model.amount import Amount
from dinhbien.model.plan import Cell, Figure
from dinhbien.reading.to_pack import read_pack
from dinhbien.reading.to_rules import read_rules
from dinhbien.reading.to_statements import STATEMENTS, read_statements
from dinhbien.report.reconciled import reconciled_json, reconciled_text
from dinhbien.shipped import content

FOLDER = content("scenarios") / "dien-bien" / "2025-10"
VOCABULARY = read_rules(content("rules")).vocabulary
HEAD = """statements:
  one:
    title: {vi: Một, en: One}
"""


@cache
def plan() -> Plan:
    return read_file(FOLDER)[0]


def figure(quantity: str, value: str, precision: str = "exact", **about: str) -> Figure:
    unit, scope = about.get("unit", "people"), about.get("scope", "A")
    cell = Cell(
        f"figures.{quantity}", Fraction(value), "published", about.get("source", "S"), scope=scope
    )
    return Figure("province", "11", quantity, precision, unit, cell)


def asked(tmp_path: Path, body: str, *figures: Figure) -> Reconciled:
    file = tmp_path / STATEMENTS
    file.write_text(HEAD + body, "utf-8")
    (one,) = read_statements(file, replace(plan(), figures=figures), VOCABULARY)
    return reconciled(one)


SUM = (
    "    figures: {a: {quantity: a}, b: {quantity: b}, c: {quantity: c}}\n"
    "    left: a + b\n    right: c\n"
)
PAIR = "    figures: {a: {quantity: a}, b: {quantity: b}}\n    left: a\n    right: b\n"
NOTED = PAIR + "    note: {vi: ghi, en: noted}\n"


@pytest.mark.parametrize(
    ("total", "result", "off"),
    [("9", "off by", "1"), ("10", "holds", None), ("11", "off by", "-1")],
)
def test_a_sum_holds_at_its_total_and_nowhere_beside_it(
    tmp_path: Path, total: str, result: str, off: str | None
) -> None:
    found = asked(tmp_path, SUM, figure("a", "4"), figure("b", "6"), figure("c", total))

    assert found.result == result
    assert found.off == (None if off is None else Amount(Fraction(off), Fraction(off)))


@pytest.mark.parametrize(
    ("least", "result"), [("9", "cannot be told"), ("10", "cannot be told"), ("11", "off by")]
)
def test_a_least_number_contradicts_only_what_is_below_it(
    tmp_path: Path, least: str, result: str
) -> None:
    found = asked(tmp_path, PAIR, figure("a", "10"), figure("b", least, "at_least"))

    assert found.result == result
    assert (found.why == ("bounds", "b")) is (result == "cannot be told")


@pytest.mark.parametrize(
    ("share", "result"), [("65", "off by"), ("65.1", "holds"), ("65.2", "off by")]
)
def test_a_share_holds_as_it_was_rounded(tmp_path: Path, share: str, result: str) -> None:
    body = (
        "    figures: {a: {quantity: a}, b: {quantity: b}, s: {quantity: s}}\n"
        '    left: a / b\n    right: s\n    rounded_to: "0.001"\n'
    )
    percent = figure("s", share, unit="percent")

    assert asked(tmp_path, body, figure("a", "84"), figure("b", "129"), percent).result == result


def test_figures_of_two_scopes_are_compared_only_if_it_is_said_why(tmp_path: Path) -> None:
    figures = figure("a", "10"), figure("b", "10", scope="B")
    without = asked(tmp_path, PAIR, *figures)
    said = PAIR + "    across_scopes: {vi: vì sao, en: why}\n"

    assert (without.result, without.why) == ("cannot be compared", ("scopes", "A", "B"))
    assert asked(tmp_path, said, *figures).result == "holds"


def test_people_are_not_compared_with_posts_unless_it_is_said_why(tmp_path: Path) -> None:
    figures = figure("a", "10"), figure("b", "10", unit="posts")
    read = PAIR.replace(
        "b: {quantity: b}", "b: {quantity: b, read_as: {unit: people, why: {vi: v, en: e}}}"
    )

    assert asked(tmp_path, PAIR, *figures).why == ("units", "people", "posts")
    assert asked(tmp_path, read, *figures).result == "holds"


def test_about_so_many_is_no_number(tmp_path: Path) -> None:
    found = asked(tmp_path, PAIR, figure("a", "51"), figure("b", "51", "about"))

    assert (found.result, found.why) == ("cannot be told", ("about", "b"))


def test_a_divisor_that_may_be_nothing_gives_no_share(tmp_path: Path) -> None:
    body = PAIR.replace("left: a", "left: a / b").replace("right: b", "right: a / b")

    assert asked(tmp_path, body, figure("a", "1"), figure("b", "0")).result == "cannot be told"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (PAIR.replace("right: b", "right: c"), "`c` names no figure here"),
        (PAIR.replace("right: b", "right: a"), "`b` is never used"),
        (PAIR.replace("quantity: b", "quantity: bb"), "the plan has no figure `bb` like that"),
        (PAIR.replace("left: a", "left: a +"), "expression ends"),
        (PAIR.replace("left: a", "left: least(a, a)"), "`least(a, a)` is more than figures"),
        (PAIR + '    rounded_to: "a tenth"\n', "`a tenth` is not a number"),
        (PAIR.replace("    left: a\n", ""), "`left` is missing"),
    ],
)
def test_a_fault_is_said_with_its_place(tmp_path: Path, body: str, said: str) -> None:
    with pytest.raises(InputError) as caught:
        asked(tmp_path, body, figure("a", "1"), figure("b", "1"))

    assert any(said in problem.message for problem in caught.value.problems), caught.value
    assert all(problem.position is not None for problem in caught.value.problems)


def test_a_file_without_statements_is_refused(tmp_path: Path) -> None:
    file = tmp_path / STATEMENTS
    file.write_text("one: two\n", "utf-8")

    with pytest.raises(InputError, match="`statements` is missing"):
        read_statements(file, plan(), VOCABULARY)


def summed(tmp_path: Path, body: str, text: str, *figures: Figure) -> Reconciled:
    """A statement whose `a` is a sum, over a plan that is written out."""
    folder = tmp_path / "plan"
    folder.mkdir(exist_ok=True)
    (folder / "plan.yaml").write_text(text, "utf-8")
    file = tmp_path / STATEMENTS
    file.write_text(HEAD + PAIR.replace("{quantity: a}", body), "utf-8")
    (one,) = read_statements(file, replace(read_file(folder)[0], figures=figures), VOCABULARY)
    return reconciled(one)


AREAS = """
plan: {vi: thử, en: test}
as_of: 2025-10-20
norms: dien-bien
province: {code: "99", name: Thử}
lists_complete: {commune: LISTED, organisation: no, post: no}
scopes: {A: {vi: Một, en: One}, B: {vi: Hai, en: Two}}
communes:
  "90001": {name: Một, type: xa, area: {is: 4, scope: A}, FIRST}
  "90002": {name: Hai, type: xa, area: SECOND}
"""


@pytest.mark.parametrize(
    ("listed", "second", "left", "results"),
    [
        ("yes", "{is: 6, scope: A}", ("10", "10"), ["off by", "holds", "off by"]),
        ("no", "{is: 6, scope: A}", ("10", None), ["off by", "cannot be told", "cannot be told"]),
        ("yes", "{at_most: 5, scope: A}", ("4", "9"), ["cannot be told", "off by", "off by"]),
        ("yes", "{at_least: 6}", ("10", None), ["off by", "cannot be told", "cannot be told"]),
    ],
)  # fmt: skip
def test_a_sum_is_as_sure_as_its_list_and_its_cells(
    tmp_path: Path, listed: str, second: str, left: tuple[str, str | None], results: list[str]
) -> None:
    text = AREAS.replace("LISTED", listed).replace("SECOND", second).replace(", FIRST", "")
    totals = [figure("b", value, unit="square_km") for value in ("9", "10", "11")]
    found = [summed(tmp_path, "{sum_of: area}", text, one) for one in totals]

    assert [one.result for one in found] == results
    assert found[0].left.value == Amount(*(None if one is None else Fraction(one) for one in left))


def test_cells_of_two_scopes_are_added_up_only_by_name(tmp_path: Path) -> None:
    """What stands in the other scope is then not known, and not left out."""
    text = AREAS.replace("LISTED", "yes").replace(", FIRST", "")
    text = text.replace("SECOND", "{is: 6, scope: B}")
    total = figure("b", "10", unit="square_km")
    with pytest.raises(InputError, match="`area` is stated in several scopes: `A`, `B`"):
        summed(tmp_path, "{sum_of: area}", text, total)
    named = summed(tmp_path, "{sum_of: area, scope: A}", text, total)

    assert (named.result, named.left.value) == ("cannot be told", Amount(Fraction(4), None))


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("{sum_of: population}", "`population` is stated for no unit"),
        ("{sum_of: border}", "`border` is no attribute that is a number"),
        ("{sum_of: spelt}", "`spelt` is no attribute that is a number"),
        ("{sum_of: area, quantity: b}", "both `quantity` and `sum_of` are named"),
    ],
)
def test_what_cannot_be_added_up_is_refused(tmp_path: Path, body: str, said: str) -> None:
    text = AREAS.replace("LISTED", "yes").replace("SECOND", "1").replace(", FIRST", "")
    with pytest.raises(InputError, match=said):
        summed(tmp_path, body, text, figure("b", "10", unit="square_km"))


def test_levels_that_both_state_an_attribute_are_told_apart(tmp_path: Path) -> None:
    text = AREAS.replace("LISTED", "yes").replace("SECOND", "{is: 6, scope: A}")
    text = text.replace(", FIRST", "").replace("name: Thử}", "name: Thử, area: 10}")
    total = figure("b", "10", unit="square_km")
    with pytest.raises(InputError, match="`area` is stated for units of several levels"):
        summed(tmp_path, "{sum_of: area}", text, total)
    found = summed(tmp_path, "{sum_of: area, level: commune}", text, total)

    assert found.result == "holds"


def test_no_scope_is_a_scope_of_its_own(tmp_path: Path) -> None:
    found = asked(tmp_path, PAIR, figure("a", "10"), figure("b", "10", scope=""))

    assert (found.result, found.why) == ("cannot be compared", ("scopes", "", "A"))


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_figure_that_is_modelled_is_said_to_be(tmp_path: Path, lang: str) -> None:
    printed, invented = figure("a", "10"), figure("b", "10")
    invented = replace(invented, cell=replace(invented.cell, origin="modelled"))
    say = Teller(read_pack("vn"), lang)
    pages = [
        reconciled_text([asked(tmp_path, NOTED, *each)], plan(), say, width=90, colour=False)
        for each in ((printed, invented), (printed, figure("b", "10")))
    ]
    word = {"vi": "mô hình", "en": "modelled"}[lang]
    marked = [[line for line in page.splitlines() if line.startswith("  b = ")] for page in pages]

    assert [word in lines[0] for lines in marked] == [True, False]
    assert json.loads(reconciled_json([asked(tmp_path, PAIR, printed, invented)], plan()))[
        "statements"
    ][0]["figures"][1]["origins"] == ["modelled"]


def test_a_quantity_that_two_sources_print_is_asked_for_by_source(tmp_path: Path) -> None:
    figures = figure("a", "1"), figure("b", "1"), figure("b", "2", source="T")
    with pytest.raises(InputError, match="`b` is 2 figures of the plan"):
        asked(tmp_path, PAIR, *figures)
    one = PAIR.replace("{quantity: b}", "{quantity: b, source: T}")

    assert asked(tmp_path, one, *figures).result == "off by"


def test_the_figures_of_dien_bien() -> None:
    found = {
        one.key: reconciled(one) for one in read_statements(FOLDER / STATEMENTS, plan(), VOCABULARY)
    }
    results = {
        result: sorted(key for key, one in found.items() if one.result == result)
        for result in ("off by", "cannot be compared", "cannot be told")
    }

    assert results == {
        "off by": [
            "area-before", "area-sum", "classes", "divisions-cut", "other-blocks",
            "procedures-by-kind", "procedures-by-level", "seconded-proposed", "sub-departments-cut",
        ],
        "cannot be compared": [
            "agencies-cut", "blocks-besides-government", "cha-to", "communes-before",
            "level-by-unit", "plan-by-unit", "sam-mun", "servants-at-province",
            "servants-left-at-province", "service-units-cut",
        ],
        "cannot be told": ["population-sum"],
    }  # fmt: skip
    assert found["other-blocks"].off == Amount(Fraction(18), Fraction(18))
    assert found["public-employees"].result == "holds"


@pytest.mark.parametrize("number", range(1, 25))
def test_each_contradiction_that_was_collected_is_spoken_of(number: int) -> None:
    assert re.search(rf"\bR{number}\b", (FOLDER / STATEMENTS).read_text("utf-8"))
