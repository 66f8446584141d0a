"""Counts and groups → steps of a tape.  §9, §10, §12"""

from __future__ import annotations

from fractions import Fraction
from math import lcm

from dinhbien.columns.from_program import OPERATORS, Lowering, Place, inside
from dinhbien.columns.table import words_of
from dinhbien.columns.tape import Leaf, NotInColumnsError, Register, Step
from dinhbien.language import operators as op
from dinhbien.language.names import KIND, ORGANISATION
from dinhbien.meaning.tally import BOOKS, POST, adding
from dinhbien.model.norm import Count


def _tally(self: Lowering, operator: op.Tally, at: Place) -> Register:
    level = self.level_of(operator.base, operator.level, at)
    return self.tape.gathered(counted(self, operator.count, operator.name, level), at.level)


def counted(self: Lowering, count: Count, name: str, level: str) -> Register:
    """A count at every unit of `level`: from its cells, or the total that the plan states."""
    found, listed = _from_cells(self, count, name, level)
    if listed and not name:
        step = Step("unlisted", (found.place,), level, (listed,))
        leaves = found.leaves | {Leaf("list", (level, listed))}
        closed = self.table.is_open(level, listed) is None
        found = self.tape.put(
            step, scale=found.scale, most=found.most, exact=found.exact and closed, leaves=leaves
        )
    return _total(self, found, name, listed, level) if name else found


def _total(self: Lowering, one: Register, name: str, listed: str, level: str) -> Register:
    stated = self.table.levels[level].stated.get(name)
    scale = lcm(one.scale, stated.bounds.scale) if stated else one.scale
    factors = scale // one.scale, (scale // stated.bounds.scale) if stated else 1
    most = factors[0] * one.most
    if stated:
        most = max(most, factors[1] * stated.bounds.largest)
    step = Step("total", (one.place,), level, (name, listed, *factors))
    own = self.table.levels[level].complete.get(listed)
    closed = not listed or (own is not None and bool(own.all()))
    leaves = one.leaves | {Leaf("list", name)}
    return self.tape.put(step, scale=scale, most=most, exact=one.exact and closed, leaves=leaves)


def _from_cells(self: Lowering, count: Count, name: str, level: str) -> tuple[Register, str]:
    """What lies below adds up, and the list of the unit's own that may hold more."""
    if level in (POST, ORGANISATION):
        return _of_organisations(self, count, level)
    step = self.table.step(level, ORGANISATION)
    below = counted(self, count, name, step)
    many = self.table.size(step)
    return self.tape.summed(below, level, many), step


def _of_organisations(self: Lowering, count: Count, level: str) -> tuple[Register, str]:
    listed = POST if level == ORGANISATION and count.of != "organisations" else ""
    if count.of == "organisations":
        total = self.tape.constant(1, level)
    else:
        total = (_of_posts if level == POST else _tallied)(self, count)
    if count.within:
        asked = self.tape.gathered(_is_one_of(self, ORGANISATION, KIND, count.within), level)
        total = self.tape.branch(asked, total, self.tape.constant(0, level))
    return total, listed


def _is_one_of(self: Lowering, level: str, attribute: str, among: tuple[str, ...]) -> Register:
    register = _word(self, level, attribute)
    places = _places(self, attribute, among)
    return self.tape.put(Step("among", (register.place,), level, places), leaves=frozenset())


def _word(self: Lowering, level: str, attribute: str) -> Register:
    many = len(words_of(attribute, self.table.vocabulary))
    step = Step("word", (), level, (attribute,))
    return self.tape.put(step, most=many, exact=True, leaves=frozenset())


def _places(self: Lowering, attribute: str, among: tuple[str, ...]) -> tuple[int, ...]:
    words = words_of(attribute, self.table.vocabulary)
    return tuple(sorted(words.index(one) for one in among if one in words))


def _each(self: Lowering, count: Count) -> tuple[Register, frozenset[str]]:
    """What a post adds if it is counted, and the columns that are read for it."""
    columns, vacancies = adding(count)
    total = self.tape.constant(0, POST)
    for column, sign in columns:
        total = self.tape.added(total, self.column(POST, column), sign)
    read = {column for column, _ in columns}
    if vacancies:
        read |= {"assigned", BOOKS}
        empty = self.tape.added(self.column(POST, "assigned"), self.column(POST, BOOKS), -1)
        empty = self.tape.chosen("greatest", self.tape.constant(0, POST), empty)
        total = _apart(self, total, empty)
    return total, frozenset(read)


BY = ("category", "rank", "position")


def _of_posts(self: Lowering, count: Count) -> Register:
    total, read = _each(self, count)
    for attribute in BY:
        among = getattr(count, attribute)
        if among:
            asked = _is_one_of(self, POST, attribute, among)
            step = Step("member", (total.place, asked.place), POST)
            total = self.tape.put(step, scale=total.scale, most=total.most)
    return _told(self, total, read, count)


