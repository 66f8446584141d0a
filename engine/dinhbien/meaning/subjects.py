"""The plan's tree as an evaluator walks it: up, down, and where its lists are open."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from fractions import Fraction

from msgspec import Struct, field

from dinhbien.language import operators as op
from dinhbien.meaning.quantity import ZERO, Quantity, between, known
from dinhbien.model.amount import Amount
from dinhbien.model.norm import Count
from dinhbien.model.period import day_of
from dinhbien.model.plan import Cell, Plan, Unit
from dinhbien.model.words import Vocabulary

MODELLED = "modelled"
"""The origin of a cell that was made up within known totals."""
Tallied = tuple[Quantity, frozenset[str]]


class Subjects(Struct):
    """A plan with the way up from each unit; `pins` are tried values of missing numbers.

    `modelled` gathers the paths of the modelled cells that were read; `tallies` keeps what was
    counted, with the modelled cells read for it, where no word was missing; `adds` what counts
    add up of a post, by their identity.
    """

    plan: Plan
    vocabulary: Vocabulary
    pins: dict[str, Fraction] = field(default_factory=dict)
    modelled: set[str] = field(default_factory=set)
    tallies: dict[Hashable, Tallied] = field(default_factory=dict)
    adds: dict[int, tuple[Count, tuple[tuple[tuple[str, int], ...], bool]]] = field(
        default_factory=dict
    )
    _parents: dict[str, Unit] = field(default_factory=dict)
    _words: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _open: dict[str, tuple[Unit, ...]] = field(default_factory=dict)
    _ways: dict[tuple[str, str], frozenset[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self._parents:
            return
        for unit in self.plan.root.walk():
            for children in unit.children.values():
                self._parents.update((child.path, unit) for child in children)

    def above(self, unit: Unit, level: str) -> Unit:
        """The unit of `level` that `unit` is or lies within."""
        while unit.level != level:
            unit = self._parents[unit.path]
        return unit

    def pinned_in(self, unit: Unit) -> tuple[tuple[str, Fraction], ...]:
        """The numbers that are tried of `unit`, and of what lies within it."""
        if not self.pins:
            return ()
        start = unit.at("")
        return tuple(sorted(one for one in self.pins.items() if one[0].startswith(start)))

    def kept(self, key: Hashable, make: Callable[[], Quantity]) -> Quantity:
        """What `make` counts, made once for `key`; the modelled cells it reads are seen again."""
        found = self.tallies.get(key)
        if found is None:
            outer, self.modelled = self.modelled, set()
            try:
                found = self.tallies[key] = make(), frozenset(self.modelled)
            finally:
                self.modelled = outer
        if found[1]:
            self.modelled |= found[1]
        return found[0]

    def total(
        self, key: Hashable, units: tuple[Unit, ...], each: Callable[[Unit], Quantity]
    ) -> Quantity:
        """The sum of what `each` gives of `units`.

        `key` is that of the count which adds them up, or None where nothing of it is kept.
        """
        total = ZERO
        for unit in units:
            total += each(unit)
        return total

    def grouped(
        self,
        operator: op.Members,
        within: Unit,
        asked: tuple[str, ...],
        make: Callable[[], Quantity],
    ) -> Quantity:
        """What `make` makes of a group `within` a unit.

        `asked` are the paths it is asked from, and the words that are tried within that unit.
        """
        return make()

    def words_of(self, listed: str) -> tuple[str, ...]:
        """The words of a closed list."""
        if listed not in self._words:
            self._words[listed] = tuple(self.vocabulary.lists[listed])
        return self._words[listed]

    def full_name(self, unit: Unit) -> str:
        """The unit's name after those it lies within, the root apart."""
        names = [unit.name]
        above = self.vocabulary.ancestors_of(unit.level)
        names += [self.above(unit, level).name for level in above[:-1]]
        return " – ".join(reversed(names))

    def below(self, unit: Unit, level: str) -> Iterator[Unit]:
        """The listed units of `level` that `unit` is or that lie within it."""
        left = [unit]
        while left:
            one = left.pop()
            if one.level == level:
                yield one
                continue
            for listed in reversed(one.children):
                left.extend(reversed(one.children[listed]))

    def open_lists(self, unit: Unit, level: str) -> frozenset[str]:
        """The lists between `unit` and its units of `level` that may be longer than stated."""
        if unit.level == level:
            return frozenset()
        step = self.step(unit.level, level)
        here = frozenset() if step in unit.complete else frozenset([self.list_of(unit, step)])
        deeper = (self.open_lists(child, level) for child in unit.children.get(step, ()))
        return here.union(*deeper)

    def not_all_listed(self, level: str) -> tuple[Unit, ...]:
        """The units that do not themselves list all their units on the way to `level`."""
        if level not in self._open:
            every = self.plan.root.walk()
            self._open[level] = tuple(unit for unit in every if self.is_open(unit, level))
        return self._open[level]

    def is_open(self, unit: Unit, level: str) -> bool:
        """Whether `unit` does not itself list all its units on the way to `level`."""
        if (unit.level, level) not in self._ways:
            ways = (level, *self.vocabulary.ancestors_of(level))
            children = self.vocabulary.children_of(unit.level)
            self._ways[unit.level, level] = frozenset(one for one in children if one in ways)
        return not self._ways[unit.level, level] <= unit.complete

    def step(self, level: str, target: str) -> str:
        """The level directly below `level` on the way to `target`."""
        steps = (target, *self.vocabulary.ancestors_of(target))
        return steps[steps.index(level) - 1]

    def list_of(self, unit: Unit, level: str) -> str:
        """The path of the list of units of `level` directly below `unit`."""
        return unit.at(self.vocabulary.levels[level].listed)

    def seen(self, cell: Cell) -> Cell:
        """`cell`, remembered if it is modelled."""
        if cell.origin == MODELLED:
            self.modelled.add(cell.path)
        return cell

    def never_negative(self, operator: op.Operator | None) -> bool:
        """Whether what is taken of a unit is a count, or a number with a least value of 0."""
        if not isinstance(operator, op.CellOf):
            return isinstance(operator, op.Tally)
        least = self.vocabulary.attributes[operator.attribute].least
        return least is not None and Fraction(least) >= 0

    def date(self, unit: Unit, attribute: str) -> Quantity:
        """A unit's date as a number of days; any day where it is missing."""
        cell = self.seen(unit.cell(attribute))
        if isinstance(cell.value, str):
            return known(Fraction(day_of(cell.value).toordinal()))
        return between(cell.path, Amount(None, None), frozenset([cell.path]), whole=True)

    def number(self, unit: Unit, attribute: str) -> Quantity:
        """A unit's number; where it is missing, all that its domain allows."""
        cell = self.seen(unit.cell(attribute))
        if isinstance(cell.value, Fraction):
            return known(cell.value)
        if cell.path in self.pins:
            return known(self.pins[cell.path])
        declared = self.vocabulary.attributes[attribute]
        least = cell.least
        if least is None and declared.least is not None:
            least = Fraction(declared.least)
        measure = self.vocabulary.units.get(declared.unit or "")
        whole = measure is not None and measure.countable == "yes"
        bounds = Amount(least, cell.most)
        return between(cell.path, bounds, frozenset([cell.path]), whole=whole)
