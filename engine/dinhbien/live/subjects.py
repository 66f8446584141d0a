"""The plan's tree with what was counted in it, carried from one plan to the next."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from fractions import Fraction
from typing import Any

from msgspec import field
from msgspec.structs import replace

from dinhbien.language.names import FILTERS, KIND, ORGANISATION
from dinhbien.language.operators import Members
from dinhbien.live.counted import Sum, summed
from dinhbien.live.leaves import Counting, Signs
from dinhbien.live.memory import FEW, Memory
from dinhbien.live.reads import Readers, Reads, counts_touched, group_reads
from dinhbien.live.spots import Spot
from dinhbien.meaning.evaluate import OpenWordError, word_of
from dinhbien.meaning.quantity import ZERO, Quantity, known
from dinhbien.meaning.subjects import MODELLED, Tallied
from dinhbien.meaning.tally import COUNTED_BY, POST, POST_FILTERS, Tallier
from dinhbien.model.norm import Count
from dinhbien.model.plan import Plan, Unit

Store = dict[Hashable, dict[Hashable, Any]]
"""What was reckoned from what lies within a unit, by the count or the group it is of."""
Stores = dict[str, Store]
"""The same by the unit's path."""
ONE = known(Fraction(1))
_SUMS = 2**12
NO_WORDS: Mapping[str, str] = {}


