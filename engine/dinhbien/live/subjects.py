"""The plan's tree with what was counted in it, carried from one plan to the next."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from dinhbien.language.names import KIND, ORGANISATION
from dinhbien.language.operators import Members
from dinhbien.live.leaves import Signs
from dinhbien.live.memory import Memory
from dinhbien.live.reads import Readers, Reads, counts_touched, group_reads
from dinhbien.live.spots import Spot
from dinhbien.meaning.quantity import ZERO, Quantity
from dinhbien.meaning.subjects import Subjects, Tallied
from dinhbien.meaning.tally import COUNTED_BY, POST
from dinhbien.model.norm import Count
from dinhbien.model.plan import Plan, Unit

Store = dict[Hashable, dict[Hashable, Any]]
"""What was reckoned from what lies within a unit, by the count or the group it is of."""
Stores = dict[str, Store]
"""The same by the unit's path."""


@dataclass(slots=True)
class Sum:
    """What units add up to, one by one and together, with the modelled cells read for it."""

    units: tuple[Unit, ...]
    each: list[Tallied]
    total: Quantity
    modelled: frozenset[str]


def _summed(held: Sum | None, units: tuple[Unit, ...], each: Callable[[Unit], Tallied]) -> Sum:
    """The sum over `units`; what `held` holds of the same units is taken over."""
    if held is None or len(held.units) != len(units) or held.total.undefined:
        made = [each(unit) for unit in units]
        return Sum(units, made, _added(made), _modelled(made))
    if held.units is units:
        return held
    made, total, other = list(held.each), held.total, False
    for place, (unit, before) in enumerate(zip(units, held.units, strict=True)):
        if unit is not before:
            was, now = made[place], each(unit)
            made[place] = now
            total = total - was[0] + now[0]
            other = other or was[1] != now[1]
    if total.undefined:
        total = _added(made)
    return Sum(units, made, total, _modelled(made) if other else held.modelled)


def _added(each: list[Tallied]) -> Quantity:
    total = ZERO
    for one, _ in each:
        total += one
    return total


def _modelled(each: list[Tallied]) -> frozenset[str]:
    return frozenset().union(*(paths for _, paths in each))


@dataclass
class LiveSubjects(Subjects):
    """A plan in which the units on the way to a change are exchanged, and all else is kept.

    `units` holds every unit by its path, `within` the path of the unit it lies within, and
    `codes` the paths of the units of a code.  `gone` are the leaves that may be others than in
    the state before, by the path of their unit.  `sums` outlive a state: a unit that is the same
    adds the same.
    """

    units: dict[str, Unit] = field(default_factory=dict)
    within: dict[str, str] = field(default_factory=dict)
    codes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    stores: Stores = field(default_factory=dict)
    groups: dict[int, tuple[Members, Reads | None]] = field(default_factory=dict)
    sums: dict[Hashable, Sum] = field(default_factory=dict)
    counted: dict[int, Count] = field(default_factory=dict)
    signs: Signs = field(default_factory=dict)
    gone: dict[str, set[int]] = field(default_factory=dict)
    _known: Memory[dict[Hashable, bool]] = field(default_factory=Memory)

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
        return self.stores.setdefault(path, {}).setdefault(place, {})

    def total(
        self, key: Hashable, units: tuple[Unit, ...], each: Callable[[Unit], Quantity]
    ) -> Quantity:
        """As `Subjects.total`; of units that are the same nothing is counted again."""
        if key is None or self.pins:
            return super().total(key, units, each)
        held = self.sums.get(key)
        made = self.sums[key] = _summed(held, units, lambda unit: self._apart(unit, each))
        if made.modelled:
            self.modelled |= made.modelled
        return made.total

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
        told = [(spot, self._told(spot)) for spot in changed]
        return {
            place: dict(values)
            for place, values in store.items()
            if not any(self._is_touched(place, spot, known, counts) for spot, known in told)
        }

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
