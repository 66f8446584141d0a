"""Operator → value, for one subject on one day.  §2"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from fractions import Fraction
from typing import Any

from msgspec import Struct, field

from dinhbien.language import operators as op
from dinhbien.language.numbers import ELSE
from dinhbien.meaning.apportion import apportioned
from dinhbien.meaning.calendar import elapsed, later
from dinhbien.meaning.choice import chosen
from dinhbien.meaning.cover import covered
from dinhbien.meaning.groups import Group, Member
from dinhbien.meaning.quantity import (
    Quantity,
    between,
    known,
    made_of,
    product,
    rounded,
    undefined,
)
from dinhbien.meaning.subjects import Subjects
from dinhbien.meaning.tally import Tallier
from dinhbien.meaning.truth import Truth, both, compared, either
from dinhbien.model.amount import Amount, Reason
from dinhbien.model.norm import KEY_JOIN
from dinhbien.model.plan import Unit

Value = Quantity | Truth


class OpenWordError(Exception):
    """A word of a closed list is missing: the judge tries each of `words`."""

    def __init__(self, path: str, words: tuple[str, ...]) -> None:
        super().__init__(path)
        self.path = path
        self.words = words


def word_of(unit: Unit, attribute: str, words: tuple[str, ...]) -> str:
    """A unit's word as the plan states it; raises `OpenWordError` where it is missing."""
    stated = unit.cell(attribute)
    if stated.value is None:
        raise OpenWordError(stated.path, words)
    return str(stated.value)


class Evaluation(Struct):
    """The values of a program's operators for `subject`; inside a group `here` is the member.

    `words` are the missing words that are tried; `reads` collects, where it is given,
    what was read, by path.  `situation` is the row in which flags are raised.
    """

    program: op.Program
    subjects: Subjects
    day: date
    subject: Unit
    here: Unit
    words: dict[str, str] = field(default_factory=dict)
    reads: dict[str, Value | str] | None = None
    situation: dict[str, Value] = field(default_factory=dict)

    def quantity(self, operator: op.Operator) -> Quantity:
        """The value of an operator that is a quantity."""
        value = self.value(operator)
        assert isinstance(value, Quantity)  # noqa: S101 - types are checked at load
        return value

    def truth(self, operator: op.Operator) -> Truth:
        """The value of an operator that is a truth."""
        value = self.value(operator)
        assert isinstance(value, Truth)  # noqa: S101 - types are checked at load
        return value

    def value(self, operator: op.Operator) -> Value:
        """The value of any operator."""
        step: Callable[[Evaluation, Any], Value] = _STEPS[type(operator)]
        return step(self, operator)

    def unit(self, base: op.Base, level: str) -> Unit:
        """The unit of `level` at or above the subject or the member."""
        return self.subjects.above(self.here if base == "here" else self.subject, level)

    def word(self, cell: op.CellOf) -> str:
        """A word of a closed list; raises `OpenWordError` where it is missing and not tried."""
        unit = self.unit(cell.base, cell.level)
        if cell.kind == "code":
            return unit.code.rpartition("/")[2]
        return self.word_of(unit, cell.attribute, cell.words)

    def word_of(self, unit: Unit, attribute: str, words: tuple[str, ...]) -> str:
        """A unit's word; raises `OpenWordError` where it is missing and not tried."""
        path = self.subjects.seen(unit.cell(attribute)).path
        word = self.words.get(path) or word_of(unit, attribute, words)
        if self.reads is not None:
            self.reads[path] = word
        return word

    def key(self, operator: op.Operator) -> tuple[object, ...]:
        """What makes the term of a non-linear operator one and the same."""
        return (operator, self.here.code, self.subject.code)

    def at(self, member: Unit) -> Evaluation:
        """The same evaluation inside a group, at a member."""
        return Evaluation(
            self.program, self.subjects, self.day, self.subject, member, self.words, self.reads,
            self.situation,
        )  # fmt: skip

    def note(self, path: str, value: Value) -> None:
        """Remember what was read, if anybody asks."""
        if self.reads is not None:
            self.reads[path] = value


def _constant(_: Evaluation, operator: op.Constant) -> Quantity:
    return known(operator.value)


def _number(self: Evaluation, operator: op.NumberOf) -> Quantity:
    number = self.program.numbers[operator.name]
    key = KEY_JOIN.join(self.word(cell) for cell in operator.keys)
    if key not in number.rows and ELSE not in number.rows:
        return undefined(("no_row", operator.name, key))
    rows = number.rows.get(key, number.rows.get(ELSE, ()))
    for row in rows:
        holds = row.period.holds(self.day)
        if holds is None:
            return undefined(("day_of_number", operator.name))
        if holds and row.suspended is not None:
            return undefined(("suspended", operator.name, row.suspended))
        if holds and row.value is not None:
            self.note(row.path, known(row.value))
            if number.kind == "date" and self.reads is not None:
                self.reads[row.path] = date.fromordinal(int(row.value)).isoformat()
            return known(row.value)
    ends = [row.period.last_day for row in rows if row.period.last_day]
    if ends:
        return undefined(("no_value_since", operator.name, str(max(ends))))
    return undefined(("no_value", operator.name, str(self.day)))


