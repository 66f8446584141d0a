"""Syntax → operators: names resolved, units and types checked, macros expanded."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from msgspec.structs import replace

from dinhbien.errors import nearest
from dinhbien.language import operators as op
from dinhbien.language import syntax as sx
from dinhbien.language.names import DATE, TRUTH, FaultError, Type
from dinhbien.language.parse import APPORTIONED, COVERED, SPANS, MalformedExpressionError, parse
from dinhbien.language.resolve import QUANTITY, Resolver, Typed
from dinhbien.language.units import NO_UNIT, measure_of

_LARGEST = 2_000
_DEEPEST = 100


def syntax_of(text: str, path: str) -> sx.Syntax:
    """The tree of `text`; raises `FaultError` at `path` where it does not read."""
    try:
        return parse(text)
    except MalformedExpressionError as error:
        raise FaultError(path, str(error), error.way_out, error.span) from None


class Elaborator(Resolver, frozen=True):
    """Elaborates the expressions of one norm: types and units are checked on the way."""

    def text(self, text: str) -> Typed:
        """The operator and type of an expression as written."""
        return self.tree(syntax_of(text, self.path))

    def tree(self, tree: sx.Syntax) -> Typed:
        """The operator and type of a parsed expression."""
        self.names.size += 1
        if self.names.size > _LARGEST:
            message = "the norm grows too large"
            raise self._fault(message, tree, "use each `let` fewer times")
        steps: dict[type, Callable[[Any], Typed]] = {
            sx.Literal: self._literal,
            sx.Name: self._name,
            sx.Operation: self._operation,
            sx.Membership: self._membership,
            sx.Indexed: self._indexed,
            sx.Group: self._group,
        }
        self.names.depth += 1
        if self.names.depth > _DEEPEST:
            self.names.depth = 0
            message = "the expression is nested too deeply"
            raise self._fault(message, tree, "name its parts under `let`")
        made = steps[type(tree)](tree)
        self.names.depth -= 1
        return made

    def truth(self, text: str) -> op.Operator:
        """A condition as written; raises `FaultError` if it is not one."""
        return self._truth(syntax_of(text, self.path))

    def _truth(self, tree: sx.Syntax) -> op.Operator:
        made, kind = self.tree(tree)
        if kind.kind != "truth":
            message = f"a condition is expected, and this is {kind}"
            raise self._fault(message, tree)
        return made

    def _number(self, tree: sx.Syntax) -> Typed:
        made, kind = self.tree(tree)
        if kind.kind != QUANTITY:
            message = f"a quantity is expected, and this is {kind}"
            raise self._fault(message, tree)
        return made, kind

    def _literal(self, tree: sx.Literal) -> Typed:
        measure = NO_UNIT if tree.value else None
        return op.Constant(Fraction(tree.value)), Type(QUANTITY, measure, True)

    # -- operators -----------------------------------------------------------

    def _operation(self, tree: sx.Operation) -> Typed:
        sign = tree.operator
        if sign in SPANS or sign == "later":
            return self._dates(tree)
        if sign in {"and", "or", "not", "known"}:
            return self._logic(tree)
        if sign in {APPORTIONED, COVERED}:
            return self._apportioned(tree) if sign == APPORTIONED else self._covered(tree)
        if sign == "if":
            return self._branch(tree)
        if sign in {"=", "!=", "<", "<=", ">", ">="}:
            return self._comparison(tree)
        return self._calculation(tree)

    def _logic(self, tree: sx.Operation) -> Typed:
        sign = tree.operator
        if sign in {"and", "or"}:
            left, right = (self._truth(one) for one in tree.operands)
            return op.Logic(sign, left, right), TRUTH  # type: ignore[arg-type]  # the parser's own words
        if sign == "not":
            return op.Not(self._truth(tree.operands[0])), TRUTH
        return self._known(tree)

    def _calculation(self, tree: sx.Operation) -> Typed:
        sign = tree.operator
        if sign in {"full", "part", "half_up"}:
            made, kind = self._number(tree.operands[0])
            rounded = replace(kind, whole=True)
            return op.Rounded(sign, made), rounded  # type: ignore[arg-type]  # as above
        if sign in {"least", "greatest"}:
            chosen = [self._number(one) for one in tree.operands]
            kind = self._equal([one for _, one in chosen], tree)
            return op.Chosen(sign, tuple(made for made, _ in chosen)), kind  # type: ignore[arg-type]
        if sign == "negative":
            made, kind = self._number(tree.operands[0])
            return op.Arithmetic("-", op.Constant(Fraction(0)), made), kind
        (left, one), (right, other) = (self._number(side) for side in tree.operands)
        if sign == "above":
            zero = op.Constant(Fraction(0))
            excess = op.Arithmetic("-", left, right)
            return op.Chosen("greatest", (zero, excess)), self._equal([one, other], tree)
        kind = self._scaled(sign, one, other) if sign in "*/" else self._equal([one, other], tree)
        return op.Arithmetic(sign, left, right), kind  # type: ignore[arg-type]  # as above

    @staticmethod
    def _scaled(sign: str, one: Type, other: Type) -> Type:
        left, right = one.measure or NO_UNIT, other.measure or NO_UNIT
        measure = left * right if sign == "*" else left / right
        return Type(QUANTITY, measure, sign == "*" and one.whole and other.whole)

    def _comparison(self, tree: sx.Operation) -> Typed:
        left, one = self.tree(tree.operands[0])
        if one.kind == "word" and isinstance(left, op.CellOf) and tree.operator in {"=", "!="}:
            right = tree.operands[1]
            found = self._among(left, one, (right,) if isinstance(right, sx.Name) else (), tree)
            return (found if tree.operator == "=" else op.Not(found)), TRUTH
        if one.kind == "date":
            right_made = self._date(tree.operands[1])
            made = op.Compared(tree.operator, left, right_made)  # type: ignore[arg-type]  # as above
            return made, TRUTH
        left, one = self._number(tree.operands[0])
        right_made, other = self._number(tree.operands[1])
        self._equal([one, other], tree)
        return op.Compared(tree.operator, left, right_made), TRUTH  # type: ignore[arg-type]  # as above

    def _date(self, tree: sx.Syntax) -> op.Operator:
        made, kind = self.tree(tree)
        if kind.kind != "date":
            message = f"a date is expected, and this is {kind}"
            raise self._fault(message, tree)
        return made

    def _dates(self, tree: sx.Operation) -> Typed:
        """`days(a, b)`, `months(a, b)`, `years(a, b)`; `later(date, length)`."""
        if len(tree.operands) != 2:
            message = f"`{tree.operator}` takes two things"
            raise self._fault(message, tree)
        start = self._date(tree.operands[0])
        if tree.operator in SPANS:
            end = self._date(tree.operands[1])
            measure = measure_of(tree.operator, self.names.vocabulary)
            made = op.Elapsed(tree.operator, start, end)  # type: ignore[arg-type]  # the parser's own words
            return made, Type(QUANTITY, measure, True)
        length, kind = self._number(tree.operands[1])
        if not kind.whole:
            message = "a term is a whole number of days, months or years"
            raise self._fault(message, tree.operands[1])
        for span in SPANS:
            if kind.measure == measure_of(span, self.names.vocabulary):
                return op.Later(span, start, length), DATE  # type: ignore[arg-type]  # as above
        message = f"a length of time is expected, and this is {kind}"
        way_out = "write the number with its unit: days, months or years"
        raise self._fault(message, tree.operands[1], way_out)

    def _membership(self, tree: sx.Membership) -> Typed:
        made, kind = self.tree(tree.word)
        if kind.kind != "word" or not isinstance(made, op.CellOf):
            message = f"`in` asks of a word, and this is {kind}"
            raise self._fault(message, tree.word)
        return self._among(made, kind, tree.among, tree), TRUTH

    def _among(
        self, cell: op.CellOf, kind: Type, words: tuple[sx.Name, ...], tree: sx.Syntax
    ) -> op.WordIn:
        if not words:
            message = f"a word of `{kind.words}` is expected"
            raise self._fault(message, tree)
        if self.in_form:
            words = tuple(sx.Name((self._macro(word),), word.span) for word in words)
        for word in words:
            if word.parts[0] not in cell.words or len(word.parts) > 1:
                way_out = nearest(word.parts[0], cell.words)
                message = f"`{word.parts[0]}` is not {kind}"
                raise self._fault(message, word, way_out)
        return op.WordIn(cell, frozenset(word.parts[0] for word in words))

    def _macro(self, word: sx.Name) -> str:
        """In a form, `word`, `first` and `second` stand for words that the norm gives."""
        return self.names.macro.get(word.parts[0], word.parts[0])

    def _known(self, tree: sx.Operation) -> Typed:
        made, _ = self.tree(tree.operands[0])
        if not isinstance(made, op.CellOf):
            message = "`known` asks of an attribute"
            raise self._fault(message, tree)
        return op.Known(made), TRUTH

    def _branch(self, tree: sx.Operation) -> Typed:
        condition = self._truth(tree.operands[0])
        (first, one), (second, other) = (self._number(side) for side in tree.operands[1:])
        kind = self._equal([one, other], tree)
        return op.Branch(condition, first, second), kind

    def _indexed(self, tree: sx.Indexed) -> Typed:
        name = tree.table.parts[0]
        if len(tree.keys) != len(self.names.keyed_by.get(name, ())):
            message = f"`{name}` is not a table by {len(tree.keys)} words"
            raise self._fault(message, tree)
        keys: list[op.CellOf] = []
        for key in tree.keys:
            if not isinstance(key, sx.Name):
                message = "a table is looked up by an attribute"
                raise self._fault(message, key)
            keys.append(self._key(key, name))
        self._rows_fit(tuple(keys), name)
        return self._law_number(tree.table, tuple(keys))

    # -- groups --------------------------------------------------------------

    def _group(self, tree: sx.Group) -> Typed:
        level, where, member, named = self._member(tree)
        within = tree.within.parts[0] if tree.within else named or self.level
        if within not in (self.level, *self.names.vocabulary.ancestors_of(self.level)):
            message = f"`{within}` is not a level above"
            raise self._fault(message, tree.within)
        if within not in self.names.vocabulary.ancestors_of(level):
            message = f"the level `{level}` does not lie within `{within}`"
            raise self._fault(message, tree)
        value, kind = self._value(tree, member, level)
        condition = self._conjunction(where, self._where(tree, member))
        made = op.Members(tree.operator, self.base, within, level, value, condition)  # type: ignore[arg-type]  # as above
        return made, kind

    def _apportioned(self, tree: sx.Operation) -> Typed:
        """`apportioned(pool, level.weight …)`: the share of the unit that is looked from."""
        pool, kind = self._number(tree.operands[0])
        members, _ = self.tree(tree.operands[1])
        if not kind.whole:
            way_out = "round it with `full`, `part` or `half_up`"
            message = "a pool is divided in wholes, and this may be a part of one"
            raise self._fault(message, tree, way_out)
        assert isinstance(members, op.Members)  # noqa: S101 - the parser reads a group here
        if members.level != self.level:
            message = f"a share of a {self.level} is asked, and the pool is divided among others"
            raise self._fault(message, tree.operands[1], f"divide it among each {self.level}")
        summed = replace(members, operator="sum")
        return op.Apportioned(self.base, pool, summed), replace(kind, whole=True)

    def _covered(self, tree: sx.Operation) -> Typed:
        """In a form: `covered(word, fields, people.level.attribute, most)`."""
        names = [one.parts if isinstance(one, sx.Name) else () for one in tree.operands]
        match names if self.in_form else []:
            case [(word,), (fields,), (people, level, attribute), (limit,)]:
                pass
            case _:
                message = f"`{COVERED}` stands in a form"
                raise self._fault(message, tree, "use the form `shared-coverage`")
        group = sx.Group("count", sx.Name((people,), tree.span), (), None, None, tree.span)
        members, _ = self._group(group)
        inner = replace(self, level=level, base="here", in_form=False)
        cell, _ = inner._fact(attribute, level, tree)
        most, kind = self._number(tree.operands[-1])
        assert isinstance(members, op.Members)  # noqa: S101 - a group makes members
        assert isinstance(cell, op.CellOf)  # noqa: S101 - the form names an attribute
        words = self.names.vocabulary
        measure = measure_of(level, words) / measure_of(members.level, words)
        if kind.measure != measure or not kind.whole:
            message = f"a whole number of `{measure}` is expected, and this is {kind}"
            way_out = f"write the number with its unit, as in `1 {measure}`"
            raise FaultError(self.names.slots[limit].path, message, way_out)
        asked = self.names.macro.get(word, word)
        return op.Covered(asked, self.names.slots[fields].words, members, cell, most), TRUTH

    def _member(self, tree: sx.Group) -> tuple[str, op.Operator | None, Elaborator, str]:
        """The group's level, its own condition, a member's point of view, and what it is in."""
        name = tree.level.parts[0]
        slot = self.names.slots.get(name) if self.in_form else None
        if slot is None:
            if name not in self.names.vocabulary.levels:
                way_out = nearest(name, self.names.vocabulary.levels)
                message = f"`{name}` is not a level"
                raise self._fault(message, tree.level, way_out)
            return name, None, replace(self, level=name, base="here"), ""
        head, _, condition = slot.text.partition(" where ")
        level, _, within = (one.strip() for one in head.partition(" in "))
        for one in filter(None, (level, within)):
            if one not in self.names.vocabulary.levels:
                way_out = nearest(one, self.names.vocabulary.levels)
                raise FaultError(slot.path, f"`{one}` is not a level", way_out)
        member = replace(self, level=level, base="here")
        inner = replace(member, path=slot.path, in_form=False)
        return level, inner.truth(condition) if condition else None, member, within

    @staticmethod
    def _where(tree: sx.Group, member: Elaborator) -> op.Operator | None:
        return member._truth(tree.where) if tree.where else None

    @staticmethod
    def _conjunction(one: op.Operator | None, other: op.Operator | None) -> op.Operator | None:
        if one is None or other is None:
            return one or other
        return op.Logic("and", one, other)

    def _value(
        self, tree: sx.Group, member: Elaborator, level: str
    ) -> tuple[op.Operator | None, Type]:
        if not tree.value:
            return None, Type(QUANTITY, measure_of(level, self.names.vocabulary), True)
        made, kind = member._number(sx.Name(tree.value, tree.span))
        whole = kind.whole and tree.operator != "average"
        return made, replace(kind, whole=whole)
