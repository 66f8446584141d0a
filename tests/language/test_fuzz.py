"""Whatever the text, it is read or refused, and never crashed on."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from dinhbien.errors import Problems
from dinhbien.language.parse import KEYWORDS, MalformedExpressionError, parse
from dinhbien.reading.document import plain, read_document, tree_of
from dinhbien.reading.table import read_table

PIECES = st.sampled_from([
    *sorted(KEYWORDS), *"+-*/()[],.<>=", "<=", ">=", "!=", "0", "1", "2.5", "count", "sum",
    "average", "commune", "most", "dân_số", "xã", " ", "\n", "\u00a0", "²", "_", "\ud800",
])  # fmt: skip
EXPRESSIONS = st.lists(PIECES, max_size=25).map("".join) | st.lists(PIECES, max_size=25).map(
    " ".join
)
YAML_PIECES = st.sampled_from([
    "a", "b: ", ": ", "- ", "\n", "  ", "\t", "{", "}", "[", "]", ",", "&x ", "*x", "!t ", "|\n",
    ">-\n", "'", '"', "#", "---\n", "...\n", "? ", "%YAML 1.1\n", "\\x41", "é", "\ufeff", "\x00",
    "\x85", "\u2028", "!!python/object:os.system ", "<<: ",
])  # fmt: skip
DOCUMENTS = st.lists(YAML_PIECES, max_size=30).map("".join)


def check_document(text: str) -> None:
    """A tree and no problem, or a problem and no tree, each with its place."""
    problems = Problems()
    tree = tree_of(text, "x.yaml", problems)

    assert (tree is None) == bool(problems)
    if tree is not None:
        plain(tree)
    for problem in problems:
        assert problem.message
        assert problem.position is not None
        assert problem.position.line >= 1
        assert problem.position.column >= 1


def check_expression(text: str) -> None:
    """A tree inside the text, or a refusal that marks a part of it."""
    try:
        span = parse(text).span
    except MalformedExpressionError as error:
        span = error.span

    assert 0 <= span.start <= span.end <= len(text)


@settings(deadline=None, max_examples=300)
@given(EXPRESSIONS)
@example("(" * 5_000)
@example("a.b[c].d")
@example("²")
@example("٢")
def test_any_pieces_are_an_expression_or_refused(text: str) -> None:
    check_expression(text)


@settings(deadline=None, max_examples=150)
@given(st.text(max_size=60))
def test_any_text_is_an_expression_or_refused(text: str) -> None:
    check_expression(text)


@settings(deadline=None, max_examples=400)
@given(DOCUMENTS)
@example("[" * 400)
@example("{a: " * 400)
@example("- " * 400)
@example("a: " + "x" * 100_000)
def test_any_pieces_are_a_document_or_refused(text: str) -> None:
    check_document(text)


@settings(deadline=None, max_examples=200)
@given(st.text(max_size=80))
def test_any_text_is_a_document_or_refused(text: str) -> None:
    check_document(text)


@settings(deadline=None, max_examples=200)
@given(st.binary(max_size=80))
@example(b"\xef\xbb\xbf")
@example("a: b".encode("utf-16"))
def test_any_bytes_are_a_document_or_refused(raw: bytes) -> None:
    problems = Problems()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "x.yaml"
        file.write_bytes(raw)
        tree = read_document(file, "x.yaml", problems)

    assert (tree is None) == bool(problems)


@settings(deadline=None, max_examples=200)
@given(st.binary(max_size=80) | st.text('a,"\n\r;\t\x00 é', max_size=40).map(str.encode))
@example(b'"' + b"a" * 200_000)
@example(b"a,b\n1\n")
@example(b"a\rb\r\nc\n")
def test_any_bytes_are_a_table_or_refused(raw: bytes) -> None:
    problems = Problems()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "x.csv"
        file.write_bytes(raw)
        rows = read_table(file, "x.csv", problems).rows

    for row in rows:
        assert row.at.line >= 1
        assert all(place.column >= 1 for place in row.keys.values())
