"""Syntax → operators: what names mean, which units and kinds agree, what is provably whole."""

from __future__ import annotations

from fractions import Fraction

import pytest

from dinhbien.language import operators as op
from dinhbien.language.operators import CellOf, NumberOf

from .tiny import NUMBERS, compiled, faults

TYPE = CellOf("subject", "commune", "type", "word", ("xa", "phuong", "dac_khu"))
POPULATION = CellOf("subject", "commune", "population", "quantity")
BORDER = CellOf("subject", "commune", "border", "truth", ("yes", "no"))
ZERO, ONE = op.Constant(Fraction(0)), op.Constant(Fraction(1))

CONDITIONS: dict[str, op.Operator] = {
    "border": BORDER,
    "not border": op.Not(BORDER),
    "type = xa": op.WordIn(TYPE, frozenset({"xa"})),
    "type != xa": op.Not(op.WordIn(TYPE, frozenset({"xa"}))),
    "type in [xa, phuong]": op.WordIn(TYPE, frozenset({"xa", "phuong"})),
    "commune.type = xa": op.WordIn(TYPE, frozenset({"xa"})),
    "subject.type = xa": op.WordIn(TYPE, frozenset({"xa"})),
    "population > threshold": op.Compared(">", POPULATION, NumberOf("threshold")),
    "population > 0": op.Compared(">", POPULATION, ZERO),
    "0 < population": op.Compared("<", ZERO, POPULATION),
    "known population": op.Known(POPULATION),
    "known type or border": op.Logic("or", op.Known(TYPE), BORDER),
    "province.ha_noi_or_hcm": CellOf(
        "subject", "province", "ha_noi_or_hcm", "truth", ("yes", "no")
    ),
    "count(organisation) > 0": op.Compared(
        ">", op.Members("count", "subject", "commune", "organisation", None, None), ZERO
    ),
}

_UNKNOWN = "is no number, let or count, and no attribute at the level `commune`"
NO_CONDITIONS = {
    # text: message, what is marked
    "population": ("a condition is expected, and this is a quantity in inhabitant", "population"),
    "most": ("a condition is expected, and this is a quantity in post", "most"),
    "type": ("a condition is expected, and this is a word of `type`", "type"),
    "border and type": ("a condition is expected, and this is a word of `type`", "type"),
    "not population": ("a condition is expected, and this is a quantity in inhabitant",
                       "population"),
    "border > 0": ("a quantity is expected, and this is a truth", "border"),
    "border = border": ("a quantity is expected, and this is a truth", "border"),
    "type > 0": ("a quantity is expected, and this is a word of `type`", "type"),
    "type + 1 > 0": ("a quantity is expected, and this is a word of `type`", "type"),
    "type = 0": ("a word of `type` is expected", "type = 0"),
    "type = phuog": ("`phuog` is not a word of `type`", "phuog"),
    "type = office": ("`office` is not a word of `type`", "office"),
    "population in [xa]": ("`in` asks of a word, and this is a quantity in inhabitant",
                           "population"),
    "border in [yes]": ("`in` asks of a word, and this is a truth", "border"),
    "known most": ("`known` asks of an attribute", "known most"),
    "known (population + population)": (
        "`known` asks of an attribute", "known (population + population",
    ),
    "population > most": ("`inhabitant` and `post` are different units", "population > most"),
    "population > 1": ("`inhabitant` and `no unit` are different units", "population > 1"),
    "populaton > 0": (
        f"`populaton` {_UNKNOWN}",
        "populaton",
    ),
    "kind = office": (f"`kind` {_UNKNOWN}", "kind"),
    "xa": (f"`xa` {_UNKNOWN}", "xa"),
    "organisation.kind = office": ("`organisation` is not a level here", "organisation.kind"),
    "distrct.area > 0": ("`distrct` is not a level here", "distrct.area"),
    "province.population > 0": (
        "`population` is no number, let or count, and no attribute at the level `province`",
        "province.population",
    ),
    "province.commune.area > 0": ("`province` is not a level here", "province.commune.area"),
    "most[type] > 0": ("`most` is not a table by 1 words", "most[type]"),
    "count(comune) > 0": ("`comune` is not a level", "comune"),
    "count(province) > 0": (
        "the level `province` does not lie within `commune`",
        "count(province)",
    ),
    "count(organisation in post) > 0": ("`post` is not a level above", "post"),
    "count(organisation where kind) > 0": (
        "a condition is expected, and this is a word of `kind`", "kind",
    ),
    "count(organisation where kind = xa) > 0": ("`xa` is not a word of `kind`", "xa"),
    "sum(organisation.kind) > 0": (
        "a quantity is expected, and this is a word of `kind`", "sum(organisation.kind)",
    ),
}  # fmt: skip

