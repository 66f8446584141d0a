"""Expressions as they are written: names not yet resolved, every node with its span."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    """Where a node stands in its text: `start` included, `end` excluded, from 0."""

    start: int
    end: int

    def to(self, other: Span) -> Span:
        """From the start of this one to the end of `other`."""
        return Span(self.start, other.end)


@dataclass(frozen=True, slots=True)
class Literal:
    """0 or 1: the only digits an expression may hold."""

    value: int
    span: Span


@dataclass(frozen=True, slots=True)
class Name:
    """A name, with the words before its dots: `commune.type` is ``("commune", "type")``."""

    parts: tuple[str, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Operation:
    """An operator or function and what it is applied to."""

    operator: str
    operands: tuple[Syntax, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Membership:
    """`word in [a, b]`."""

    word: Syntax
    among: tuple[Name, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Indexed:
    """`table[word, …]`."""

    table: Name
    keys: tuple[Syntax, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Group:
    """`sum(level.name in level where …)`; `value` is empty for a count."""

    operator: str
    level: Name
    value: tuple[str, ...]
    within: Name | None
    where: Syntax | None
    span: Span


Syntax = Literal | Name | Operation | Membership | Indexed | Group
