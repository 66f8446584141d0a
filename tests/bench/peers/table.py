"""The norms of a pack as a table: for each its scope, verdict and amounts, as expressions.

Every engine is given this table, so that no norm is typed twice.  A number that may be missing
is an interval: at least `low`, and at most `high` unless it is `open`, all over `parts`.  All
inputs are counts: a missing one is at least 0 and has no upper end.  What is rounded stays an
interval, as in the definition; the workload has no norm whose sides share an input that would
cancel, and a test compares its findings with those of the definition.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from functools import partial, reduce
from math import lcm
from pathlib import Path

from dinhbien import Pack, read_pack
from dinhbien.language import operators as op
from dinhbien.meaning.tally import adding
from dinhbien.model.norm import KEY_JOIN
from tests.bench.peers.expressions import (
    FALSE,
    TRUE,
    ZERO,
    Node,
    both,
    chosen,
    columns_of,
    copied,
    either,
    negated,
    node,
    number_of,
    reckoned,
    whole,
)
from tests.bench.peers.intervals import (
    NO_LEAST,
    NO_MOST,
    UNBOUNDED,
    Interval,
    Truth,
    added,
    contrary,
    greatest_of,
    is_below,
    known,
    least_of,
    one_or_other,
    product,
    quotient,
    rounded,
)

NORMS = Path(__file__).parent / "norms"
PACK = "workload"
DAY = date(2026, 6, 1)
NOTHING, SHORTAGE, SURPLUS, UNDETERMINED = range(4)
Levels = ("commune", "organisation")


@dataclass(frozen=True)
class Measure:
    """What is summed below each unit of a level: `value`, over those in which `where` holds.

    It is `missing` where it is missing for any of them.  Below an organisation stand its posts;
    below a commune its organisations, whose columns may be measures that stand earlier.
    """

    name: str
    level: str
    value: Node
    missing: Node
    where: Node


@dataclass(frozen=True)
class Row:
    """One norm: in which units it may apply, and what it says there.

    `verdict` is 0 where nothing is to be said, else one of the codes above; `least` and `most`
    are the ends of the amount, 0 where the verdict is open.  `sides` are what was compared, for
    an engine that is given numbers: the two ends of what is measured, of the least and of the
    most; and `applies`, which is certain in the scope or, where it is not, open.
    """

    norm: str
    level: str
    scope: Node
    verdict: Node
    least: Node
    most: Node
    sides: tuple[Node, ...]
    applies: Node


@dataclass(frozen=True)
class Table:
    """Rows in the order of their norms, and the measures that they read."""

    rows: tuple[Row, ...]
    measures: tuple[Measure, ...]
    words: dict[str, tuple[str, ...]]

    def of_size(self, norms: int) -> Table:
        """So many norms: some of them, or all of them again and again.

        A norm that stands again is made anew, so that nothing kept for the first one serves it.
        """
        many = len(self.rows)
        if norms == many:
            return self
        if norms < many:
            rows = tuple(self.rows[place * many // norms] for place in range(norms))
            return replace(self, rows=rows, measures=_read_by(rows, self.measures))
        again = [row if number < many else _anew(row)
                 for number, row in enumerate((*self.rows,) * -(-norms // many))]  # fmt: skip
        return replace(self, rows=tuple(again[:norms]))


def _read_by(rows: Sequence[Row], measures: Sequence[Measure]) -> tuple[Measure, ...]:
    """The measures that these rows read, and those that these read."""
    parts = [one for row in rows for one in (row.scope, row.verdict, row.least, row.most)]
    names = {name for one in parts for name in columns_of(one)}
    kept: list[Measure] = []
    for one in reversed(measures):
        if one.name in names:
            kept.insert(0, one)
            names |= {*columns_of(one.value), *columns_of(one.where)}
    return tuple(kept)


def _anew(row: Row) -> Row:
    copies: dict[Node, Node] = {}
    parts = (row.scope, row.verdict, row.least, row.most)
    scope, verdict, least, most = (copied(one, copies) for one in parts)
    return replace(row, scope=scope, verdict=verdict, least=least, most=most)


def read_table(norms: Path = NORMS, pack: str = PACK, day: date = DAY) -> Table:
    """The table of a pack that holds nothing but the shapes of the workload.

    Raises `KeyError` or `AssertionError` for a shape that it does not know.
    """
    return table_of(read_pack(pack, norms=norms), day)


def table_of(pack: Pack, day: date) -> Table:
    """The table of a pack, its rows in the order of the norms' ids."""
    words = {
        name: tuple(pack.rules.vocabulary.lists[attribute.words])
        for name, attribute in pack.rules.vocabulary.attributes.items()
        if attribute.kind == "word" and attribute.words
    }
    translation = _Translation(words, day)
    rows = [translation.row(norm.id, norm.used.program) for norm in pack.norms]
    return Table(tuple(rows), tuple(translation.measures.values()), words)


