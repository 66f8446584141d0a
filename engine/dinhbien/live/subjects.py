"""The plan's tree with what was counted in it, carried from one plan to the next."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from dinhbien.language.names import KIND, ORGANISATION
from dinhbien.language.operators import Members
from dinhbien.live.reads import Reads, counts_touched, group_reads
from dinhbien.live.spots import Spot
from dinhbien.meaning.quantity import Quantity
from dinhbien.meaning.subjects import Subjects, Tallied
from dinhbien.meaning.tally import POST
from dinhbien.model.norm import Count
from dinhbien.model.plan import Plan, Unit

Stores = dict[str, dict[Hashable, Any]]
"""What was reckoned from what lies within a unit, by the unit's path."""


@dataclass
class LiveSubjects(Subjects):
    """A plan in which the units on the way to a change are exchanged, and all else is kept.

    `units` holds every unit by its path, `within` the path of the unit it lies within, and
    `codes` the paths of the units of a code.
    """

    units: dict[str, Unit] = field(default_factory=dict)
    within: dict[str, str] = field(default_factory=dict)
    codes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    stores: Stores = field(default_factory=dict)
    groups: dict[int, tuple[Members, Reads | None]] = field(default_factory=dict)

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
        store = self.stores.setdefault(key[0], {})
        if key not in store:
            outer, self.modelled = self.modelled, set()
            try:
                made = make()
                store[key] = made, frozenset(self.modelled)
            finally:
                self.modelled = outer
        found: Tallied = store[key]
        self.modelled |= found[1]
        return found[0]

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
        if self.groups[place][1] is None:
            return make()
        return self.kept((within.path, place, asked), make)

    def moved(self, plan: Plan, spots: Iterable[Spot], counts: dict[str, Count]) -> LiveSubjects:
        """The subjects of `plan`, which differs from this one at `spots`."""
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
        made = replace(self, plan=plan, units=units, stores=stores, within=within, modelled=set())
        if any(one.listed for one in changed):
            made.units, made.within, made.codes, made.stores = {}, {}, {}, {}
            made._add(plan.root)
        for spot in changed:
            if spot.after.level == ORGANISATION and KIND in spot.cells:
                for post in spot.after.children.get(POST, ()):
                    made.stores.pop(post.path, None)
        return made

    def _still(
        self, store: dict[Hashable, Any], changed: list[Spot], counts: dict[str, Count]
    ) -> dict[Hashable, Any]:
        """What of a unit's store no spot changes."""
        return {
            key: value for key, value in store.items() if not self._is_touched(key, changed, counts)
        }

    def _is_touched(self, key: Hashable, changed: list[Spot], counts: dict[str, Count]) -> bool:
        assert isinstance(key, tuple)  # noqa: S101 - as in `kept`
        named = key[1]
        if isinstance(named, int):
            read = self.groups[named][1]
            return read is None or any(read.scopes(spot) for spot in changed)
        count = counts.get(named) if isinstance(named, str) else named
        if not isinstance(count, Count):
            return True
        name = named if isinstance(named, str) else ""
        return any(counts_touched(count, name, spot) for spot in changed)