def _cell(self: Evaluation, operator: op.CellOf) -> Value:
    if operator.kind == "date":
        unit = self.unit(operator.base, operator.level)
        if self.reads is not None:
            stated = unit.cell(operator.attribute)
            self.reads[stated.path] = str(stated.value or "")
        return self.subjects.date(unit, operator.attribute)
    if operator.kind == "truth":
        return Truth(self.word(operator) == "yes")
    unit = self.unit(operator.base, operator.level)
    value = self.subjects.number(unit, operator.attribute)
    self.note(unit.cell(operator.attribute).path, value)
    return value


def _tally(self: Evaluation, operator: op.Tally) -> Quantity:
    unit = self.unit(operator.base, operator.level)
    tried = self.words if self.reads is None else None
    tallier = Tallier(self.subjects, self.word_of, tried)
    value = tallier.tally(unit, operator.count, operator.name)
    stated = operator.name in unit.figures
    self.note(unit.at(f"{'figures' if stated else 'counted'}.{operator.name or 'count'}"), value)
    return value


def _members(self: Evaluation, operator: op.Members) -> Quantity:
    within = self.unit(operator.base, operator.within)
    if self.reads is not None:
        return _made_of_members(self, operator, within)
    start = within.at("")
    tried = (f"{path}={word}" for path, word in self.words.items() if path.startswith(start))
    asked = self.subject.path, self.here.path, *sorted(tried)
    return self.subjects.grouped(
        operator, within, asked, lambda: _made_of_members(self, operator, within)
    )


def _made_of_members(self: Evaluation, operator: op.Members, within: Unit) -> Quantity:
    members = tuple(_going_through(self, operator, within))
    reasons = frozenset[Reason]().union(*(one.truth.undefined for one in members))
    if reasons:
        return undefined(*reasons)
    open_lists = self.subjects.open_lists(within, operator.level)
    least = _least_of_member(self, operator.value)
    group = Group(self.key(operator), members, open_lists, least)
    if operator.operator == "count":
        return group.counted()
    if operator.operator == "sum":
        return group.summed()
    if operator.operator == "average":
        return divided(self, operator, group.summed(), group.counted())
    return _extreme(self, operator, group)


def _least_of_member(self: Evaluation, value: op.Operator | None) -> Fraction | None:
    """The least that a member that is not listed may have."""
    if isinstance(value, op.Tally):
        return Fraction(0)
    if isinstance(value, op.CellOf) and value.kind == "quantity":
        declared = self.subjects.vocabulary.attributes[value.attribute].least
        return None if declared is None else Fraction(declared)
    return None


def _extreme(self: Evaluation, operator: op.Members, group: Group) -> Quantity:
    if group.open_lists or any(one.truth.value is None for one in group.members):
        return group.open_extreme(1 if operator.operator == "smallest" else -1)
    values = [one.value for one in group.members if one.value is not None]
    if not values:
        return undefined(("empty_group",))
    return chosen(
        self.key(operator), "least" if operator.operator == "smallest" else "greatest", values
    )


def _going_through(self: Evaluation, operator: op.Members, within: Unit) -> Iterator[Member]:
    """Each possible member, whether it is one, and its number."""
    for unit in self.subjects.below(within, operator.level):
        here = self.at(unit)
        value = here.quantity(operator.value) if operator.value else None
        if operator.operator == "sum" and value is not None and value.exact == 0:
            continue  # a member or not, it adds nothing
        truth = here.truth(operator.where) if operator.where else Truth(True)
        if truth.value is not False:
            yield Member(unit.code, truth, value)


def _arithmetic(self: Evaluation, operator: op.Arithmetic) -> Quantity:
    left, right = self.quantity(operator.left), self.quantity(operator.right)
    if operator.operator == "+":
        return left + right
    if operator.operator == "-":
        return left - right
    if operator.operator == "/":
        return divided(self, operator, left, right)
    for one, other in ((left, right), (right, left)):
        if one.exact is not None:
            return other.times(one.exact)
    bounds = product(left.bounds, right.bounds)
    return made_of(self.key(operator), bounds, (left, right), whole=left.whole and right.whole)


