"""The rows of flags of a state: reckoned when they are asked for, and kept.  §11

What one unit gives is part of what every other could take, so a change in one touches the rows
of all.  Those of other units are reckoned again only when somebody asks for them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from operator import is_not

from msgspec import Struct, field

from dinhbien.judging.flags import row_of
from dinhbien.language.chain import Chain
from dinhbien.language.from_norms import Rules
from dinhbien.language.pack import EncodedNorm
from dinhbien.live.leaves import Leaves
from dinhbien.live.raised import Asked, Earlier, Flags, LiveFlagger, Raiser
from dinhbien.live.raised import Row as Reckoned
from dinhbien.live.reads import Readers, reads
from dinhbien.live.situations import LiveSituations
from dinhbien.live.spots import Spot
from dinhbien.live.subjects import LiveSubjects
from dinhbien.meaning.evaluate import Value
from dinhbien.meaning.flagging import values
from dinhbien.model.finding import Subject
from dinhbien.model.flagged import FlagRow
from dinhbien.model.plan import Unit

Key = tuple[int, str]
"""A chain by its place, and a norm by its id or nothing."""


class Row(Struct, frozen=True):
    """A row, and all that it was reckoned from beside the plan's own cells.

    Where others could spare as much as `most`, how much it is is no matter.
    """

    row: FlagRow
    found: object
    earlier: Earlier
    elsewhere: object = None
    made: dict[str, Value] = field(default_factory=dict)
    most: Fraction | None = None


class Rows(Struct, frozen=True):
    """The rows of one state, by the path of their unit; `fresh` are those asked for in it.

    `kept` are rows of earlier states whose cells are the same.  `others` names, by the place
    of their chain, those whose cells are other ones than in the state before.
    """

    situations: LiveSituations
    chains: tuple[Chain, ...]
    raiser: Raiser
    readers: Readers
    kept: dict[str, dict[Key, Row]]
    others: dict[str, set[int]] = field(default_factory=dict)
    fresh: dict[str, dict[Key, Row]] = field(default_factory=dict)
    _earlier: dict[tuple[str, int], Earlier] = field(default_factory=dict)

    @classmethod
    def first(
        cls,
        situations: LiveSituations,
        rules: Rules,
        day: date,
        leaves: Leaves,
        asked: dict[str, Asked],
    ) -> Rows:
        """No row is reckoned yet."""
        words = rules.vocabulary
        each = tuple(
            reads(
                chain.file.level,
                [
                    top
                    for step in chain.steps
                    for top in (step.when, step.amount)
                    if top is not None
                ],
                words,
            )
            for chain in rules.listed
        )
        prepared = {name: one.prepared for name, one in asked.items()}
        flagger = LiveFlagger(situations.subjects, day, prepared, leaves=leaves)
        raiser = Raiser(flagger, leaves, asked)
        return cls(situations, rules.listed, raiser, Readers(each), {})

    def moved(self, situations: LiveSituations, changed: list[Spot], touched: list[Unit]) -> Rows:
        """The rows of another state; those whose cells have changed are forgotten."""
        kept = dict(self.kept)
        others: dict[str, set[int]] = {}
        subjects = situations.subjects
        assert isinstance(subjects, LiveSubjects)  # noqa: S101 - made with them
        for spot in changed:
            for place, outer in self.readers.units(spot, subjects):
                for one in subjects.below(outer, self.readers.each[place].level):
                    others.setdefault(one.path, set()).add(place)
        if any(one.listed for one in changed):
            every = set(range(len(self.chains)))
            others.update({unit.path: every for unit in touched})
        for path, places in others.items():
            held = kept.get(path)
            if held:
                kept[path] = {key: row for key, row in held.items() if key[0] not in places}
        return Rows(
            situations, self.chains, self.raiser.moved(subjects), self.readers, kept, others
        )

    # -- what is asked for -------------------------------------------------------

    def of(self, unit: Unit) -> dict[Key, FlagRow]:
        """The rows of one unit, chain by chain."""
        return {key: self._at(unit, key, norm).row for key, norm in self._keys(unit)}

    def own(self, unit: Unit) -> list[FlagRow]:
        """Those that speak of the unit, and of no norm."""
        return [self._at(unit, key, norm).row for key, norm in self._keys(unit) if norm is None]

    def all(self) -> Iterator[FlagRow]:
        """Every row, in the order of `check`."""
        for place, chain in enumerate(self.chains):
            for unit in self.situations.units(chain.file.level):
                for norm in self._norms(chain):
                    yield self._at(unit, (place, norm.id if norm else ""), norm).row

    def others_than(
        self, before: Rows, unit: Unit, was: Unit | None
    ) -> Iterator[tuple[FlagRow | None, FlagRow]]:
        """The rows of `unit` that may be others than `before`, when it was `was`, with those.

        A row of which all inputs are the same is not reckoned.
        """
        for key, norm in self._keys(unit):
            if was is None:
                yield None, self._at(unit, key, norm).row
            elif not self._is_same(before, unit, was, key, norm):
                held = before._at(was, key, norm)
                hint = None if key[0] in self.others.get(unit.path, ()) else held
                yield held.row, self._at(unit, key, norm, hint).row

    # -- how ---------------------------------------------------------------------

    def _keys(self, unit: Unit) -> Iterator[tuple[Key, EncodedNorm | None]]:
        for place, chain in enumerate(self.chains):
            if chain.file.level == unit.level:
                for norm in self._norms(chain):
                    yield (place, norm.id if norm else ""), norm

    def _norms(self, chain: Chain) -> tuple[EncodedNorm | None, ...]:
        return (None,) if chain.file.each == "unit" else self.situations.rows_of(chain)

    def _is_same(
        self, before: Rows, unit: Unit, was: Unit, key: Key, norm: EncodedNorm | None
    ) -> bool:
        """Whether all that a row is reckoned from is as it was."""
        place, chain = key[0], self.chains[key[0]]
        if place in self.others.get(unit.path, ()):
            return False
        now, then = self.situations, before.situations
        found: tuple[object, ...]
        held: tuple[object, ...]
        if norm is None:
            found, held = now.found_for(chain, unit), then.found_for(chain, was)
        else:
            found = now.found(norm.id, unit), now.elsewhere(chain, norm, unit.level)
            held = then.found(norm.id, was), then.elsewhere(chain, norm, was.level)
        if any(map(is_not, found, held)):
            return False
        return self._before(unit, place).is_same(before._before(was, place))

    def _before(self, unit: Unit, place: int) -> Earlier:
        """What a chain reads of the rows of the unit in earlier ones."""
        found = self._earlier.get((unit.path, place))
        if found is None:
            known: dict[str, Value] = {}
            for one, chain in enumerate(self.chains[:place]):
                if chain.file.level == unit.level and chain.file.each == "unit":
                    known.update(self._at(unit, (one, ""), None).made)
            asked = self.raiser.asked[self.chains[place].name]
            found = self._earlier[unit.path, place] = Earlier.of(known, asked)
        return found

    def _at(self, unit: Unit, key: Key, norm: EncodedNorm | None, hint: Row | None = None) -> Row:
        """One row of a unit; `hint` is one of another state whose cells are the same."""
        fresh = self.fresh.get(unit.path)
        if fresh is None:
            fresh = self.fresh[unit.path] = {}
        found = fresh.get(key)
        if found is None:
            held = hint or self.kept.get(unit.path, {}).get(key)
            found = fresh[key] = self._row(unit, key[0], norm, held)
            if found is not held:
                self.kept[unit.path] = {**self.kept.get(unit.path, {}), key: found}
        return found

    def _row(self, unit: Unit, place: int, norm: EncodedNorm | None, held: Row | None) -> Row:
        chain, earlier = self.chains[place], self._before(unit, place)
        found = self._found(chain, unit, norm)
        elsewhere = self.situations.elsewhere(chain, norm, unit.level) if norm else None
        if held is not None and held.found == found and held.earlier.is_same(earlier):
            if held.elsewhere is elsewhere:
                return held
            if norm and held.most is not None and self.situations.can_spare(norm, unit, held.most):
                return Row(held.row, found, earlier, elsewhere, held.made, held.most)
        row = self._held(chain, norm, unit)
        flags, most = self.raiser.flags(chain, unit, row, earlier)
        made = values(chain, unit, flags) if norm is None else {}
        if held is not None and held.row.flags is flags and held.found is found:
            return Row(held.row, found, earlier, elsewhere, held.made, most)
        told = self._told(chain, unit, norm, flags)
        return Row(told, found, earlier, elsewhere, made, most)

    def _held(self, chain: Chain, norm: EncodedNorm | None, unit: Unit) -> Reckoned:
        """What a row holds before its flags."""
        if norm is None:
            return Reckoned.of_values(self.situations.of_unit(chain, unit))
        return self.situations.row(chain, norm, unit, self.raiser.asked[chain.name])

    def _told(self, chain: Chain, unit: Unit, norm: EncodedNorm | None, flags: Flags) -> FlagRow:
        """As `row_of`, from what is kept with the findings."""
        modelled = {one.modelled for one in flags}
        if norm is None or len(modelled) != 1:
            return row_of(self.situations, chain, unit, norm, flags)
        found = self.situations.found(norm.id, unit)
        subject = Subject(unit.level, unit.code, self.situations.subjects.full_name(unit))
        return FlagRow(
            chain.name, subject, norm.id, norm.instrument.force, flags,
            found.modelled_with(modelled.pop()),
        )  # fmt: skip

    def _found(self, chain: Chain, unit: Unit, norm: EncodedNorm | None) -> object:
        if norm is not None:
            return self.situations.found(norm.id, unit)
        return self.situations.found_for(chain, unit)
