"""Syntax → operators: names resolved, units and types checked, macros expanded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, Final

from dinhbien.errors import nearest
from dinhbien.language import operators as op
from dinhbien.language import syntax as sx
from dinhbien.language.names import TRUTH, FaultError, Names, Type
from dinhbien.language.parse import MalformedExpressionError, parse
from dinhbien.language.units import NO_UNIT, Measure, measure_of
from dinhbien.model.norm import Count

Typed = tuple[op.Operator, Type]
_QUANTITY: Final = "quantity"
_COUNT = "count"
MEMBER = "member"
"""In a form: one member of the group that is being gone through."""


def syntax_of(text: str, path: str) -> sx.Syntax:
    """The tree of `text`; raises `FaultError` at `path` where it does not read."""
    try:
        return parse(text)
    except MalformedExpressionError as error:
        raise FaultError(path, str(error), error.way_out, error.span) from None


@dataclass(frozen=True)
class Elaborator:
    """Elaborates the expressions of one norm, seen from units of `level`.

    `path` is where the expression stands in the norm; `open_lets` are being expanded.
    In a form's own expressions (`in_form`) only slots can be named.
    """

    names: Names
    subject: str
    level: str
    path: str
    base: op.Base = "subject"
    in_form: bool = False
    open_lets: tuple[str, ...] = ()

    def text(self, text: str) -> Typed:
        """The operator and type of an expression as written."""
        return self.tree(syntax_of(text, self.path))

    def tree(self, tree: sx.Syntax) -> Typed:
        """The operator and type of a parsed expression."""
        steps: dict[type, Callable[[Any], Typed]] = {
            sx.Literal: self._literal,
            sx.Name: self._name,
            sx.Operation: self._operation,
            sx.Membership: self._membership,
            sx.Indexed: self._indexed,
            sx.Group: self._group,
        }
        return steps[type(tree)](tree)

    def truth(self, text: str) -> op.Operator:
        """A condition as written; raises `FaultError` if it is not one."""
        return self._truth(syntax_of(text, self.path))

    def _fault(self, message: str, at: sx.Syntax | None = None, way_out: str = "") -> FaultError:
        return FaultError(self.path, message, way_out, at.span if at else None)

    def _truth(self, tree: sx.Syntax) -> op.Operator:
        made, kind = self.tree(tree)
        if kind.kind != "truth":
            message = f"a condition is expected, and this is {kind}"
            raise self._fault(message, tree)
        return made

    def _number(self, tree: sx.Syntax) -> Typed:
        made, kind = self.tree(tree)
        if kind.kind != _QUANTITY:
            message = f"a quantity is expected, and this is {kind}"
            raise self._fault(message, tree)
        return made, kind

    def _literal(self, tree: sx.Literal) -> Typed:
        measure = NO_UNIT if tree.value else None
        return op.Constant(Fraction(tree.value)), Type(_QUANTITY, measure, True)

    # -- names ---------------------------------------------------------------

    def _name(self, tree: sx.Name) -> Typed:
        name = tree.parts[0]
        if len(tree.parts) > 1:
            return self._dotted(tree)
        if self.in_form:
            return self._slot(tree)
        if name in self.names.numbers:
            return self._law_number(tree)
        if name in self.names.lets:
            return self._let(tree)
        return self._fact(name, self.level, tree)

    def _dotted(self, tree: sx.Name) -> Typed:
        above, name = tree.parts[0], tree.parts[-1]
        if len(tree.parts) == 2 and above == "subject":
            return replace(self, level=self.subject, base="subject")._fact(name, self.subject, tree)
        levels = (self.level, *self.names.vocabulary.ancestors_of(self.level))
        if len(tree.parts) > 2 or above not in levels:
            way_out = nearest(above, (*levels, "subject"))
            message = f"`{above}` is not a level here"
            raise self._fault(message, tree, way_out)
        return self._fact(name, above, tree)

    def _slot(self, tree: sx.Name) -> Typed:
        if tree.parts[0] == MEMBER and self.base == "here":
            measure = measure_of(self.level, self.names.vocabulary)
            return op.Constant(Fraction(1)), Type(_QUANTITY, measure, True)
        slot = self.names.slots.get(tree.parts[0])
        if slot is None:
            message = f"the form has no slot `{tree.parts[0]}`"
            raise self._fault(message, tree)
        inner = replace(self, path=slot.path, in_form=False)
        if slot.count is not None:
            return inner.tally(slot.count, slot.count_name, self.level)
        if slot.path != _COUNT:  # a bound is the subject's, a count is each member's
            inner = replace(inner, level=self.subject, base="subject")
        return inner.text(slot.text)

    def _let(self, tree: sx.Name) -> Typed:
        name = tree.parts[0]
        if name in self.open_lets:
            chain = " → ".join((*self.open_lets, name))
            message = f"`let` goes round in a circle: {chain}"
            raise self._fault(message, tree)
        self.names.used.add(name)
        inner = replace(self, path=f"let.{name}", open_lets=(*self.open_lets, name))
        return inner.text(self.names.lets[name])

    def _law_number(self, tree: sx.Name, keys: tuple[op.CellOf, ...] = ()) -> Typed:
        name = tree.parts[0]
        number, by = self.names.numbers[name], self.names.keyed_by.get(name)
        self.names.used.add(name)
        if by and not keys:
            keys = (self._key(sx.Name(tuple(by.split(".")), tree.span), name),)
        return op.NumberOf(name, keys), Type(_QUANTITY, number.measure, number.whole)

    def _key(self, tree: sx.Name, table: str) -> op.CellOf:
        made, _ = self._dotted(tree) if len(tree.parts) > 1 else self._name(tree)
        if not isinstance(made, op.CellOf) or made.kind == _QUANTITY:
            message = f"the table `{table}` needs a word to look up"
            raise self._fault(message, tree)
        rows = set(self.names.numbers[table].rows)
        absent = [word for word in made.words if word not in rows] if "else" not in rows else []
        if absent:
            words = ", ".join(f"`{word}`" for word in absent)
            message = f"the table has no row for {words}"
            message = f"numbers.{table}"
            raise FaultError(message, message, "add the row, or `else:`")
        return made

    def _fact(self, name: str, level: str, tree: sx.Syntax) -> Typed:
        if name in self.names.counts:
            return self.tally(self.names.counts[name], name, level)
        attribute = self.names.vocabulary.attributes.get(name)
        if attribute is None or level not in attribute.of:
            raise self._unknown(name, level, tree)
        words = tuple(self.names.vocabulary.lists.get(attribute.words or "", ()))
        if attribute.kind == "truth":
            return op.CellOf(self.base, level, name, "truth", ("yes", "no")), TRUTH
        if attribute.kind == "word":
            kind = Type("word", words=attribute.words or "")
            return op.CellOf(self.base, level, name, "word", words), kind
        measure = measure_of(attribute.unit or "", self.names.vocabulary)
        whole = _countable(measure, self.names)
        return op.CellOf(self.base, level, name, _QUANTITY), Type(_QUANTITY, measure, whole)

    def _unknown(self, name: str, level: str, tree: sx.Syntax) -> FaultError:
        known = {*self.names.numbers, *self.names.lets, *self.names.counts}
        known |= {key for key, one in self.names.vocabulary.attributes.items() if level in one.of}
        message = f"`{name}` is not a number, let, attribute of a {level} or count"
        return self._fault(message, tree, nearest(name, known))

    def tally(self, count: Count, name: str, level: str) -> Typed:
        """The filtered sum of `count` at the unit of `level`."""
        measure = measure_of(count.of, self.names.vocabulary)
        return op.Tally(self.base, level, count, name), Type(_QUANTITY, measure, True)

    # -- operators -----------------------------------------------------------

    def _operation(self, tree: sx.Operation) -> Typed:
        sign = tree.operator
        if sign in {"and", "or"}:
            left, right = (self._truth(one) for one in tree.operands)
            return op.Logic(sign, left, right), TRUTH  # type: ignore[arg-type]  # the parser's own words
        if sign == "not":
            return op.Not(self._truth(tree.operands[0])), TRUTH
        if sign == "known":
            return self._known(tree)
        if sign == "if":
            return self._branch(tree)
        if sign in {"=", "!=", "<", "<=", ">", ">="}:
            return self._comparison(tree)
        return self._calculation(tree)

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
        return Type(_QUANTITY, measure, sign == "*" and one.whole and other.whole)

    def _equal(self, kinds: list[Type], tree: sx.Syntax) -> Type:
        measures = [kind.measure for kind in kinds if kind.measure is not None]
        for measure in measures[1:]:
            if measure != measures[0]:
                message = f"`{measures[0]}` and `{measure}` are different units"
                raise self._fault(message, tree)
        whole = all(kind.whole for kind in kinds)
        return Type(_QUANTITY, measures[0] if measures else None, whole)

    def _comparison(self, tree: sx.Operation) -> Typed:
        left, one = self.tree(tree.operands[0])
        if one.kind == "word" and isinstance(left, op.CellOf) and tree.operator in {"=", "!="}:
            right = tree.operands[1]
            found = self._among(left, one, (right,) if isinstance(right, sx.Name) else (), tree)
            return (found if tree.operator == "=" else op.Not(found)), TRUTH
        left, one = self._number(tree.operands[0])
        right_made, other = self._number(tree.operands[1])
        self._equal([one, other], tree)
        return op.Compared(tree.operator, left, right_made), TRUTH  # type: ignore[arg-type]  # as above

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
        for word in words:
            if word.parts[0] not in cell.words or len(word.parts) > 1:
                way_out = nearest(word.parts[0], cell.words)
                message = f"`{word.parts[0]}` is not {kind}"
                raise self._fault(message, word, way_out)
        return op.WordIn(cell, frozenset(word.parts[0] for word in words))

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
        if name not in self.names.keyed_by or len(tree.keys) != 1:
            message = f"`{name}` is not a table by one word"
            raise self._fault(message, tree)
        key = tree.keys[0]
        if not isinstance(key, sx.Name):
            message = "a table is looked up by an attribute"
            raise self._fault(message, key)
        return self._law_number(tree.table, (self._key(key, name),))

    # -- groups --------------------------------------------------------------

    def _group(self, tree: sx.Group) -> Typed:
        level, where, member = self._member(tree)
        within = tree.within.parts[0] if tree.within else self.level
        if within not in (self.level, *self.names.vocabulary.ancestors_of(self.level)):
            message = f"`{within}` is not a level above"
            raise self._fault(message, tree.within)
        if within not in self.names.vocabulary.ancestors_of(level):
            message = f"a {level} does not lie within a {within}"
            raise self._fault(message, tree)
        value, kind = self._value(tree, member, level)
        condition = self._conjunction(where, self._where(tree, member))
        made = op.Members(tree.operator, self.base, within, level, value, condition)  # type: ignore[arg-type]  # as above
        return made, kind

    def _member(self, tree: sx.Group) -> tuple[str, op.Operator | None, Elaborator]:
        name = tree.level.parts[0]
        slot = self.names.slots.get(name) if self.in_form else None
        if slot is None:
            if name not in self.names.vocabulary.levels:
                way_out = nearest(name, self.names.vocabulary.levels)
                message = f"`{name}` is not a level"
                raise self._fault(message, tree.level, way_out)
            return name, None, replace(self, level=name, base="here")
        level, _, condition = slot.text.partition(" where ")
        if level.strip() not in self.names.vocabulary.levels:
            way_out = nearest(level.strip(), self.names.vocabulary.levels)
            raise FaultError(slot.path, f"`{level.strip()}` is not a level", way_out)
        member = replace(self, level=level.strip(), base="here")
        inner = replace(member, path=slot.path, in_form=False)
        return level.strip(), inner.truth(condition) if condition else None, member

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
            return None, Type(_QUANTITY, measure_of(level, self.names.vocabulary), True)
        made, kind = member._number(sx.Name(tree.value, tree.span))
        whole = kind.whole and tree.operator != "average"
        return made, replace(kind, whole=whole)


def _countable(measure: Measure, names: Names) -> bool:
    """Whether `measure` is a unit that comes in wholes only."""
    if len(measure.powers) != 1 or measure.powers[0][1] != 1:
        return False
    return names.vocabulary.units[measure.powers[0][0]].countable == "yes"
