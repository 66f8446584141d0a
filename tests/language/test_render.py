"""Expressions render and read back to the same tree."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from dinhbien.language import syntax as sx
from dinhbien.language.parse import parse
from dinhbien.language.render import render, without_spans

_HERE = sx.Span(0, 0)
names = st.sampled_from(["base", "step", "population", "commune"])
words = names.map(lambda name: sx.Name((name,), _HERE))
leaves = st.one_of(
    words,
    st.sampled_from([0, 1]).map(lambda value: sx.Literal(value, _HERE)),
    st.tuples(names, names).map(lambda parts: sx.Name(parts, _HERE)),
)
BINARY = ("+", "-", "*", "/", "above", "and", "or", "least", "greatest", "days", "later")
UNARY = ("not", "known", "negative", "full", "part", "half_up")
COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")


def grown(inner: st.SearchStrategy[sx.Syntax]) -> st.SearchStrategy[sx.Syntax]:
    """Every kind of node over smaller trees; a comparison stands in brackets of its own."""

    def operation(sign: str, *operands: sx.Syntax) -> sx.Syntax:
        return sx.Operation(sign, operands, _HERE)

    return st.one_of(
        st.builds(operation, st.sampled_from(BINARY), inner, inner),
        st.builds(operation, st.sampled_from(UNARY), inner),
        st.builds(operation, st.sampled_from(COMPARISONS), inner, inner),
        st.builds(operation, st.just("if"), inner, inner, inner),
        st.builds(lambda word, among: sx.Membership(word, (among,), _HERE), words, words),
        st.builds(lambda table, key: sx.Indexed(table, (key,), _HERE), words, inner),
        st.builds(
            lambda level, value, where: sx.Group("sum", level, (value,), None, where, _HERE),
            words,
            names,
            inner,
        ),
        st.builds(
            lambda pool, level, value, where: operation(
                "apportioned", pool, sx.Group("apportioned", level, (value,), None, where, _HERE)
            ),
            inner,
            words,
            names,
            inner,
        ),
        st.builds(
            lambda level, within: sx.Group("count", level, (), within, None, _HERE), words, words
        ),
    )


trees = st.recursive(leaves, grown, max_leaves=12)


@settings(max_examples=400)
@given(tree=trees)
def test_what_is_rendered_reads_back_to_the_same_tree(tree: sx.Syntax) -> None:
    assert without_spans(parse(render(tree))) == without_spans(tree)


@settings(max_examples=200)
@given(tree=trees)
def test_rendering_twice_changes_nothing(tree: sx.Syntax) -> None:
    text = render(tree)

    assert render(parse(text)) == text
