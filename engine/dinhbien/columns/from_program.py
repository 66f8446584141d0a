"""Programs of the intermediate language → steps of a tape."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from math import lcm, prod
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from dinhbien.columns.numbers import Rows, Varied, rows_of
from dinhbien.columns.table import LARGEST, Table, absent, words_of
from dinhbien.columns.tape import Leaf, NotInColumnsError, Register, Step, Tape
from dinhbien.language import operators as op

NOTHING: frozenset[Leaf] = frozenset()


class Place(Struct, frozen=True):
    """Where an operator stands: at units of `level`; inside a group, below units of `within`."""

    level: str
    subject: str
    within: str = ""


class Lowering(Struct):
    """Puts programs on one tape, for the plans that a table stands for.

    `rows` are the rows of numbers of the law by their place; `varied` are those that change
    from scenario to scenario.
    """

    table: Table
    day: date
    varied: Varied = field(default_factory=dict)
    tape: Tape = field(default_factory=Tape)
    rows: list[tuple[Rows, int]] = field(default_factory=list)
    numbers: dict[str, op.LawNumber] = field(default_factory=dict)
    situation: dict[str, Register] = field(default_factory=dict)
    """What a row of flags holds: its inputs, and the flags before."""
    _places: dict[Rows, int] = field(default_factory=dict)
    _mosts: list[int] = field(default_factory=list)
    _positive: list[bool] = field(default_factory=list)

    def quantity(self, operator: op.Operator, at: Place) -> Register:
        """The register of a quantity; raises `NotInColumnsError` for what is not reckoned."""
        return self._of(operator, at)

    def truth(self, operator: op.Operator, at: Place) -> Register:
        """The register of a truth; raises `NotInColumnsError` for what is not reckoned."""
        return self._of(operator, at)

    def _of(self, operator: op.Operator, at: Place) -> Register:
        does: Callable[[Lowering, Any, Place], Register] | None = OPERATORS.get(type(operator))
        if does is None:
            message = f"`{type(operator).__name__}` is not reckoned in columns"
            raise NotInColumnsError(message)
        return does(self, operator, at)

    def level_of(self, base: op.Base, level: str, at: Place) -> str:
        """The level that an operator reads; raises where the subject is not above the member."""
        if base == "subject" and at.within:
            above = (at.within, *self.table.vocabulary.ancestors_of(at.within))
            if at.subject not in above:
                message = "a group compares its members with a unit among them"
                raise NotInColumnsError(message)
        return level

    def word(self, cell: op.CellOf, at: Place) -> tuple[Register, tuple[str, ...]]:
        """The places of a cell's words, at its own level, and the words."""
        level = self.level_of(cell.base, cell.level, at)
        words = words_of(cell.attribute, self.table.vocabulary)
        step = Step("word", (), level, (cell.attribute,))
        return self.tape.put(step, most=len(words), exact=True, leaves=NOTHING), words

    def number_rows(self, rows: Rows) -> int:
        """The place of rows of a number, and their scale."""
        if rows not in self._places:
            values = list(rows.values(self.varied))
            scale = lcm(*(one.denominator for one in values)) if values else 1
            most = int(max((abs(one) for one in values), default=0) * scale)
            if most > LARGEST:
                message = "a number of the law is too long"
                raise NotInColumnsError(message)
            self._mosts.append(most)
            self._positive.append(all(one >= 0 for one in values))
            self._places[rows] = len(self.rows)
            self.rows.append((rows, scale))
        return self._places[rows]

    def put_rows(self, rows: Rows, keys: list[tuple[Register, int]], level: str) -> Register:
        """The register of rows that are looked up by the words of `keys`."""
        place = self.number_rows(rows)
        scale = self.rows[place][1]
        step = Step(
            "number", tuple(key.place for key, _ in keys), level,
            (place, *(size for _, size in keys)),
        )  # fmt: skip
        return self.tape.put(
            step,
            scale=scale,
            most=self._mosts[place],
            exact=True,
            leaves=NOTHING,
            positive=self._positive[place],
        )

    def column(self, level: str, attribute: str) -> Register:
        """The numbers or days that a level states of an attribute."""
        found = self.table.levels[level].numbers.get(attribute)
        if found is None:
            found = absent(attribute, self.table.vocabulary, self.table.size(level))
        step = Step("cell", (), level, (attribute, 1))
        return self.tape.put(
            step, scale=found.scale, most=found.largest, exact=found.hi is found.lo,
            leaves=frozenset([Leaf("cell", attribute, turn=1)]),
        )  # fmt: skip

    def inverse(self, operator: op.Operator, at: Place) -> Register:
        """One over a divisor that is made of numbers of the law."""
        if isinstance(operator, op.NumberOf):
            rows, keys = _looked_up(self, operator, at)
        else:
            rows, keys = Rows((self.folded(operator),)), []
        if any(isinstance(one, str) for one in rows.entries):
            message = "a divisor varies from scenario to scenario"
            raise NotInColumnsError(message)
        inverse = tuple(
            1 / one if isinstance(one, Fraction) and one else None for one in rows.entries
        )
        return self.put_rows(Rows(inverse), keys, at.level)

    def folded(self, operator: op.Operator) -> Fraction | None:
        """The value of an expression of numbers alone; raises where it reads anything else."""
        if isinstance(operator, op.Constant):
            return operator.value
        if isinstance(operator, op.NumberOf) and not operator.keys:
            (found,) = rows_of(self.numbers[operator.name], (), self.day, self.varied).entries
            if not isinstance(found, str):
                return found
        if isinstance(operator, op.Arithmetic):
            left, right = self.folded(operator.left), self.folded(operator.right)
            if left is None or right is None or (operator.operator == "/" and not right):
                return None
            return _FOLD[operator.operator](left, right)
        message = "a divisor is not a number of the law"
        raise NotInColumnsError(message)


