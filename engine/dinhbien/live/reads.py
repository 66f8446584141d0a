"""What a program reads of a plan, so that it is asked again only where that has changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from functools import cached_property

from msgspec import Struct, field

from dinhbien.judging.worsened import roots
from dinhbien.language.names import KIND, ORGANISATION
from dinhbien.language.operators import (
    CellOf,
    Covered,
    Logic,
    Members,
    Not,
    Operator,
    Program,
    Tally,
    WordIn,
    inside,
)
from dinhbien.live.memory import FEW, Memory
from dinhbien.live.spots import Spot
from dinhbien.meaning.subjects import Subjects
from dinhbien.meaning.tally import BOOKS, POST, adding
from dinhbien.model.amount import negated, sum_of
from dinhbien.model.norm import Count
from dinhbien.model.plan import Unit
from dinhbien.model.words import Vocabulary

_FILTERS = ("category", "rank", "position")


class Reads(Struct, frozen=True):
    """The cells and counts that are read, asked from a unit of `level`.

    Each lies within the unit of some level above the one that is asked, and that level stands
    beside it.  `outermost` is the highest of them.
    """

    level: str
    outermost: str
    cells: dict[tuple[str, str], str]
    counts: dict[tuple[Count, str], str]
    group: Members | None = None
    """The group that alone reads all this, if it is one."""

    @property
    def names(self) -> set[tuple[str, str]]:
        """The cells that are read, themselves or to count, by level and name."""
        counted = {(POST, name) for count, _ in self.counts for name in columns(count)}
        words = {(POST, name) for count, _ in self.counts for name in _FILTERS}
        kinds = {(ORGANISATION, KIND)} if self.counts else set()
        return {*self.cells, *counted, *words, *kinds}

    def scopes(self, spot: Spot) -> set[str]:
        """The levels within whose unit what has changed at a spot may be read."""
        if spot.listed:
            return {self.outermost}
        if self.group is not None and is_apart(self.group, spot):
            return set()
        level = spot.after.level
        read = {self.cells[level, name] for name in spot.cells if (level, name) in self.cells}
        return read | {
            scope
            for (count, name), scope in self.counts.items()
            if scope not in read and counts_touched(count, name, spot)
        }


class Readers(Struct, frozen=True, dict=True):
    """Several that read a plan, and who of them may read what has changed."""

    each: tuple[Reads, ...]
    _known: Memory[Mapping[int, frozenset[str]]] = field(default_factory=lambda: Memory(FEW))

    def of(self, spot: Spot) -> Mapping[int, frozenset[str]]:
        """Those that may, by their place, each with the levels of `Reads.scopes`."""
        found = self._known.get(spot.sign)
        if found is None:
            among = sorted(self._among(spot))
            every = ((place, frozenset(self.each[place].scopes(spot))) for place in among)
            made = {place: scopes for place, scopes in every if scopes}
            found = self._known.keep(spot.sign, made)
        return found

    def _among(self, spot: Spot) -> Iterable[int]:
        """Those that read a cell of the name of one that has changed, or all."""
        if spot.listed or spot.figures:
            return range(len(self.each))
        names = [(spot.after.level, name) for name in spot.cells]
        return {place for name in names for place in self._by_name.get(name, ())}

    @cached_property
    def _by_name(self) -> dict[tuple[str, str], list[int]]:
        found: dict[tuple[str, str], list[int]] = {}
        for place, one in enumerate(self.each):
            for name in one.names:
                found.setdefault(name, []).append(place)
        return found

    def units(self, spot: Spot, subjects: Subjects) -> Iterator[tuple[int, Unit]]:
        """Those that may, with the units all of whose units are to be asked again."""
        for place, scopes in self.of(spot).items():
            yield from ((place, unit) for unit in asked_within(scopes, spot, subjects))


def is_apart(group: Members, spot: Spot) -> bool:
    """Whether the sum of a group certainly is the same, since the post of a spot is no member.

    So it is where known words, which have not changed, keep it out; a post that adds 0 is not
    even asked for them.
    """
    value, where = group.value, group.where
    is_own = isinstance(value, CellOf) and (value.base, value.level) == ("here", POST)
    if group.operator != "sum" or {spot.after.level, group.level} != {POST} or not is_own:
        return False
    name = value.attribute  # type: ignore[union-attr]  # a cell
    asked = _every(where) if where is not None else ()
    words = {one.attribute for one in asked if isinstance(one, CellOf)}
    if name in spot.origins or not words.isdisjoint(spot.cells):
        return False
    none = [one.cell(name).value == 0 for one in (spot.before, spot.after)]
    if none[0] is not none[1]:
        return False
    return none[0] or (where is not None and _holds(where, spot) is False)


def _holds(operator: Operator, spot: Spot) -> bool | None:
    """What a condition says of the post of a spot by its words; None where they do not tell."""
    if isinstance(operator, Not):
        inner = _holds(operator.operand, spot)
        return None if inner is None else not inner
    if isinstance(operator, Logic):
        left = _holds(operator.left, spot)
        if left is None or left is (operator.operator == "or"):
            return left
        return _holds(operator.right, spot)
    if not isinstance(operator, WordIn) or operator.word.base != "here":
        return None
    place = operator.word.level, operator.word.attribute
    unit = spot.after if place[0] == POST else spot.above if place == (ORGANISATION, KIND) else None
    stated = unit.cell(place[1]).value if unit is not None else None
    return None if stated is None or operator.word.kind == "code" else stated in operator.among


def counts_touched(count: Count, name: str, spot: Spot) -> bool:
    """Whether a count, stated by units under `name`, may be another for a spot."""
    if spot.listed or (name and name in spot.figures):
        return True
    if not spot.cells:
        return False
    if spot.after.level == ORGANISATION:
        return KIND in spot.cells and bool(count.within)
    if spot.after.level != POST:
        return False
    numbers = columns(count)
    if any(name in spot.cells and getattr(count, name) for name in _FILTERS):
        return count.of != "organisations"
    return not numbers.isdisjoint(spot.cells) and _may_count(count, spot, numbers)


def columns(count: Count) -> set[str]:
    """The numbers of a post that a count reads."""
    each, vacancies = adding(count)
    return {column for column, _ in each} | ({"assigned", BOOKS} if vacancies else set())


def _may_count(count: Count, spot: Spot, numbers: set[str]) -> bool:
    """Whether the post of a spot, whose words have not changed, may be looked at by the count.

    Its words are asked for in this order, and the first that is missing is then named.  Its
    `numbers` are read first, and told where they are modelled, whatever its words.
    """
    if count.of == "organisations":
        return False
    kind = spot.above.cell(KIND).value if spot.above is not None else None
    if count.within and kind is not None and kind not in count.within:
        return False
    if not numbers.isdisjoint(spot.origins):
        return True
    if _is_nothing(count, spot.before) is not _is_nothing(count, spot.after):
        return True  # the words of a post that adds nothing are not read at all
    asked = [(getattr(count, name), spot.after.cell(name).value) for name in _FILTERS]
    out = (stated is not None for wanted, stated in asked if wanted and stated not in wanted)
    return not next(out, False)


def _is_nothing(count: Count, post: Unit) -> bool:
    """Whether a post certainly adds nothing to a count, whatever its words."""
    columns, vacancies = adding(count)
    numbers = [(post.cell(column).value, sign) for column, sign in columns]
    known = [
        one if sign > 0 else negated(one) for one, sign in numbers if isinstance(one, Fraction)
    ]
    return not vacancies and len(known) == len(numbers) and sum_of(known) == 0


def reads_of(programs: Iterable[Program], words: Vocabulary) -> Reads:
    """What a norm reads under any of its readings."""
    asked = list(programs)
    return reads(asked[0].level, [top for one in asked for top in roots(one)], words)


def reads(level: str, operators: Iterable[Operator], words: Vocabulary) -> Reads:
    """What operators read, asked from a unit of `level`."""
    tops = list(operators)
    ways = (level, *words.ancestors_of(level))
    cells: dict[tuple[str, str], str] = {}
    counts: dict[tuple[Count, str], str] = {}
    scopes = {level}
    for one, within in (each for top in tops for each in _scoped(top, level, ways)):
        scopes.add(within)
        if isinstance(one, CellOf):
            key = one.level, one.attribute
            cells[key] = _outer(cells.get(key, level), within, ways)
        elif isinstance(one, Tally):
            held = counts.get((one.count, one.name), level)
            counts[one.count, one.name] = _outer(held, within, ways)
    group = tops[0] if len(tops) == 1 and isinstance(tops[0], Members) else None
    return Reads(level, max(scopes, key=ways.index), cells, counts, group)


def group_reads(group: Members, words: Vocabulary) -> Reads | None:
    """What a group reads, asked from the unit it is within; None where it looks further up."""
    ways = (group.within, *words.ancestors_of(group.within))
    tops = [one for one in (group.value, group.where) if one is not None]
    every = [one for top in tops for one in _every(top)]
    above = any(getattr(one, "level", group.within) in ways[1:] for one in every)
    own = any(getattr(one, "base", "here") == "subject" for one in every)
    nested = any(isinstance(one, (Members, Covered)) for one in every)
    return None if above or own or nested else reads(group.within, tops, words)


def _every(operator: Operator) -> Iterator[Operator]:
    yield operator
    for one in inside(operator):
        yield from _every(one)


def _scoped(operator: Operator, here: str, ways: tuple[str, ...]) -> Iterator[tuple[Operator, str]]:
    """Each operator with the level within whose unit it reads; `here` is that of the group."""
    own = ways[0] if getattr(operator, "base", "here") == "subject" else here
    level = getattr(operator, "within", getattr(operator, "level", own))
    scope = _outer(own, level, ways) if level in ways else own
    if isinstance(operator, Tally) and scope == POST and ORGANISATION in ways:
        scope = ORGANISATION  # a post is counted by the kind of its organisation
    yield operator, scope
    inner = scope if isinstance(operator, Members) else here
    if isinstance(operator, Covered):
        inner = _outer(here, operator.members.within, ways)
    for each in inside(operator):
        yield from _scoped(each, inner, ways)


def _outer(one: str, other: str, ways: tuple[str, ...]) -> str:
    return max(one, other, key=ways.index)


def asked_within(scopes: Iterable[str], spot: Spot, subjects: Subjects) -> list[Unit]:
    """The units all of whose units of the level are to be asked again, for `Reads.scopes`."""
    level, words = spot.after.level, subjects.vocabulary
    found = []
    for scope in scopes:
        if scope in (level, *words.ancestors_of(level)):
            found.append(subjects.above(spot.after, scope))
        elif spot.listed and level in words.ancestors_of(scope):
            found.append(spot.after)
    return found