def _tallied(self: Lowering, count: Count) -> Register:
    """What the posts of an organisation add up to that are counted."""
    each, read = _each(self, count)
    asked = [one for one in BY if getattr(count, one)]
    words = [_word(self, POST, one) for one in asked]
    places = [_places(self, one, getattr(count, one)) for one in asked]
    args = (each.place, *(one.place for one in words))
    return self.tape.put(
        Step("tally", args, ORGANISATION, (POST, count, *places)),
        scale=each.scale, most=each.most * max(1, self.table.size(POST)),
        leaves=frozenset([Leaf("tally", "", read, count)]),
    )  # fmt: skip


def _apart(self: Lowering, one: Register, other: Register) -> Register:
    """The sum of two that `meaning/` holds apart, whatever inputs they have in common."""
    scale = lcm(one.scale, other.scale)
    factors = scale // one.scale, scale // other.scale
    step = Step("add", (one.place, other.place), one.level, (*factors, False))
    most = factors[0] * one.most + factors[1] * other.most
    return self.tape.put(step, scale=scale, most=most)


def _told(self: Lowering, one: Register, read: frozenset[str], count: Count) -> Register:
    """The same, with what it lacks told as one count, so that counts apart are known to be."""
    step = Step("same", (one.place,), one.level, (count,))
    leaves = frozenset([Leaf("tally", "", read, count)])
    return self.tape.put(step, scale=one.scale, most=one.most, leaves=leaves)


def _members(self: Lowering, operator: op.Members, at: Place) -> Register:
    within = self.level_of(operator.base, operator.within, at)
    within_place = inside(at, operator)
    where = self.truth(operator.where, within_place) if operator.where else None
    value = self.quantity(operator.value, within_place) if operator.value else None
    if operator.operator == "average":
        message = "an average is not reckoned in columns, but where it is rounded"
        raise NotInColumnsError(message)
    found = _made_of(self, operator, within, where, value)
    return self.tape.gathered(found, at.level)


def _made_of(
    self: Lowering, operator: op.Members, within: str, where: Register | None,
    value: Register | None,
) -> Register:  # fmt: skip
    one = self.tape.constant(1, operator.level)
    asked = where or one
    if operator.operator in ("count", "sum"):
        return _added_up(
            self,
            operator,
            within,
            asked if value is None else _member(self, value, asked, operator),
        )
    if value is None:
        message = "a group without numbers has no smallest"
        raise NotInColumnsError(message)
    least = _least(self, operator)
    scale = value.scale if least is None else lcm(value.scale, least.denominator)
    if scale != value.scale:
        message = "a least value is finer than the column"
        raise NotInColumnsError(message)
    more = (operator.level, None if least is None else int(least * scale))
    step = Step(operator.operator, (value.place, asked.place), within, more)
    leaves = value.leaves | {Leaf("list", operator)}
    return self.tape.put(step, scale=scale, most=value.most, exact=False, leaves=leaves)


def _member(self: Lowering, value: Register, asked: Register, operator: op.Members) -> Register:
    """What each member adds; what several of them may share is not added up."""
    own = {operator.level, *_below(self, operator.level)}
    read = {one for top in [operator.value] if top for one in op.within(top)}
    levels = {one.level for one in read if isinstance(one, (op.CellOf, op.Tally))}
    levels |= {one.within for one in read if isinstance(one, (op.Members))}
    if not levels <= own:
        step = Step("spread", (value.place,), value.level)
        value = self.tape.put(step, scale=value.scale, most=value.most)
    step = Step("member", (value.place, asked.place), value.level)
    return self.tape.put(step, scale=value.scale, most=value.most)


def _below(self: Lowering, level: str) -> list[str]:
    vocabulary = self.table.vocabulary
    return [one for one in vocabulary.levels if level in vocabulary.ancestors_of(one)]


def _added_up(self: Lowering, operator: op.Members, within: str, one: Register) -> Register:
    total = self.tape.summed(one, within, self.table.size(operator.level))
    if self.table.is_open(within, operator.level) is None:
        leaves = total.leaves | {Leaf("list", operator)}
        step = Step("same", (total.place,), within, (operator,))
        return self.tape.put(step, scale=total.scale, most=total.most, leaves=leaves)
    least = Fraction(0) if operator.operator == "count" else _least(self, operator)
    if least is not None and (least * total.scale).denominator != 1:
        message = "a least value is finer than the column"
        raise NotInColumnsError(message)
    more = (operator.level, None if least is None else int(least * total.scale))
    step = Step("opened", (total.place,), within, (*more, operator))
    leaves = total.leaves | {Leaf("list", operator)}
    return self.tape.put(step, scale=total.scale, most=total.most, exact=False, leaves=leaves)


def _least(self: Lowering, operator: op.Members) -> Fraction | None:
    """The least that a member that is not listed may have."""
    value = operator.value
    if isinstance(value, op.Tally):
        return Fraction(0)
    if isinstance(value, op.CellOf) and value.kind == "quantity":
        declared = self.table.vocabulary.attributes[value.attribute].least
        return None if declared is None else Fraction(declared)
    return None


OPERATORS[op.Tally] = _tally
OPERATORS[op.Members] = _members
