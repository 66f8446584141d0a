"""Text → syntax: a Pratt parser over a closed set of words.

Every expression ends: there are no loops, no user functions and no recursion.
"""

from __future__ import annotations

import re

from msgspec import Struct

from dinhbien.errors import nearest
from dinhbien.language.syntax import (
    Group,
    Indexed,
    Literal,
    Membership,
    Name,
    Operation,
    Span,
    Syntax,
)

_TOKEN = re.compile(
    r"\s*(?:(?P<name>[^\W\d]\w*)|(?P<digits>\d[\w.]*)|(?P<sign><=|>=|!=|[-+*/()\[\],.<>=]))"
)
_DEEPEST = 60
_LONGEST = 100_000
ROUNDINGS = ("full", "part", "half_up")
CHOICES = ("least", "greatest")
SPANS = ("days", "months", "years")
DATES = (*SPANS, "later")
APPORTIONED, COVERED = "apportioned", "covered"
GROUPS = ("count", "sum", "average", "smallest", "largest")
_GRAMMAR = ("if", "then", "else", "or", "and", "not", "in", "above", "known", "where")
KEYWORDS = frozenset([*_GRAMMAR, *ROUNDINGS, *CHOICES, *DATES, APPORTIONED, COVERED])
BINDS = {"or": 10, "and": 20, "in": 40, "above": 50, "+": 60, "-": 60, "*": 70, "/": 70} | (
    dict.fromkeys(["=", "!=", "<", "<=", ">", ">="], 40)
)
NOT_BINDS = 30
_COMPARISON = 40


class MalformedExpressionError(ValueError):
    """An expression that does not read; `span` says where, `way_out` what to write."""

    def __init__(self, message: str, span: Span, way_out: str = "") -> None:
        super().__init__(message)
        self.span = span
        self.way_out = way_out


class _Token(Struct, frozen=True):
    kind: str
    text: str
    span: Span


def _tokens(text: str) -> list[_Token]:
    found: list[_Token] = []
    at = 0
    while text[at:].strip():
        match = _TOKEN.match(text, at)
        if match is None:
            start = at + len(text[at:]) - len(text[at:].lstrip())
            message = f"`{text[start]}` cannot stand in an expression"
            raise MalformedExpressionError(message, Span(start, start + 1))
        kind = str(match.lastgroup)
        found.append(_Token(kind, match[kind], Span(*match.span(kind))))
        at = match.end()
        if len(found) > _LONGEST:
            message = "the expression is too long"
            raise MalformedExpressionError(message, found[-1].span, "name its parts under `let`")
    found.append(_Token("end", "", Span(len(text), len(text))))
    return found


def parse(text: str) -> Syntax:
    """The tree of an expression.

    Raises `MalformedExpressionError` with the span of what cannot be read.

    >>> parse("base + 1").operator
    '+'
    """
    reader = _Reader(_tokens(text))
    tree = reader.expression(0)
    reader.expect_end()
    return tree