def divided(self: Evaluation, operator: op.Operator, left: Quantity, right: Quantity) -> Quantity:
    """`left ÷ right`; undefined where the divisor is, or may be, zero.  §1"""
    if right.undefined:
        return right
    if right.exact == 0:
        return undefined(("division_by_zero",))
    if right.exact is not None:
        return left.times(1 / right.exact)
    low, high = right.bounds.low, right.bounds.high
    if (low is None or low <= 0) and (high is None or high >= 0):
        lacking = ", ".join(sorted(right.missing))
        return undefined(("divisor_may_be_zero", lacking))
    ends = (None if end is None else 1 / end for end in (high, low))
    first, second = ends
    zero = Fraction(0)
    inverse = Amount(zero if first is None else first, zero if second is None else second)
    bounds = product(left.bounds, inverse)
    return made_of(self.key(operator), bounds, (left, right), whole=False)


def _rounded(self: Evaluation, operator: op.Rounded) -> Quantity:
    inner = self.quantity(operator.operand)
    if inner.whole:
        return inner
    low, high = (
        None if end is None else rounded(operator.operator, end)
        for end in (inner.bounds.low, inner.bounds.high)
    )
    return made_of(self.key(operator), Amount(low, high), (inner,), whole=True)


def _chosen(self: Evaluation, operator: op.Chosen) -> Quantity:
    values = [self.quantity(one) for one in operator.operands]
    return chosen(self.key(operator), operator.operator, values)


def _compared(self: Evaluation, operator: op.Compared) -> Truth:
    left, right = self.quantity(operator.left), self.quantity(operator.right)
    return compared(operator.operator, left, right)


def _word_in(self: Evaluation, operator: op.WordIn) -> Truth:
    return Truth(self.word(operator.word) in operator.among)


def _logic(self: Evaluation, operator: op.Logic) -> Truth:
    left = self.truth(operator.left)
    if left.value is (operator.operator == "or"):
        return left  # decided: what stands on the right is not asked
    join = both if operator.operator == "and" else either
    return join(left, self.truth(operator.right))


def _not(self: Evaluation, operator: op.Not) -> Truth:
    return ~self.truth(operator.operand)


def _branch(self: Evaluation, operator: op.Branch) -> Quantity:
    condition = self.truth(operator.condition)
    if condition.undefined:
        return undefined(*condition.undefined)
    if condition.value is not None:
        return self.quantity(operator.first if condition.value else operator.second)
    first, second = self.quantity(operator.first), self.quantity(operator.second)
    bounds = first.bounds.joined(second.bounds)
    missing = condition.missing
    made = made_of(self.key(operator), bounds, (first, second), whole=first.whole and second.whole)
    if made.undefined or not made.terms:
        return made
    return between(self.key(operator), bounds, missing | made.missing, whole=False)


def _undefined(_: Evaluation, operator: op.Undefined) -> Quantity:
    return undefined(operator.reason)


def _as_of(self: Evaluation, _: op.AsOf) -> Quantity:
    return known(Fraction(self.day.toordinal()))


def _elapsed(self: Evaluation, operator: op.Elapsed) -> Quantity:
    start, end = self.quantity(operator.start), self.quantity(operator.end)
    if operator.unit == "days":
        return end - start
    low = elapsed(operator.unit, start.bounds.high, end.bounds.low)
    high = elapsed(operator.unit, start.bounds.low, end.bounds.high)
    return made_of(self.key(operator), Amount(low, high), (start, end), whole=True)


def _later(self: Evaluation, operator: op.Later) -> Quantity:
    start, length = self.quantity(operator.start), self.quantity(operator.length)
    if operator.unit == "days":
        return start + length
    low = later(operator.unit, start.bounds.low, length.bounds.low)
    high = later(operator.unit, start.bounds.high, length.bounds.high)
    if start.exact is not None and length.exact is not None and low is None:
        return undefined(("past_the_calendar",))
    return made_of(self.key(operator), Amount(low, high), (start, length), whole=True)


def _known(self: Evaluation, operator: op.Known) -> Truth:
    unit = self.unit(operator.cell.base, operator.cell.level)
    return Truth(unit.cell(operator.cell.attribute).value is not None)


def _situation(self: Evaluation, operator: op.Situation) -> Value:
    return self.situation[operator.name]


_STEPS: dict[type, Callable[[Evaluation, Any], Value]] = {
    op.Constant: _constant,
    op.NumberOf: _number,
    op.CellOf: _cell,
    op.Tally: _tally,
    op.Members: _members,
    op.Apportioned: apportioned,
    op.Covered: covered,
    op.Arithmetic: _arithmetic,
    op.Rounded: _rounded,
    op.Chosen: _chosen,
    op.Compared: _compared,
    op.WordIn: _word_in,
    op.Logic: _logic,
    op.Not: _not,
    op.Branch: _branch,
    op.Undefined: _undefined,
    op.AsOf: _as_of,
    op.Elapsed: _elapsed,
    op.Later: _later,
    op.Known: _known,
    op.Situation: _situation,
}