class LiveSubjects(Counting):
    """A plan in which the units on the way to a change are exchanged, and all else is kept.

    `units` holds every unit by its path, `within` the path of the unit it lies within, and
    `codes` the paths of the units of a code.  `gone` are the leaves that may be others than in
    the state before, by the path of their unit.  `sums` outlive a state: a unit that is the same
    adds the same, and what is forgotten of them is made from the stores again.
    """

    units: dict[str, Unit] = field(default_factory=dict)
    within: dict[str, str] = field(default_factory=dict)
    codes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    stores: Stores = field(default_factory=dict)
    groups: dict[int, tuple[Members, Reads | None]] = field(default_factory=dict)
    sums: Memory[Sum] = field(default_factory=lambda: Memory(_SUMS))
    counted: dict[Hashable, Count] = field(default_factory=dict)
    signs: Signs = field(default_factory=dict)
    gone: dict[str, set[int]] = field(default_factory=dict)
    _known: Memory[dict[Hashable, bool]] = field(default_factory=lambda: Memory(FEW))

    def __post_init__(self) -> None:
        if not self.units:
            self._add(self.plan.root)

    def _add(self, unit: Unit) -> None:
        self.units[unit.path] = unit
        self.codes[unit.code] = (*self.codes.get(unit.code, ()), unit.path)
        for children in unit.children.values():
            for child in children:
                self.within[child.path] = unit.path
                self._add(child)

    def coded(self, code: str) -> list[Unit]:
        """The units of a code."""
        return [self.units[path] for path in self.codes.get(code, ())]

    def above(self, unit: Unit, level: str) -> Unit:
        """The unit of `level` that `unit` is or lies within."""
        while unit.level != level:
            unit = self.units[self.within[unit.path]]
        return unit

    def kept(self, key: Hashable, make: Callable[[], Quantity]) -> Quantity:
        """As `Subjects.kept`; what is kept of a unit goes when it is counted otherwise."""
        assert isinstance(key, tuple)  # noqa: S101 - counts are kept by path
        store = self.store(key[0], key[1])
        if key not in store:
            outer, self.modelled = self.modelled, set()
            try:
                made = make()
                store[key] = made, frozenset(self.modelled)
            finally:
                self.modelled = outer
        found: Tallied = store[key]
        if found[1]:
            self.modelled |= found[1]
        return found[0]

    def store(self, path: str, named: Hashable) -> dict[Hashable, Any]:
        """Where what is reckoned of a count, a group or anything else within a unit is kept."""
        place: Hashable = named
        if isinstance(named, Count):
            place = id(named)  # programs hold it
            self.counted[place] = named
        elif not isinstance(named, (str, int)):
            place = None
        return self._at(path, place)

    def _at(self, path: str, place: Hashable) -> dict[Hashable, Any]:
        held = self.stores.get(path)
        if held is None:
            held = self.stores[path] = {}
        found = held.get(place)
        if found is None:
            found = held[place] = {}
        return found

    def total(
        self, key: Hashable, units: tuple[Unit, ...], each: Callable[[Unit], Quantity]
    ) -> Quantity:
        """As `Subjects.total`; of units that are the same nothing is counted again."""
        if key is None or self.pins:
            return super().total(key, units, each)
        made = self._summed(key, units, lambda unit: self._apart(unit, each))
        if made.modelled:
            self.modelled |= made.modelled
        return made.total

    def count(
        self, unit: Unit, count: Count, name: str, words: Mapping[str, str] = NO_WORDS
    ) -> Tallied:
        """The count at a unit that is no post, with the modelled cells read for it.

        Raises `OpenWordError` where a word that it reads is missing and not among `words`, and
        `ContradictionError` as `Tallier` does.
        """
        place: Hashable = name or id(count)  # programs hold it
        if place not in self.counted:
            self.counted[place] = count
        store = self._at(unit.path, place)
        tried = Tallier(self, word_of, words).tried_in(unit) if words else ()
        found: Tallied | None = store.get((None, tried))
        if found is None:
            key = unit.path, place, tried
            found = store[None, tried] = self._count(unit, count, name, key, dict(tried))
        return found

    def _count(
        self, unit: Unit, count: Count, name: str, key: Hashable, words: dict[str, str]
    ) -> Tallied:
        tallier, step = Tallier(self, word_of, words), POST
        if unit.level == ORGANISATION:
            total, modelled = self._of_organisation(unit, count, key, tallier)
            is_open = count.of != "organisations" and POST not in unit.complete
        else:
            step = self.step(unit.level, ORGANISATION)
            made = self._summed(
                key, unit.children.get(step, ()), lambda one: self.count(one, count, name, words)
            )
            total, modelled, is_open = made.total, made.modelled, step not in unit.complete
        outer, self.modelled = self.modelled, set()
        try:
            if is_open:
                total = tallier.with_open(unit, total, step, name)
            total = tallier.stated(unit, total, name)
            return total, modelled.union(self.modelled) if self.modelled else modelled
        finally:
            self.modelled = outer

    def _summed(
        self, key: Hashable, units: tuple[Unit, ...], each: Callable[[Unit], Tallied]
    ) -> Sum:
        return self.sums.keep(key, summed(self.sums.get(key), units, each))

    def _of_organisation(
        self, unit: Unit, count: Count, key: Hashable, tallier: Tallier
    ) -> Tallied:
        read: set[str] = set()
        words = tallier.tried or NO_WORDS
        if count.within and not self._is_one_of(unit, KIND, count.within, words, read):
            return ZERO, frozenset(read)
        if count.of == "organisations":
            return ONE, frozenset(read)
        adds = tallier.adds(count)

        def counted(post: Unit) -> Tallied:
            store = self._at(post.path, None)
            found = store.get(adds)
            if found is None:
                found = store[adds] = self._apart(post, lambda one: tallier.added(one, adds))
            value, modelled = found
            if value.exact == 0:
                return ZERO, modelled
            seen: set[str] = set()
            for name in POST_FILTERS:
                among = getattr(count, name)
                if among and not self._is_one_of(post, name, among, words, seen):
                    return ZERO, modelled | seen
            return value, modelled | seen

        made = self._summed(key, unit.children.get(POST, ()), counted)
        return made.total, made.modelled | read if read else made.modelled

    def _is_one_of(
        self,
        unit: Unit,
        attribute: str,
        among: tuple[str, ...],
        words: Mapping[str, str],
        read: set[str],
    ) -> bool:
        """Whether a word is one of some; where it is stated as modelled is put into `read`."""
        cell = unit.cell(attribute)
        if cell.origin == MODELLED:
            read.add(cell.path)
        word = words.get(cell.path) or cell.value
        if word is None:
            raise OpenWordError(cell.path, self.words_of(FILTERS.get(attribute, attribute)))
        return word in among

    def _apart(self, unit: Unit, each: Callable[[Unit], Quantity]) -> Tallied:
        """What `each` gives of a unit, with the modelled cells read for it."""
        outer, self.modelled = self.modelled, set()
        try:
            return each(unit), frozenset(self.modelled)
        finally:
            self.modelled = outer

    def grouped(
        self,
        operator: Members,
        within: Unit,
        asked: tuple[str, ...],
        make: Callable[[], Quantity],
    ) -> Quantity:
        """As `make` says, kept as long as nothing that the group reads has changed.

        A group that reads above the unit it is within is made anew each time.
        """
        place = id(operator)
        if place not in self.groups:
            self.groups[place] = operator, group_reads(operator, self.vocabulary)
        read = self.groups[place][1]
        if read is None:
            return make()
        return self.kept((within.path, place, _read_of(asked, read)), make)

    def moved(
        self, plan: Plan, spots: Iterable[Spot], counts: Mapping[str, Count], leaves: Readers
    ) -> LiveSubjects:
        """The subjects of `plan`, which differs from this one at `spots`.

        `leaves` are those whose numbers are kept.
        """
        found = list(spots)
        changed = [one for one in found if one.is_changed]
        units, stores, within = dict(self.units), dict(self.stores), self.within
        for spot in found:
            units[spot.after.path] = spot.after
            own = [one for one in changed if one.after is spot.after]
            stores[spot.after.path] = (
                {}
                if own and spot.after.level == POST
                else self._still(self.stores.get(spot.after.path, {}), changed, counts)
            )
        made = replace(
            self, plan=plan, units=units, stores=stores, within=within, modelled=set(),
            signs=dict(self.signs),
        )  # fmt: skip
        if any(one.listed for one in changed):
            made.units, made.within, made.codes, made.stores = {}, {}, {}, {}
            made._add(plan.root)
            made.signs = {}
        made._forget(changed, leaves)
        for spot in changed:
            if spot.after.level == ORGANISATION and KIND in spot.cells:
                for post in spot.after.children.get(POST, ()):
                    made.stores.pop(post.path, None)
        return made

    def _forget(self, changed: list[Spot], leaves: Readers) -> None:
        """Drop the numbers of the leaves that may be others."""
        gone: dict[str, set[int]] = {}
        for spot in changed:
            for place, outer in leaves.units(spot, self):
                for unit in self.below(outer, leaves.each[place].level):
                    gone.setdefault(unit.path, set()).add(place)
        for path, places in gone.items():
            held = self.signs.get(path)
            if held:
                self.signs[path] = {one: sign for one, sign in held.items() if one not in places}
        self.gone = gone

    def _still(self, store: Store, changed: list[Spot], counts: Mapping[str, Count]) -> Store:
        """What of a unit's store no spot changes."""
        everything = [(spot, self._told(spot)) for spot in changed]
        still: Store = {}
        for place, values in store.items():
            for spot, told in everything:
                touched = told.get(place)
                if touched is None:
                    touched = self._is_touched(place, spot, told, counts)
                if touched:
                    break
            else:
                still[place] = values  # shared: what is added to it holds before and after
        return still

    def _told(self, spot: Spot) -> dict[Hashable, bool]:
        """What is known of spots of this sign: whether they touch a count."""
        known = self._known.get(spot.sign)
        return self._known.keep(spot.sign, {}) if known is None else known

    def may_count(self, count: Count, name: str, spot: Spot) -> bool:
        """Whether a count may be another for a spot; as `counts_touched`, told once."""
        known, place = self._told(spot), name or id(count)
        if place not in known:
            known[place] = counts_touched(count, name, spot)
        return known[place]

    def _is_touched(
        self, place: Hashable, spot: Spot, known: dict[Hashable, bool], counts: Mapping[str, Count]
    ) -> bool:
        if place not in known:
            if isinstance(place, str):
                known[place] = counts_touched(counts[place], place, spot)
            elif place in self.counted:
                known[place] = counts_touched(self.counted[place], "", spot)
            elif place in self.groups:
                read = self.groups[place][1]
                known[place] = read is None or bool(read.scopes(spot))
            else:
                known[place] = True
        return known[place]


def _read_of(asked: tuple[str, ...], read: Reads) -> tuple[str, ...]:
    """Of the paths and the tried words that a group is asked with, what it may read."""
    names = {attribute for _, attribute in read.cells} | (COUNTED_BY if read.counts else set())
    subject, here, *tried = asked
    words = (one for one in tried if one.partition("=")[0].rpartition(".")[2] in names)
    return (subject, here, *words)
