"""The rows of flags of a state: reckoned when they are asked for, and kept.  §11

What one unit gives is part of what every other could take, so a change in one touches the rows
of all.  Those of other units are reckoned again only when somebody asks for them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

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
    """A row, and all that it was reckoned from beside the plan's own cells."""

    row: FlagRow
    found: object
    earlier: Earlier
    elsewhere: object = None
    made: dict[str, Value] = field(default_factory=dict)


class Rows(Struct, frozen=True):
    """The rows of one state, by the path of their unit; `fresh` are those asked for in it."""

    situations: LiveSituations
    rules: Rules
    raiser: Raiser
    readers: Readers
    kept: dict[str, dict[Key, Row]]
    fresh: dict[str, dict[Key, FlagRow]] = field(default_factory=dict)

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
        flagger = LiveFlagger(situations.subjects, day, prepared, places=leaves.operators)
        raiser = Raiser(flagger, leaves, asked)
        return cls(situations, rules, raiser, Readers(each), {})

    def moved(self, situations: LiveSituations, changed: list[Spot], touched: list[Unit]) -> Rows:
        """The rows of another state; those whose cells have changed are forgotten."""
        kept = dict(self.kept)
        subjects = situations.subjects
        assert isinstance(subjects, LiveSubjects)  # noqa: S101 - made with them
        for spot in changed:
            for place, outer in self.readers.units(spot, subjects):
                for one in subjects.below(outer, self.readers.each[place].level):
                    held = kept.get(one.path, {})
                    kept[one.path] = {key: row for key, row in held.items() if key[0] != place}
        if any(one.listed for one in changed):
            for unit in touched:
                kept.pop(unit.path, None)
        return Rows(situations, self.rules, self.raiser.moved(subjects), self.readers, kept)

    def of(self, unit: Unit) -> dict[Key, FlagRow]:
        """The rows of one unit, chain by chain."""
        if unit.path not in self.fresh:
            found = self._reckoned(unit)
            self.kept[unit.path] = found
            self.fresh[unit.path] = {key: one.row for key, one in found.items()}
        return self.fresh[unit.path]

    def all(self) -> Iterator[FlagRow]:
        """Every row, in the order of `check`."""
        for place, chain in enumerate(self.rules.listed):
            for unit in self.situations.units(chain.file.level):
                yield from (row for key, row in self.of(unit).items() if key[0] == place)

    def _reckoned(self, unit: Unit) -> dict[Key, Row]:
        held = self.kept.get(unit.path, {})
        known: dict[str, Value] = {}
        found: dict[Key, Row] = {}
        for place, chain in enumerate(self.rules.listed):
            if chain.file.level != unit.level:
                continue
            made: dict[str, Value] = {}
            earlier = Earlier.of(known, self.raiser.asked[chain.name])
            for norm in self._norms(chain):
                key = place, norm.id if norm else ""
                one = found[key] = self._row(chain, unit, norm, held.get(key), earlier)
                earlier = one.earlier if one.earlier.is_same(earlier) else earlier
                made.update(one.made)
            known = {**known, **made} if made else known
        return found

    def _norms(self, chain: Chain) -> Iterator[EncodedNorm | None]:
        if chain.file.each == "unit":
            yield None
        else:
            yield from self.situations.norms(chain)

    def _row(
        self,
        chain: Chain,
        unit: Unit,
        norm: EncodedNorm | None,
        held: Row | None,
        earlier: Earlier,
    ) -> Row:
        found = self._found(unit, norm)
        elsewhere = self.situations.elsewhere(chain, norm, unit.level) if norm else None
        if (
            held is not None
            and held.elsewhere is elsewhere
            and (held.found is found or held.found == found)
            and held.earlier.is_same(earlier)
        ):
            return held
        flags = self.raiser.flags(chain, unit, self._held(chain, norm, unit), earlier)
        made = values(chain, unit, flags) if norm is None else {}
        if held is not None and held.row.flags is flags and held.found is found:
            return Row(held.row, found, earlier, elsewhere, held.made)
        return Row(self._told(chain, unit, norm, flags), found, earlier, elsewhere, made)

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

    def _found(self, unit: Unit, norm: EncodedNorm | None) -> object:
        if norm is not None:
            return self.situations.found(norm.id, unit)
        return self.situations.by_unit.get(unit.path, {})