@dataclass
class _Translation:
    """Programs → rows; the measures that they need are gathered on the way."""

    words: dict[str, tuple[str, ...]]
    day: date
    measures: dict[tuple[str, Node, Node], Measure] = field(default_factory=dict)

    def row(self, norm: str, program: op.Program) -> Row:
        """The row of one norm."""
        one = _Norm(self, program)
        applies = one.truth(program.applies) if program.applies else Truth(TRUE, FALSE)
        assert program.measured is not None
        measured = one.quantity(program.measured)
        least = one.quantity(program.least) if program.least else None
        most = one.quantity(program.most) if program.most else None
        assert all(each is None or each.parts == 1 for each in (measured, least, most))
        short = is_below(measured, least) if least else Truth(FALSE, TRUE)
        over = is_below(most, measured) if most else Truth(FALSE, TRUE)
        said = chosen(both(short.no, over.no), whole(NOTHING), whole(UNDETERMINED))
        said = chosen(over.yes, whole(SURPLUS), said)
        said = chosen(short.yes, whole(SHORTAGE), said)
        if negated(applies.yes) is not applies.no:  # it may be open whether it applies
            said = chosen(applies.yes, said, whole(UNDETERMINED))
        lower = _amount(short, least, measured) if least else (ZERO, ZERO)
        upper = _amount(over, measured, most) if most else (ZERO, ZERO)
        ends = [
            chosen(short.yes, one, chosen(over.yes, other, ZERO))
            for one, other in zip(lower, upper, strict=True)
        ]
        if negated(applies.yes) is not applies.no:
            ends = [chosen(applies.yes, end, ZERO) for end in ends]
        sides = (*measured.ends, *(least or NO_LEAST).ends, *(most or NO_MOST).ends)
        scope, (low, high) = negated(applies.no), ends
        return Row(norm, program.level, scope, said, low, high, sides, applies.yes)

    def summed(self, level: str, each: Interval, where: Node) -> Interval:
        """What a number adds up to below the units of a level."""
        name = f"{level}_sum_{len(self.measures)}"
        made = Measure(name, level, each.low, each.open, where)
        made = self.measures.setdefault((level, each.low, where), made)
        value = node("value", made.name)
        is_open = FALSE if each.open is FALSE else node("missing", made.name)
        return Interval(value, value, is_open)

    def among(self, attribute: str, words: Sequence[str]) -> Node:
        """Whether a unit's word is one of these."""
        known = self.words[attribute]
        return node("in", attribute, tuple(sorted(known.index(word) for word in words)))


def _amount(when: Truth, more: Interval, less: Interval) -> tuple[Node, Node]:
    """The ends of `more − less` where `when` certainly holds."""
    high = chosen(more.open, whole(UNBOUNDED), reckoned("-", more.high, less.low))
    return reckoned("-", more.low, less.high), high


@dataclass
class _Norm:
    """One program's operators → intervals and truths."""

    made: _Translation
    program: op.Program

    def quantity(self, one: op.Operator) -> Interval:
        """A number."""
        return _QUANTITIES[type(one)](self, one)

    def truth(self, one: op.Operator) -> Truth:
        """A truth."""
        return _TRUTHS[type(one)](self, one)

    def by_words(
        self, number: op.NumberOf, then: Callable[[Fraction], Interval], key: tuple[str, ...] = ()
    ) -> Interval:
        """What becomes of each row of a table, chosen by the words of the unit."""
        rows = self.program.numbers[number.name].rows
        if len(key) == len(number.keys):
            name = KEY_JOIN.join(key)
            found = rows.get(name, rows.get("else", ()))
            (value,) = (row.value for row in found if row.period.holds(self.made.day))
            assert value is not None
            return then(value)
        cell = number.keys[len(key)]
        made = [self.by_words(number, then, (*key, word)) for word in cell.words]
        if cell.kind == "truth":
            held = node("truth", cell.attribute)
            return one_or_other(Truth(held, negated(held)), *made)
        return _looked_up(cell.attribute, made)


