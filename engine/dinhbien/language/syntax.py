"""Expressions as they are written: names not yet resolved, every node with its span."""

from __future__ import annotations

from msgspec import Struct


class Span(Struct, frozen=True):
    """Where a node stands in its text: `start` included, `end` excluded, from 0."""

    start: int
    end: int

    def to(self, other: Span) -> Span:
        """From the start of this one to the end of `other`."""
        return Span(self.start, other.end)


class Literal(Struct, frozen=True):
    """0 or 1: the only digits an expression may hold."""

    value: int
    span: Span


class Name(Struct, frozen=True):
    """A name, with the words before its dots: `commune.type` is ``("commune", "type")``."""

    parts: tuple[str, ...]
    span: Span


class Operation(Struct, frozen=True):
    """An operator or function and what it is applied to."""

    operator: str
    operands: tuple[Syntax, ...]
    span: Span


class Membership(Struct, frozen=True):
    """`word in [a, b]`."""

    word: Syntax
    among: tuple[Name, ...]
    span: Span


class Indexed(Struct, frozen=True):
    """`table[word, …]`."""

    table: Name
    keys: tuple[Syntax, ...]
    span: Span


class Group(Struct, frozen=True):
    """`sum(level.name in level where …)`; `value` is empty for a count."""

    operator: str
    level: Name
    value: tuple[str, ...]
    within: Name | None
    where: Syntax | None
    span: Span


Syntax = Literal | Name | Operation | Membership | Indexed | Group
