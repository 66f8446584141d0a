"""Text → syntax: what binds tighter, where each part stands, what is refused and why."""

from __future__ import annotations

import pytest

from dinhbien.language.parse import KEYWORDS, MalformedExpressionError, parse
from dinhbien.language.syntax import Group, Indexed, Literal, Membership, Name, Operation, Syntax


def shown(tree: Syntax) -> str:
    """The tree with every operation in braces, its operator first."""
    match tree:
        case Literal():
            return str(tree.value)
        case Name():
            return ".".join(tree.parts)
        case Operation():
            return f"({' '.join([tree.operator, *map(shown, tree.operands)])})"
        case Membership():
            return f"(in {shown(tree.word)} {' '.join(map(shown, tree.among))})"
        case Indexed():
            return f"(at {shown(tree.table)} {' '.join(map(shown, tree.keys))})"
        case Group():
            parts = [".".join((shown(tree.level), *tree.value))]
            parts += [f"in {shown(tree.within)}"] if tree.within else []
            parts += [f"where {shown(tree.where)}"] if tree.where else []
            return f"({' '.join([tree.operator, *parts])})"


TREES = {
    # from the loosest to the tightest: or, and, not, comparison, above, + -, * /, sign
    "a or b and c": "(or a (and b c))",
    "a and b or c": "(or (and a b) c)",
    "(a or b) and c": "(and (or a b) c)",
    "not a and b": "(and (not a) b)",
    "not a or b": "(or (not a) b)",
    "not not a": "(not (not a))",
    "not a = b": "(not (= a b))",
    "not a in [b]": "(not (in a b))",
    "not a < b and c": "(and (not (< a b)) c)",
    "a = b and c = d": "(and (= a b) (= c d))",
    "a in [b, c] and d": "(and (in a b c) d)",
    "a < b above c": "(< a (above b c))",
    "a above b < c": "(< (above a b) c)",
    "a above b + c": "(above a (+ b c))",
    "a + b above c": "(above (+ a b) c)",
    "(a above b) / c": "(/ (above a b) c)",
    "a above b above c": "(above (above a b) c)",
    "a above b * c": "(above a (* b c))",
    "a + b * c": "(+ a (* b c))",
    "a * b + c": "(+ (* a b) c)",
    "a - b - c": "(- (- a b) c)",
    "a - b + c": "(+ (- a b) c)",
    "a / b / c": "(/ (/ a b) c)",
    "a / b * c": "(* (/ a b) c)",
    "-a + b": "(+ (negative a) b)",
    "-a * b": "(* (negative a) b)",
    "a - -b": "(- a (negative b))",
    "-(a + b)": "(negative (+ a b))",
    "known a and b": "(and (known a) b)",
    "not known a.b": "(not (known a.b))",
    "if a then b else c": "(if a b c)",
    "if a then b else c + d": "(if a b (+ c d))",
    "if a then b else if c then d else e": "(if a b (if c d e))",
    "(if a then b else c) + d": "(+ (if a b c) d)",
    "full(a / b) + c": "(+ (full (/ a b)) c)",
    "least(a, b + c, d)": "(least a (+ b c) d)",
    "greatest(a, least(b, c))": "(greatest a (least b c))",
    "half_up(part(a))": "(half_up (part a))",
    "table[type]": "(at table type)",
    "table[type, commune.type] + 1": "(+ (at table type commune.type) 1)",
    "count(commune)": "(count commune)",
    "count(commune in province where type = xa)": "(count commune in province where (= type xa))",
    "sum(commune.population)": "(sum commune.population)",
    "average(commune.population where a or b)": "(average commune.population where (or a b))",
    "largest(commune.population) - smallest(commune.population)": (
        "(- (largest commune.population) (smallest commune.population))"
    ),
    "count": "count",  # only before a brace is it a group
    "  a\n+\tb ": "(+ a b)",
    "dân_số + 1": "(+ dân_số 1)",
    "a.b.c": "a.b.c",
    "0": "0",
}