def _constant(self: Lowering, operator: op.Constant, at: Place) -> Register:
    return self.put_rows(Rows((operator.value,)), [], at.level)


def _number(self: Lowering, operator: op.NumberOf, at: Place) -> Register:
    rows, keys = _looked_up(self, operator, at)
    return self.put_rows(rows, keys, at.level)


Keys = list[tuple[Register, int]]


def _looked_up(self: Lowering, operator: op.NumberOf, at: Place) -> tuple[Rows, Keys]:
    number = self.numbers[operator.name]
    keys: Keys = []
    words: list[tuple[str, ...]] = []
    for cell in operator.keys:
        register, among = _key(self, cell, number, at)
        keys.append((self.tape.gathered(register, at.level), len(among)))
        words.append(among)
    if prod(len(one) for one in words) > MOST_ROWS:
        message = "a table of the law is too long"
        raise NotInColumnsError(message)
    return rows_of(number, tuple(words), self.day, self.varied), keys


MOST_ROWS = 10**5


def _key(
    self: Lowering, cell: op.CellOf, number: op.LawNumber, at: Place
) -> tuple[Register, tuple[str, ...]]:
    if cell.kind != "code":
        return self.word(cell, at)
    level = self.level_of(cell.base, cell.level, at)
    codes = tuple(sorted({part for key in number.rows for part in key.split("|")}))
    step = Step("code", (), level, codes)
    register = self.tape.put(step, most=len(codes), exact=True, leaves=NOTHING)
    return register, (*codes, "")


def _cell(self: Lowering, operator: op.CellOf, at: Place) -> Register:
    level = self.level_of(operator.base, operator.level, at)
    if operator.kind == "truth":
        word, words = self.word(operator, at)
        step = Step("among", (word.place,), level, (words.index("yes"),))
        return self.tape.gathered(self.tape.put(step, leaves=NOTHING), at.level)
    return self.tape.gathered(self.column(level, operator.attribute), at.level)


def _word_in(self: Lowering, operator: op.WordIn, at: Place) -> Register:
    word, words = self.word(operator.word, at)
    among = tuple(sorted(words.index(one) for one in operator.among if one in words))
    step = Step("among", (word.place,), word.level, among)
    return self.tape.gathered(self.tape.put(step, leaves=NOTHING), at.level)


def _known(self: Lowering, operator: op.Known, at: Place) -> Register:
    level = self.level_of(operator.cell.base, operator.cell.level, at)
    step = Step("known", (), level, (operator.cell.attribute,))
    return self.tape.gathered(self.tape.put(step, exact=True, leaves=NOTHING), at.level)


def _arithmetic(self: Lowering, operator: op.Arithmetic, at: Place) -> Register:
    left = self.quantity(operator.left, at)
    if operator.operator == "/":
        return self.tape.multiplied(left, self.inverse(operator.right, at))
    right = self.quantity(operator.right, at)
    if operator.operator == "*":
        return self.tape.multiplied(left, right)
    return self.tape.added(left, right, 1 if operator.operator == "+" else -1)