class _Reader:
    """The tokens of one expression, and how far they are read."""

    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = tokens
        self._at = 0
        self._depth = 0

    @property
    def _next(self) -> _Token:
        return self._tokens[self._at]

    def _take(self) -> _Token:
        token = self._next
        self._at = min(self._at + 1, len(self._tokens) - 1)
        return token

    def _stray(self, token: _Token, wanted: str) -> MalformedExpressionError:
        if token.kind == "end":
            return MalformedExpressionError(f"the expression ends before {wanted}", token.span)
        message = f"`{token.text}` stands where {wanted} is expected"
        return MalformedExpressionError(message, token.span)

    def _expect(self, text: str) -> _Token:
        token = self._take()
        if token.text != text:
            raise self._stray(token, f"`{text}`")
        return token

    def _accept(self, text: str) -> bool:
        if self._next.text == text and self._next.kind != "end":
            self._take()
            return True
        return False

    def expect_end(self) -> None:
        """Refuse anything left over."""
        if self._next.kind != "end":
            raise self._stray(self._next, "the end")

    def expression(self, binding: int) -> Syntax:
        """An expression whose operators bind tighter than `binding`."""
        self._depth += 1
        if self._depth > _DEEPEST:
            message = "the expression is nested too deeply"
            raise MalformedExpressionError(message, self._next.span, "name its parts under `let`")
        left = self._prefix()
        while (strength := BINDS.get(self._next.text, 0)) > binding:
            left = self._infix(left, strength)
        self._depth -= 1
        return left

    def _infix(self, left: Syntax, strength: int) -> Syntax:
        token = self._take()
        if token.text == "in":
            made: Syntax = self._membership(left)
        else:
            right = self.expression(strength)
            made = Operation(token.text, (left, right), left.span.to(right.span))
        if strength == _COMPARISON and BINDS.get(self._next.text) == _COMPARISON:
            message = f"a second comparison, `{self._next.text}`, needs `and`"
            raise MalformedExpressionError(message, self._next.span)
        return made

    def _membership(self, left: Syntax) -> Membership:
        self._expect("[")
        among = [self._word()]
        while self._accept(","):
            among.append(self._word())
        end = self._expect("]")
        return Membership(left, tuple(among), left.span.to(end.span))

    def _word(self) -> Name:
        token = self._take()
        if token.kind != "name":
            raise self._stray(token, "a word")
        return Name((token.text,), token.span)

    def _prefix(self) -> Syntax:
        token = self._take()
        if token.kind == "digits":
            return _literal(token)
        if token.text == "(":
            inner = self.expression(0)
            self._expect(")")
            return inner
        if token.text == "-":
            operand = self.expression(BINDS["*"])
            return Operation("negative", (operand,), token.span.to(operand.span))
        if token.text in {"not", "known"}:
            operand = self.expression(NOT_BINDS if token.text == "not" else BINDS["*"])
            return Operation(token.text, (operand,), token.span.to(operand.span))
        if token.text == "if":
            return self._branches(token)
        if token.kind != "name":
            raise self._stray(token, "a name")
        return self._call(token) if self._next.text == "(" else self._name(token)

    def _branches(self, token: _Token) -> Operation:
        condition = self.expression(0)
        self._expect("then")
        first = self.expression(0)
        self._expect("else")
        second = self.expression(0)
        return Operation("if", (condition, first, second), token.span.to(second.span))

    def _name(self, token: _Token) -> Syntax:
        if token.text in KEYWORDS:
            raise self._stray(token, "a name")
        parts, end = [token.text], token.span
        while self._accept("."):
            word = self._word()
            parts, end = [*parts, *word.parts], word.span
        name = Name(tuple(parts), token.span.to(end))
        if not self._accept("["):
            return name
        keys = [self.expression(0)]
        while self._accept(","):
            keys.append(self.expression(0))
        closing = self._expect("]")
        return Indexed(name, tuple(keys), name.span.to(closing.span))

    def _call(self, token: _Token) -> Syntax:
        if token.text in GROUPS:
            self._expect("(")
            return self._group(token)
        if token.text == APPORTIONED:
            return self._apportioned(token)
        if token.text not in (*ROUNDINGS, *CHOICES, *DATES, COVERED):
            message = f"`{token.text}` is not a function"
            known = (*ROUNDINGS, *CHOICES, *DATES, *GROUPS, APPORTIONED)
            raise MalformedExpressionError(message, token.span, nearest(token.text, known))
        self._expect("(")
        operands = [self.expression(0)]
        while self._accept(","):
            operands.append(self.expression(0))
        span = token.span.to(self._expect(")").span)
        if token.text in ROUNDINGS and len(operands) > 1:
            message = f"`{token.text}` takes one thing"
            raise MalformedExpressionError(message, span)
        return Operation(token.text, tuple(operands), span)

    def _apportioned(self, token: _Token) -> Operation:
        """`apportioned(pool, level.weight in level where …)`."""
        self._expect("(")
        pool = self.expression(0)
        self._expect(",")
        among = self._group(token)
        return Operation(token.text, (pool, among), token.span.to(among.span))

    def _group(self, token: _Token) -> Group:
        """What stands in the brackets of a group, the opening one read."""
        level = self._word()
        value: tuple[str, ...] = ()
        while self._accept("."):
            value = (*value, *self._word().parts)
        within = self._word() if self._accept("in") else None
        where = self.expression(0) if self._accept("where") else None
        span = token.span.to(self._expect(")").span)
        if bool(value) == (token.text == "count"):
            wanted = "only a level" if value else "a level and what is taken of each, `level.name`"
            message = f"`{token.text}` takes {wanted}"
            raise MalformedExpressionError(message, span)
        return Group(token.text, level, value, within, where, span)


def _literal(token: _Token) -> Literal:
    if token.text not in {"0", "1"}:
        message = f"`{token.text}` is a number of the law without a name"
        way_out = "put it under `numbers:` with its unit and source, and use its name here"
        raise MalformedExpressionError(message, token.span, way_out)
    return Literal(int(token.text), token.span)