BOUNDS = [
    "most",
    "0",
    "most + most",
    "full(half_post)",
    "part(most * share)",
    "half_up(most / each * each)",
    "least(most, full(population / step))",
    "greatest(0, most)",
    "most above most",
    "full((population above threshold) / step) + most",
    "if border then most else most + most",
    "if border then most else 0",
    "most * 1",
    "each * count(commune in province)",
    "-most",
]

NOT_WHOLE = [
    "half_post",
    "most * share",
    "most / 1",
    "population / step",
    "least(most, half_post)",
    "if border then most else half_post",
    "most + half_post",
    "most - half_post + half_post",
    "full(most) * share",
    "-half_post",
]
NOT_WHOLE_SAID = "the bound in post may be a part of one, and nothing rounds it"

UNEQUAL = {
    "most + heads": ("post", "person"),
    "most - threshold": ("post", "inhabitant"),
    "most + 1": ("post", "no unit"),
    "most + share": ("post", "no unit"),
    "most above population": ("post", "inhabitant"),
    "least(most, heads)": ("post", "person"),
    "least(0, most, population)": ("post", "inhabitant"),
    "if border then most else heads": ("post", "person"),
    "full(population / step) + heads": ("post", "person"),
    "most + each": ("post", "post per commune"),
}

DEMANDED = {
    "heads": "person",
    "population": "inhabitant",
    "share": "no unit",
    "1": "no unit",
    "full(population / threshold)": "no unit",
    "most * most": "post·post",
    "each": "post per commune",
    "most * each": "post·post per commune",
}


@pytest.mark.parametrize(("text", "expected"), CONDITIONS.items())
def test_a_condition_becomes(text: str, expected: op.Operator) -> None:
    made = compiled(where=text)

    assert not made.faults
    assert made.program is not None
    assert made.program.applies == expected


@pytest.mark.parametrize("text", NO_CONDITIONS)
def test_what_is_no_condition_is_refused(text: str) -> None:
    message, marked = NO_CONDITIONS[text]
    (fault,) = compiled(where=text).faults

    assert (fault.path, str(fault)) == ("where", message)
    assert fault.span is not None
    assert text[fault.span.start : fault.span.end] == marked


@pytest.mark.parametrize("text", BOUNDS)
def test_what_is_provably_whole_is_a_bound(text: str) -> None:
    assert faults(at_most=text) == []


@pytest.mark.parametrize("text", NOT_WHOLE)
def test_what_may_be_a_part_needs_rounding(text: str) -> None:
    assert faults(at_most=text) == [("at_most", NOT_WHOLE_SAID)]
    assert faults(at_most=f"full({text})") == []
    assert faults(at_most=f"part({text})") == []
    assert faults(at_most=f"half_up({text})") == []
    assert faults(at_most=text, rounding="none") == []


@pytest.mark.parametrize(("text", "units"), UNEQUAL.items())
def test_unequal_units_do_not_mix(text: str, units: tuple[str, str]) -> None:
    one, other = units

    assert ("at_most", f"`{one}` and `{other}` are different units") in faults(at_most=text)


@pytest.mark.parametrize(("text", "unit"), DEMANDED.items())
def test_count_and_bound_have_one_unit(text: str, unit: str) -> None:
    assert faults(at_most=text) == [("count", f"`post` are counted and `{unit}` demanded")]


def test_people_are_not_posts() -> None:
    assert faults(count="civil_servants") == [("count", "`person` are counted and `post` demanded")]
    assert faults(count="civil_servants", at_most="heads") == []


def test_lets_are_expanded_in_any_order() -> None:
    lets = {"high": "low + most", "low": "most"}
    made = compiled(let=lets, at_most="high")

    assert not made.faults
    assert made.program is not None
    assert made.program.most == op.Arithmetic("+", NumberOf("most"), NumberOf("most"))