_FOLD: dict[str, Callable[[Fraction, Fraction], Fraction]] = {
    "+": Fraction.__add__, "-": Fraction.__sub__, "*": Fraction.__mul__, "/": Fraction.__truediv__,
}  # fmt: skip


def _rounded(self: Lowering, operator: op.Rounded, at: Place) -> Register:
    inner = operator.operand
    if isinstance(inner, op.Arithmetic) and inner.operator == "/":
        try:
            return self.tape.rounded(self.quantity(inner, at), operator.operator)
        except NotInColumnsError:
            left, right = self.quantity(inner.left, at), self.quantity(inner.right, at)
            return self.tape.quotient(left, right, operator.operator)
    return self.tape.rounded(self.quantity(inner, at), operator.operator)


def _chosen(self: Lowering, operator: op.Chosen, at: Place) -> Register:
    found, *others = [self.quantity(one, at) for one in operator.operands]
    for one in others:
        found = self.tape.chosen(operator.operator, found, one)
    return found


def _compared(self: Lowering, operator: op.Compared, at: Place) -> Register:
    left, right = self.quantity(operator.left, at), self.quantity(operator.right, at)
    return self.tape.compared(operator.operator, left, right)


def _logic(self: Lowering, operator: op.Logic, at: Place) -> Register:
    left, right = self.truth(operator.left, at), self.truth(operator.right, at)
    return self.tape.logic(operator.operator, left, right)


def _not(self: Lowering, operator: op.Not, at: Place) -> Register:
    return self.tape.contrary(self.truth(operator.operand, at))


def _branch(self: Lowering, operator: op.Branch, at: Place) -> Register:
    asked = self.truth(operator.condition, at)
    first, second = self.quantity(operator.first, at), self.quantity(operator.second, at)
    return self.tape.branch(asked, first, second)


def _undefined(self: Lowering, _: op.Undefined, at: Place) -> Register:
    return self.tape.put(Step("undefined", (), at.level), most=0, exact=True, leaves=NOTHING)


def _as_of(self: Lowering, _: op.AsOf, at: Place) -> Register:
    return self.tape.constant(self.day.toordinal(), at.level)


def _elapsed(self: Lowering, operator: op.Elapsed, at: Place) -> Register:
    start, end = self.quantity(operator.start, at), self.quantity(operator.end, at)
    if operator.unit == "days":
        return self.tape.added(end, start, -1)
    step = Step("elapsed", (start.place, end.place), at.level, (operator.unit,))
    return self.tape.put(step, most=LONGEST, leaves=_unsure(start, end))


def _unsure(*registers: Register) -> frozenset[Leaf]:
    """The sources of some registers, which turn nobody knows how."""
    return frozenset(leaf.turned(0) for one in registers for leaf in one.leaves)


LONGEST = 4_000_000
"""More days, months or years than any calendar has."""


def _later(self: Lowering, operator: op.Later, at: Place) -> Register:
    start, length = self.quantity(operator.start, at), self.quantity(operator.length, at)
    if operator.unit == "days":
        return self.tape.added(start, length)
    if length.scale != 1 or not length.exact:
        message = "a time that is not known, or no whole number, is added to a date"
        raise NotInColumnsError(message)
    step = Step("later", (start.place, length.place), at.level, (operator.unit,))
    return self.tape.put(step, most=LONGEST, leaves=_unsure(start, length))


def _situation(self: Lowering, operator: op.Situation, at: Place) -> Register:
    found = self.situation.get(operator.name)
    if found is None or found.level != at.level or at.within:
        message = f"a row of flags holds no `{operator.name}` in columns"
        raise NotInColumnsError(message)
    return found


def inside(at: Place, operator: op.Members) -> Place:
    """Where the members of a group stand."""
    return replace(at, level=operator.level, within=at.within or operator.within)


OPERATORS: dict[type, Callable[[Lowering, Any, Place], Register]] = {
    op.Constant: _constant, op.NumberOf: _number, op.CellOf: _cell, op.WordIn: _word_in,
    op.Known: _known, op.Arithmetic: _arithmetic, op.Rounded: _rounded, op.Chosen: _chosen,
    op.Compared: _compared, op.Logic: _logic, op.Not: _not, op.Branch: _branch,
    op.Undefined: _undefined, op.AsOf: _as_of, op.Elapsed: _elapsed, op.Later: _later,
    op.Situation: _situation,
}  # fmt: skip