REFUSED = {
    # text: message, start and end of what is marked, way out
    "": ("the expression ends before a name", 0, 0, ""),
    "a +": ("the expression ends before a name", 3, 3, ""),
    "a b": ("`b` stands where the end is expected", 2, 3, ""),
    "(a": ("the expression ends before `)`", 2, 2, ""),
    "a)": ("`)` stands where the end is expected", 1, 2, ""),
    "()": ("`)` stands where a name is expected", 1, 2, ""),
    "* a": ("`*` stands where a name is expected", 0, 1, ""),
    "a < b < c": ("a second comparison, `<`, needs `and`", 6, 7, ""),
    "a = b != c": ("a second comparison, `!=`, needs `and`", 6, 8, ""),
    "a in [b] = c": ("a second comparison, `=`, needs `and`", 9, 10, ""),
    "a = b in [c]": ("a second comparison, `in`, needs `and`", 6, 8, ""),
    "a ; b": ("`;` cannot stand in an expression", 2, 3, ""),
    "a == b": ("`=` stands where a name is expected", 3, 4, ""),
    "a & b": ("`&` cannot stand in an expression", 2, 3, ""),
    "'a'": ("`'` cannot stand in an expression", 0, 1, ""),
    "a in b": ("`b` stands where `[` is expected", 5, 6, ""),
    "a in []": ("`]` stands where a word is expected", 6, 7, ""),
    "a in [b c]": ("`c` stands where `]` is expected", 8, 9, ""),
    "a in [0]": ("`0` stands where a word is expected", 6, 7, ""),
    "a.": ("the expression ends before a word", 2, 2, ""),
    "a.0": ("`0` stands where a word is expected", 2, 3, ""),
    "if a then b": ("the expression ends before `else`", 11, 11, ""),
    "if a b else c": ("`b` stands where `then` is expected", 5, 6, ""),
    "then": ("`then` stands where a name is expected", 0, 4, ""),
    "least": ("`least` stands where a name is expected", 0, 5, ""),
    "leest(a)": (
        "`leest` is not a function", 0, 5, "did you mean `least`, `largest`, `smallest`?",
    ),
    "xyz(a)": ("`xyz` is not a function", 0, 3, ""),
    "full(a, b)": ("`full` takes one thing", 0, 10, ""),
    "least()": ("`)` stands where a name is expected", 6, 7, ""),
    "count(commune.type)": ("`count` takes only a level", 0, 19, ""),
    "1 + sum(commune)": (
        "`sum` takes a level and what is taken of each, `level.name`", 4, 16, "",
    ),
    "sum(0)": ("`0` stands where a word is expected", 4, 5, ""),
}  # fmt: skip

SPANS = {
    # the text that the whole tree covers
    "  a + b  ": "a + b",
    " not a ": "not a",
    "- a": "- a",
    " if a then b else c ": "if a then b else c",
    " a in [b, c] ": "a in [b, c]",
    " a . b ": "a . b",
    " table[a] ": "table[a]",
    " full( a ) ": "full( a )",
    " count(commune where a) ": "count(commune where a)",
    " ( a ) ": "a",
    "đơn_vị + 1": "đơn_vị + 1",
}

PARTS = {
    # the text that each operand covers
    "alpha + beta * gamma": ["alpha", "beta * gamma"],
    "least(one, two, three)": ["one", "two", "three"],
    "if a then bb else ccc": ["a", "bb", "ccc"],
    "not  (a and b)": ["a and b"],
}


def covered(text: str, tree: Syntax) -> str:
    return text[tree.span.start : tree.span.end]


@pytest.mark.parametrize(("text", "tree"), TREES.items())
def test_what_binds_tighter(text: str, tree: str) -> None:
    assert shown(parse(text)) == tree


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_refused(text: str) -> None:
    message, start, end, way_out = REFUSED[text]
    with pytest.raises(MalformedExpressionError) as caught:
        parse(text)

    assert str(caught.value) == message
    assert (caught.value.span.start, caught.value.span.end) == (start, end)
    assert caught.value.way_out == way_out


@pytest.mark.parametrize("text", ["2", "-2", "32 * a", "2.5", "1.0", "1_000", "01", "0x1", "1e3"])
def test_a_number_of_the_law_needs_a_name(text: str) -> None:
    """Only 0 and 1 may stand in an expression, in no other spelling."""
    with pytest.raises(MalformedExpressionError) as caught:
        parse(text)

    digits = text.split(maxsplit=1)[0].lstrip("-")
    assert str(caught.value) == f"`{digits}` is a number of the law without a name"
    assert text[caught.value.span.start : caught.value.span.end] == digits
    assert "numbers:" in caught.value.way_out


@pytest.mark.parametrize("word", sorted(KEYWORDS))
def test_a_word_of_the_language_is_no_name(word: str) -> None:
    with pytest.raises(MalformedExpressionError):
        parse(f"a + {word}")


@pytest.mark.parametrize(("text", "whole"), SPANS.items())
def test_a_tree_knows_where_it_stands(text: str, whole: str) -> None:
    assert covered(text, parse(text)) == whole


@pytest.mark.parametrize(("text", "parts"), PARTS.items())
def test_each_part_knows_where_it_stands(text: str, parts: list[str]) -> None:
    tree = parse(text)

    assert isinstance(tree, Operation)
    assert [covered(text, operand) for operand in tree.operands] == parts


@pytest.mark.parametrize(
    ("opening", "closing"), [("(", ")"), ("not ", ""), ("-", ""), ("full(", ")"), ("table[", "]")]
)
def test_depth_has_an_end(opening: str, closing: str) -> None:
    """A few levels are read, and thousands are refused, not crashed on."""
    parse(f"{opening * 20}a{closing * 20}")

    with pytest.raises(MalformedExpressionError) as caught:
        parse(f"{opening * 5000}a{closing * 5000}")

    assert str(caught.value) == "the expression is nested too deeply"
    assert caught.value.way_out == "name its parts under `let`"


def test_a_long_sum_is_not_deep() -> None:
    tree = parse(" + ".join(["a"] * 500))

    assert isinstance(tree, Operation)
    assert tree.operator == "+"
