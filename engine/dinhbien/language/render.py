"""Syntax → text: one spelling for each expression, which reads back to the same tree."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from dinhbien.language import syntax as sx
from dinhbien.language.parse import (
    APPORTIONED,
    BINDS,
    CHOICES,
    COVERED,
    DATES,
    NOT_BINDS,
    ROUNDINGS,
)

_NOWHERE = sx.Span(0, 0)


def render(tree: sx.Syntax) -> str:
    """The text of `tree`, with no more brackets than it needs.

    >>> from dinhbien.language.parse import parse
    >>> render(parse("least( (base+full((a above b)/step)) ,cap )"))
    'least(base + full((a above b) / step), cap)'
    """
    return _text(tree, 0)


def without_spans(tree: Any) -> Any:  # noqa: ANN401 - any node of a tree, or a tuple of them
    """The tree with every span forgotten: equal trees say the same."""
    if isinstance(tree, tuple):
        return tuple(without_spans(one) for one in tree)
    if not hasattr(tree, "span"):
        return tree
    inner = {name: without_spans(getattr(tree, name)) for name in tree.__slots__ if name != "span"}
    return replace(tree, span=_NOWHERE, **inner)


def _text(tree: sx.Syntax, outside: int) -> str:
    """The text of a node that stands where `outside` binds."""
    if isinstance(tree, sx.Operation):
        return _operation(tree, outside)
    if isinstance(tree, sx.Membership):
        words = ", ".join(_text(word, 0) for word in tree.among)
        text = f"{_text(tree.word, BINDS['in'])} in [{words}]"
        return _bracketed(text, BINDS["in"], outside)
    if isinstance(tree, sx.Indexed):
        return f"{_text(tree.table, 0)}[{', '.join(_text(key, 0) for key in tree.keys)}]"
    if isinstance(tree, sx.Group):
        return f"{tree.operator}({_members(tree)})"
    return ".".join(tree.parts) if isinstance(tree, sx.Name) else str(tree.value)


def _members(tree: sx.Group) -> str:
    inner = ".".join([_text(tree.level, 0), *tree.value])
    if tree.within is not None:
        inner += f" in {_text(tree.within, 0)}"
    if tree.where is not None:
        inner += f" where {_text(tree.where, 0)}"
    return inner


def _operation(tree: sx.Operation, outside: int) -> str:
    sign = tree.operator
    if sign in (*ROUNDINGS, *CHOICES, *DATES, COVERED):
        return f"{sign}({', '.join(_text(one, 0) for one in tree.operands)})"
    if sign == APPORTIONED and isinstance(tree.operands[1], sx.Group):
        return f"{sign}({_text(tree.operands[0], 0)}, {_members(tree.operands[1])})"
    if sign == "if":
        parts = zip(("if", "then", "else"), tree.operands, strict=True)
        text = " ".join(f"{word} {_text(one, 0)}" for word, one in parts)
        return _bracketed(text, 1, outside)
    if sign in {"not", "known", "negative"}:
        binds = NOT_BINDS if sign == "not" else BINDS["*"]
        word = "-" if sign == "negative" else f"{sign} "
        return _bracketed(f"{word}{_text(tree.operands[0], binds)}", binds, outside)
    left, right = tree.operands
    binds = BINDS[sign]
    left_binds = binds if binds == BINDS["in"] else binds - 1  # a second comparison needs brackets
    text = f"{_text(left, left_binds)} {sign} {_text(right, binds)}"
    return _bracketed(text, binds, outside)


def _bracketed(text: str, binds: int, outside: int) -> str:
    return f"({text})" if binds <= outside else text