def _looked_up(attribute: str, found: Sequence[Interval]) -> Interval:
    """One of several intervals, by the code of a word."""
    parts = lcm(*(one.parts for one in found))
    found = [one.over(parts) for one in found]
    assert all(one.open is found[0].open for one in found)
    numbers = [number_of(one.low) for one in found]
    if all(one.exact for one in found) and None not in numbers:
        usual = max(set(numbers), key=numbers.count)
        rows = tuple((code, one) for code, one in enumerate(numbers) if one != usual)
        value = node("look", attribute, rows, usual) if rows else whole(numbers[0] or 0)
        return Interval(value, value, FALSE, parts)
    made = found[-1]
    for code, one in enumerate(found[:-1]):
        held = node("in", attribute, (code,))
        if (one.low, one.high) != (found[-1].low, found[-1].high):
            made = one_or_other(Truth(held, negated(held)), one, made)
    return made


def _stated(column: str) -> Interval:
    value = node("value", column)
    return Interval(value, value, node("missing", column))


def _tally(self: _Norm, one: op.Tally) -> Interval:
    count, made = one.count, self.made
    within = made.among("kind", count.within) if count.within else TRUE
    if count.of == "organisations":
        return made.summed("commune", known(Fraction(1)), within)
    columns, _ = adding(count)
    each = reduce(partial(added, "+"), (_stated(column) for column, _ in columns))
    filters = [
        made.among(name, getattr(count, name))
        for name in ("category", "rank")
        if getattr(count, name)
    ]
    where = filters[0] if len(filters) == 1 else both(*filters) if filters else TRUE
    below_it = made.summed("organisation", each, where)
    if one.level == "organisation":
        assert within is TRUE
        return below_it
    return made.summed("commune", below_it, within)


def _members(self: _Norm, one: op.Members) -> Interval:
    assert (one.within, one.level) == Levels
    where = self.truth(one.where).yes if one.where else TRUE
    if one.operator == "count":
        return self.made.summed("commune", known(Fraction(1)), where)
    assert one.operator == "sum"
    assert isinstance(one.value, op.CellOf)
    return self.made.summed("commune", _stated(one.value.attribute), where)


def _arithmetic(self: _Norm, one: op.Arithmetic) -> Interval:
    left = self.quantity(one.left)
    if one.operator == "/" and isinstance(one.right, op.NumberOf):
        return self.by_words(one.right, lambda value: product(left, known(1 / value)))
    right = self.quantity(one.right)
    if one.operator in {"+", "-"}:
        return added(one.operator, left, right)
    return product(left, right) if one.operator == "*" else quotient(left, right)


def _chosen(self: _Norm, one: op.Chosen) -> Interval:
    join = least_of if one.operator == "least" else greatest_of
    made = self.quantity(one.operands[0])
    for other in one.operands[1:]:
        made = join(made, self.quantity(other))
    return made


def _branch(self: _Norm, one: op.Branch) -> Interval:
    when = self.truth(one.condition)
    if when.yes is TRUE:
        return self.quantity(one.first)
    return one_or_other(when, self.quantity(one.first), self.quantity(one.second))


def _compared(self: _Norm, one: op.Compared) -> Truth:
    left, right = self.quantity(one.left), self.quantity(one.right)
    return {
        "<": lambda: is_below(left, right),
        ">": lambda: is_below(right, left),
        "<=": lambda: contrary(is_below(right, left)),
        ">=": lambda: contrary(is_below(left, right)),
    }[one.operator]()


def _word_in(self: _Norm, one: op.WordIn) -> Truth:
    yes = self.made.among(one.word.attribute, sorted(one.among))
    return Truth(yes, negated(yes))


def _held(_: _Norm, one: op.CellOf) -> Truth:
    yes = node("truth", one.attribute)
    return Truth(yes, negated(yes))


def _logic(self: _Norm, one: op.Logic) -> Truth:
    left, right = self.truth(one.left), self.truth(one.right)
    if one.operator == "or":
        left, right = contrary(left), contrary(right)
    yes = both(left.yes, right.yes)
    surely = negated(left.yes) is left.no and negated(right.yes) is right.no
    joined = Truth(yes, negated(yes) if surely else either(left.no, right.no))
    return joined if one.operator == "and" else contrary(joined)


_QUANTITIES: dict[type, Callable[..., Interval]] = {
    op.Constant: lambda _, one: known(one.value),
    op.NumberOf: lambda self, one: self.by_words(one, known),
    op.CellOf: lambda _, one: _stated(one.attribute),
    op.Tally: _tally,
    op.Members: _members,
    op.Arithmetic: _arithmetic,
    op.Rounded: lambda self, one: rounded(one.operator, self.quantity(one.operand)),
    op.Chosen: _chosen,
    op.Branch: _branch,
}
_TRUTHS: dict[type, Callable[..., Truth]] = {
    op.Compared: _compared,
    op.WordIn: _word_in,
    op.CellOf: _held,
    op.Logic: _logic,
    op.Not: lambda self, one: contrary(self.truth(one.operand)),
}
