"""What programs and flags read of a plan, leaf by leaf: one small number for each value.

A leaf is an operator that reads the plan itself.  What is made of leaves alone is the same
wherever they are the same, to the last missing input and the last modelled cell; so an answer
can be kept by the numbers of its leaves.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from datetime import date
from functools import lru_cache
from typing import NamedTuple, TypeVar

from msgspec import Struct, field
from msgspec.structs import replace

from dinhbien.language.operators import (
    Apportioned,
    CellOf,
    Covered,
    Known,
    Members,
    NumberOf,
    Operator,
    Program,
    Tally,
    WordIn,
    inside,
    within,
)
from dinhbien.live.memory import Memory, value_sign
from dinhbien.live.reads import Readers, Reads, reads
from dinhbien.meaning.completions import TooManyWordsError, completions
from dinhbien.meaning.evaluate import Evaluation, OpenWordError, Value
from dinhbien.meaning.subjects import Subjects, Tallied
from dinhbien.meaning.tally import POST
from dinhbien.model.norm import Count
from dinhbien.model.plan import Unit
from dinhbien.model.words import Vocabulary

LEAVES = (CellOf, Tally, Members, Covered, Apportioned, NumberOf, WordIn, Known)
"""The operators that read a plan; all others are made of what these give."""

Answer = TypeVar("Answer")
_MOST = 2**10
_NUMBERS = 2**12  # a forgotten one is another afterwards, and what was kept by it is lost

Choices = tuple[tuple[tuple[tuple[str, str], ...], Value, frozenset[str]], ...]
"""Each choice of some missing words, a value under it, and the modelled cells read for that."""
Signs = dict[str, dict[int, "Sign"]]
"""The values of the leaves of a unit, by its path."""


class Counting(Subjects):
    """Subjects that count at once what lacks no word."""

    def count(self, unit: Unit, count: Count, name: str, words: Mapping[str, str]) -> Tallied:
        """The count at a unit that is no post, with the modelled cells read for it."""
        raise NotImplementedError


class Sign(NamedTuple):
    """The number of a value, and the modelled cells that were read for it.

    Where words are missing the number tells those cells too, under each choice of the words.
    """

    number: int
    modelled: frozenset[str]
    values: Choices = ()
    is_one: bool = True
    """Whether it is the same under each of these choices, as are the cells."""

    @property
    def words(self) -> tuple[tuple[tuple[str, str], ...], ...]:
        """The choices of the missing words; one without words where none is missing."""
        return tuple([words for words, *_ in self.values])


def leaves_of(operator: Operator) -> Iterator[Operator]:
    """The operators of an expression that read the plan, outermost."""
    if isinstance(operator, LEAVES):
        yield operator
        return
    for one in inside(operator):
        yield from leaves_of(one)


Placed = dict[int, tuple[Operator, int]]
"""Leaves by their identity, and the place of each."""


class Leaf(Struct, frozen=True):
    """An operator that is asked of units of `level`, and the program whose numbers it reads."""

    operator: Operator
    level: str
    program: Program


class Leaves(Struct):
    """The leaves of all programs and chains, and the numbers of their values."""

    day: date
    vocabulary: Vocabulary
    each: list[Leaf] = field(default_factory=list)
    reads: list[Reads] = field(default_factory=list)
    operators: dict[tuple[str, int], Placed] = field(default_factory=dict)
    _places: dict[Hashable, int] = field(default_factory=dict)
    _numbers: Memory[int] = field(default_factory=lambda: Memory(_NUMBERS))
    _cells: Memory[frozenset[str]] = field(default_factory=Memory)
    _count: int = 0

    def add(self, tops: Iterable[Operator], level: str, program: Program) -> tuple[int, ...]:
        """The places of the leaves of some expressions, each once."""
        found: dict[int, None] = {}
        placed = self.placed(level, program)
        for one in (leaf for top in tops for leaf in leaves_of(top)):
            if not isinstance(one, NumberOf) or one.keys:  # else it is the same all day
                place = self._place(one, level, program)
                placed[id(one)] = one, place
                found[place] = None
        return tuple(found)

    def placed(self, level: str, program: Program) -> Placed:
        """Where the leaves of a program, or of the chains of a level, are.

        Programs may share operators, as they do in a compiled pack, and not the places of them.
        """
        return self.operators.setdefault((level, id(program)), {})

    def _place(self, operator: Operator, level: str, program: Program) -> int:
        own = any(isinstance(one, NumberOf) for one in within(operator))
        key = operator, level, id(program) if own else 0
        if key not in self._places:
            self._places[key] = len(self.each)
            self.each.append(Leaf(operator, level, program))
            self.reads.append(reads(level, [operator], self.vocabulary))
        return self._places[key]

    def readers(self) -> Readers:
        """Which leaves may be others for a change."""
        return Readers(tuple(self.reads))

    def signs(
        self, places: tuple[int, ...], unit: Unit, subjects: Counting, kept: Signs
    ) -> list[Sign]:
        """The values of the leaves at `places`, asked of `unit`; they are kept in `kept`."""
        held = kept.get(unit.path)
        if held is None:
            held = kept[unit.path] = {}
        for place in places:
            if place not in held:
                held[place] = self._sign(self.each[place], unit, subjects)
        return [held[place] for place in places]

    def _sign(self, leaf: Leaf, unit: Unit, subjects: Counting) -> Sign:
        """The value of a leaf, under each choice of the missing words that it reads."""

        def read(evaluation: Evaluation) -> tuple[Value, frozenset[str]]:
            subjects.modelled.clear()
            value = evaluation.value(leaf.operator)
            cells = frozenset(subjects.modelled)
            return value, self._cells.get(cells) or self._cells.keep(cells, cells)

        asked = Evaluation(leaf.program, subjects, self.day, unit, unit)
        try:
            counted = self._counted(leaf, unit, subjects) or read
            every = _at_once(counted, asked) or completions(counted, asked)
        except TooManyWordsError as error:
            sign = ("", frozenset(error.paths), object())
            return Sign(self._number(sign), frozenset(), is_one=False)
        values = tuple([(tuple(words.items()), *one) for words, one in every])
        if len(values) == 1 and not values[0][0]:
            _, value, modelled = values[0]
            return Sign(self._number(value_sign(value)), modelled, values)
        return self._of_choices(values)

    def _of_choices(self, values: Choices) -> Sign:
        """The sign of a value that missing words make this or that."""
        told = [
            (words, self._number(value_sign(value)), self._number(paths))
            for words, value, paths in values
        ]
        modelled = frozenset().union(*(paths for *_, paths in values))
        is_one = len({one[1:] for one in told}) == 1
        return Sign(self._number(tuple(told)), modelled, values, is_one)

    def _counted(
        self, leaf: Leaf, unit: Unit, subjects: Counting
    ) -> Callable[[Evaluation], tuple[Value, frozenset[str]]] | None:
        """How a count is read, with the modelled cells read for it; None for other leaves."""
        operator = leaf.operator
        if not isinstance(operator, Tally) or operator.level == POST or subjects.pins:
            return None
        above, count, name = subjects.above(unit, operator.level), operator.count, operator.name

        def counted(asked: Evaluation) -> tuple[Value, frozenset[str]]:
            value, modelled = subjects.count(above, count, name, asked.words)
            return value, self._cells.get(modelled) or self._cells.keep(modelled, modelled)

        return counted

    def _number(self, sign: Hashable) -> int:
        found = self._numbers.get(sign)
        if found is None:
            self._count += 1
            found = self._numbers.keep(sign, self._count)
        return found


def _at_once(
    read: Callable[[Evaluation], Answer], asked: Evaluation
) -> list[tuple[dict[str, str], Answer]]:
    """What `completions` gives where no word is missing; else nothing."""
    try:
        return [({}, read(asked))]
    except OpenWordError:
        return []


class Trace(Struct):
    """The leaves that may be read just now, by their places, and those that were."""

    signs: dict[int, Sign] = field(default_factory=dict)
    read: set[int] = field(default_factory=set)

    def begin(self, places: tuple[int, ...], signs: list[Sign]) -> None:
        """Nothing is read yet of these."""
        self.signs = dict(zip(places, signs, strict=True))
        self.read.clear()


class Traced(Evaluation):
    """An evaluation that takes the leaves which are kept, and remembers which it read."""

    places: Placed = field(default_factory=dict)
    trace: Trace = field(default_factory=Trace)

    def value(self, operator: Operator) -> Value:
        """As `Evaluation.value`."""
        found = self.places.get(id(operator))
        if found is None:
            return Evaluation.value(self, operator)
        self.trace.read.add(found[1])
        sign = self.trace.signs.get(found[1])
        for words, value, modelled in sign.values if sign is not None else ():
            if not words or all(self.words.get(path) == word for path, word in words):
                if modelled:
                    self.subjects.modelled |= modelled
                return value
        return Evaluation.value(self, operator)  # it says which word is missing


def completed(
    asked: Callable[[Evaluation], Answer], evaluation: Evaluation
) -> list[tuple[dict[str, str], Answer]]:
    """As `completions`; where no choice of words makes a leaf another, one choice is tried."""
    assert isinstance(evaluation, Traced)  # noqa: S101 - made by who asks
    open_ = {place: one for place, one in evaluation.trace.signs.items() if one.words != ((),)}
    choices = {one.words for one in open_.values()}
    if len(choices) != 1 or not all(one.is_one for one in open_.values()):
        return completions(asked, evaluation)
    each = [dict(words) for words in choices.pop()]
    answer = asked(replace(evaluation, words=each[0]))
    is_read = not open_.keys().isdisjoint(evaluation.trace.read)
    return [(words, answer) for words in each] if is_read else [({}, answer)]


def modelled_of(signs: Iterable[Sign]) -> tuple[str, ...]:
    """The modelled cells behind some leaves, sorted."""
    return _sorted(frozenset([one.modelled for one in signs if one.modelled]))


def read_of(
    places: tuple[int, ...], signs: list[Sign], read: set[int], modelled: tuple[str, ...]
) -> tuple[int, ...] | None:
    """Which of the leaves an answer rests on, whose `modelled` cells are told.

    None where that is not certain: the answer cannot be kept.  Also a leaf that rests on no
    modelled cell is told, since the same one of another unit may.
    """
    found = tuple([number for number, place in enumerate(places) if place in read])
    return found if modelled_of([signs[number] for number in found]) == modelled else None


@lru_cache(maxsize=_MOST)
def _sorted(each: frozenset[frozenset[str]]) -> tuple[str, ...]:
    return tuple(sorted(frozenset[str]().union(*each)))
