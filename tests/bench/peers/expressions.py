"""Expressions over whole numbers and truths, which every engine writes in its own language.

A node is made once: two that are alike are one object, so an engine may keep what it made of it.

| made of | is |
|---|---|
| `whole`, k | the number k |
| `value`, name | a column, 0 where it is missing; never below zero |
| `missing`, name | whether the column is missing |
| `truth`, name | a column that is yes or no, never missing |
| `in`, name, codes | whether a column of words is one of these |
| `look`, name, ((code, number), …), number | the number of a column's word, or the last one |
| `+` `-` `*` `//` `least` `greatest` | of two numbers; `//` by a number above zero, rounded down |
| `<` `<=` | of two numbers |
| `and` `or` `not`; `if` | of truths; one number or the other |
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

Made = TypeVar("Made")


class Node:
    """One operator and what it is made of; equal nodes are the same object."""

    __slots__ = ("args", "op")

    def __init__(self, op: str, args: tuple[Any, ...]) -> None:
        self.op = op
        self.args = args

    def __repr__(self) -> str:
        return f"({self.op} {' '.join(map(repr, self.args))})"


_KEPT: dict[tuple[Any, ...], Node] = {}


def node(op: str, *args: Any) -> Node:  # noqa: ANN401 - nodes, names, numbers
    """The one node of these."""
    return _KEPT.setdefault((op, *args), Node(op, args))


def whole(number: int) -> Node:
    """A number."""
    return node("whole", number)


TRUE, FALSE = node("true"), node("false")
ZERO = whole(0)
_PLAIN: Mapping[str, Callable[[int, int], int]] = {
    "+": lambda one, other: one + other,
    "-": lambda one, other: one - other,
    "*": lambda one, other: one * other,
    "//": lambda one, other: one // other,
    "least": min,
    "greatest": max,
}


def number_of(one: Node) -> int | None:
    """The number that a node always is."""
    return int(one.args[0]) if one.op == "whole" else None


def reckoned(op: str, one: Node, other: Node) -> Node:
    """`one op other`, at once where both are known."""
    left, right = number_of(one), number_of(other)
    if left is not None and right is not None:
        return whole(_PLAIN[op](left, right))
    if (op in {"+", "-"} and right == 0) or (op in {"*", "//"} and right == 1):
        return one
    if (op == "+" and left == 0) or (op == "*" and left == 1):
        return other
    if one is other and op in {"least", "greatest"}:
        return one
    return node(op, one, other)


def below(one: Node, other: Node) -> Node:
    """`one < other`; nothing of a plan is below zero."""
    left, right = number_of(one), number_of(other)
    if left is not None and right is not None:
        return TRUE if left < right else FALSE
    if right == 0 and one.op == "value":
        return FALSE
    return node("<", one, other)


def negated(one: Node) -> Node:
    """`not one`."""
    if one is TRUE or one is FALSE:
        return FALSE if one is TRUE else TRUE
    if one.op == "<":
        return node("<=", one.args[1], one.args[0])
    return one.args[0] if one.op == "not" else node("not", one)


def at_most(one: Node, other: Node) -> Node:
    """`one <= other`."""
    return negated(below(other, one))


def both(one: Node, other: Node) -> Node:
    """`one and other`."""
    if one is FALSE or other is FALSE:
        return FALSE
    if one is TRUE or one is other:
        return other
    return one if other is TRUE else node("and", one, other)


def either(one: Node, other: Node) -> Node:
    """`one or other`."""
    if one is TRUE or other is TRUE:
        return TRUE
    if one is FALSE or one is other:
        return other
    return one if other is FALSE else node("or", one, other)


def chosen(condition: Node, one: Node, other: Node) -> Node:
    """`one` where the condition holds, else `other`."""
    if condition is TRUE or one is other:
        return one
    return other if condition is FALSE else node("if", condition, one, other)


def written(
    one: Node, words: Mapping[str, Callable[..., Made]], kept: dict[Node, Made] | None = None
) -> Made:
    """A node in another language: `words` says each operator, of what its nodes became."""
    done = {} if kept is None else kept
    if one not in done:
        args = [written(each, words, done) if isinstance(each, Node) else each for each in one.args]
        done[one] = words[one.op](*args)
    return done[one]


def columns_of(one: Node) -> set[str]:
    """The names of the columns that it reads."""
    if one.op in {"value", "missing", "truth", "in", "look"}:
        return {str(one.args[0])}
    return {name for each in one.args if isinstance(each, Node) for name in columns_of(each)}


def copied(one: Node, done: dict[Node, Node]) -> Node:
    """The same expression made of new nodes; what is always true stays what it is."""
    if one is TRUE or one is FALSE:
        return one
    if one not in done:
        args = (copied(each, done) if isinstance(each, Node) else each for each in one.args)
        done[one] = Node(one.op, tuple(args))
    return done[one]