@pytest.mark.parametrize(
    ("lets", "circle"),
    [({"low": "low"}, "low → low"),
     ({"low": "high", "high": "low"}, "low → high → low"),
     ({"low": "most + mid", "mid": "high", "high": "-low"}, "low → mid → high → low")],
)  # fmt: skip
def test_lets_do_not_go_round(lets: dict[str, str], circle: str) -> None:
    ((_, message),) = faults(let=lets, at_most="low")

    assert message == f"`let` goes round in a circle: {circle}"


def test_a_fault_in_a_let_stands_in_the_let() -> None:
    assert faults(let={"low": "most + heads"}, at_most="low + most") == [
        ("let.low", "`post` and `person` are different units")
    ]


@pytest.mark.parametrize(
    ("name", "other"),
    [("population", "an attribute"), ("commune", "a level"), ("xa", "a word of a closed list"),
     ("civil_servants", "a count"), ("at_most", "a slot of the form")],
)  # fmt: skip
def test_a_name_stands_for_one_thing(name: str, other: str) -> None:
    numbers = {**NUMBERS, name: "30 posts"}

    assert faults(numbers=numbers) == [(f"numbers.{name}", f"`{name}` is also {other}")]
    assert faults(let={name: "most"}) == [(f"let.{name}", f"`{name}` is also {other}")]


def table(**rows: str) -> dict[str, object]:
    return {"most": {"by": "type", **rows}}


def test_a_table_is_looked_up_by_its_word() -> None:
    numbers = table(xa="30 posts", phuong="40 posts", dac_khu="50 posts")
    made = compiled(numbers=numbers)

    assert not made.faults
    assert made.program is not None
    assert made.program.most == NumberOf("most", (TYPE,))
    assert sorted(made.program.numbers["most"].rows) == ["dac_khu", "phuong", "xa"]


def test_else_stands_for_every_other_row() -> None:
    assert faults(numbers=table(**{"xa": "30 posts", "else": "40 posts"})) == []


def test_a_table_without_a_row_says_for_which_words() -> None:
    assert faults(numbers=table(xa="30 posts")) == [
        ("numbers.most", "the table has no row for `phuong`, `dac_khu`")
    ]


def test_the_rows_of_a_table_have_one_unit() -> None:
    numbers = table(xa="30 posts", phuong="40 people", dac_khu="50 posts")

    assert faults(numbers=numbers) == [
        ("numbers.most", "the rows of `most` are in different units: `person` and `post`")
    ]


@pytest.mark.parametrize("rows", [{"xa": "30.5 posts", "else": "40 posts"}])
def test_a_table_is_whole_if_every_row_is(rows: dict[str, str]) -> None:
    assert faults(numbers=table(**rows)) == [("at_most", NOT_WHOLE_SAID)]


def test_several_faults_are_gathered() -> None:
    found = faults(where="populaton > 0", at_most="mots", numbers={"most": "30 posts"})

    assert [path for path, _ in found] == ["where", "at_most"]


def test_faults_of_names_and_of_expressions_are_gathered_together() -> None:
    numbers = {**NUMBERS, "xa": "1 post"}
    found = faults(where="populaton > 0", numbers=numbers)

    assert [path for path, _ in found] == ["numbers.xa", "where"]


@pytest.mark.parametrize("terms", [200, 2000])
def test_a_long_sum_is_compiled_or_refused(terms: int) -> None:
    """It is never crashed on."""
    made = compiled(at_most=" + ".join(["most"] * terms))

    assert (made.program is None) == bool(made.faults)


def test_a_long_chain_of_lets_is_compiled_or_refused() -> None:
    lets = {f"step_{at}": f"step_{at + 1}" for at in range(1000)} | {"step_1000": "most"}
    made = compiled(let=lets, at_most="step_0")

    assert (made.program is None) == bool(made.faults)


def test_a_let_used_twice_is_worked_out_once() -> None:
    """Twelve lets that each double the one before take twelve steps, not four thousand."""
    lets = {f"double_{at}": f"double_{at + 1} + double_{at + 1}" for at in range(12)}
    made = compiled(let={**lets, "double_12": "most"}, at_most="double_0")

    if made.program is None:
        assert made.faults
        return
    first = made.program.most
    assert isinstance(first, op.Arithmetic)
    assert first.left is first.right
