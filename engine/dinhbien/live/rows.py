"""The rows of flags of a state: reckoned when they are asked for, and kept.  §11

What one unit gives is part of what every other could take, so a change in one touches the rows
of all.  Those of other units are reckoned again only when somebody asks for them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from dinhbien.judging.flags import row_of
from dinhbien.language.chain import Chain
from dinhbien.language.from_norms import Rules
from dinhbien.language.operators import Situation, within
from dinhbien.language.pack import EncodedNorm
from dinhbien.live.reads import Reads, asked_again, reads
from dinhbien.live.situations import LiveSituations
from dinhbien.live.spots import Spot
from dinhbien.meaning.evaluate import Value
from dinhbien.meaning.flagging import Flagger, values
from dinhbien.meaning.truth import Truth
from dinhbien.model.flagged import FlagRow
from dinhbien.model.plan import Unit

_ALIKE = 2**9
"""Likenesses of rows that are kept before they are forgotten."""
Key = tuple[int, str]
"""A chain by its place, and a norm by its id or nothing."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row, and all that it was reckoned from beside the plan's own cells."""

    row: FlagRow
    found: object
    earlier: dict[str, object]
    elsewhere: object = None
    made: dict[str, Value] = field(default_factory=dict)


@dataclass(frozen=True)
class Rows:
    """The rows of one state, by the path of their unit."""

    situations: LiveSituations
    rules: Rules
    flagger: Flagger
    reads: tuple[Reads, ...]
    kept: dict[str, dict[Key, Row]]
    names: dict[str, set[str]] = field(default_factory=dict)

    @classmethod
    def first(cls, situations: LiveSituations, rules: Rules, day: date) -> Rows:
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
        return cls(situations, rules, Flagger(situations.subjects, day), each, {})

    def moved(self, situations: LiveSituations, changed: list[Spot], touched: list[Unit]) -> Rows:
        """The rows of another state; those whose cells have changed are forgotten."""
        kept = dict(self.kept)
        subjects = situations.subjects
        alike = self.flagger._alike if len(self.flagger._alike) < _ALIKE else {}
        flagger = Flagger(subjects, self.flagger.day, self.flagger._prepared, alike)
        made = Rows(situations, self.rules, flagger, self.reads, kept, self.names)
        for place, each in enumerate(self.reads):
            outer = {
                unit.path: unit for spot in changed for unit in asked_again(each, spot, subjects)
            }
            for unit in outer.values():
                for one in subjects.below(unit, each.level):
                    held = kept.get(one.path, {})
                    kept[one.path] = {key: row for key, row in held.items() if key[0] != place}
        if any(one.listed for one in changed):
            for unit in touched:
                kept.pop(unit.path, None)
        return made

    def of(self, unit: Unit) -> dict[Key, FlagRow]:
        """The rows of one unit, chain by chain."""
        held = dict(self.kept.get(unit.path, {}))
        earlier: dict[str, Value] = {}
        found: dict[Key, Row] = {}
        for place, chain in enumerate(self.rules.listed):
            if chain.file.level != unit.level:
                continue
            made: dict[str, Value] = {}
            for norm in self._norms(chain):
                key = place, norm.id if norm else ""
                found[key] = self._row(chain, unit, norm, held.get(key), earlier)
                made.update(found[key].made)
            earlier = {**earlier, **made} if made else earlier
        self.kept[unit.path] = found
        return {key: one.row for key, one in found.items()}

    def all(self) -> Iterator[FlagRow]:
        """Every row, in the order of `check`."""
        fresh: set[str] = set()
        for place, chain in enumerate(self.rules.listed):
            for unit in self.situations.units(chain.file.level):
                if unit.path not in fresh:
                    self.of(unit)
                    fresh.add(unit.path)
                rows = self.kept[unit.path]
                yield from (one.row for key, one in rows.items() if key[0] == place)

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
        earlier: dict[str, Value],
    ) -> Row:
        found, told = self._found(unit, norm), self._told(chain, earlier)
        elsewhere = self.situations.elsewhere(chain, norm, unit.level) if norm else None
        same = (
            held is not None
            and held.elsewhere == elsewhere
            and held.found == found
            and held.earlier == told
        )
        if same and held is not None:
            return held
        situation = (
            self.situations.of_norm(chain, norm, unit)
            if norm
            else self.situations.of_unit(chain, unit)
        )
        flags = self.flagger.raised(chain, unit, {**situation, **earlier})
        made = values(chain, unit, flags) if norm is None else {}
        row = row_of(self.situations, chain, unit, norm, flags)
        return Row(row, found, told, elsewhere, made)

    def _told(self, chain: Chain, earlier: dict[str, Value]) -> dict[str, object]:
        """What the chain reads of earlier ones; terms alone are equal whatever their bounds."""
        if chain.name not in self.names:
            tops = (top for step in chain.steps for top in (step.when, step.amount))
            read = (one for top in tops if top is not None for one in within(top))
            self.names[chain.name] = {one.name for one in read if isinstance(one, Situation)}
        return {
            name: _whole(value) for name, value in earlier.items() if name in self.names[chain.name]
        }

    def _found(self, unit: Unit, norm: EncodedNorm | None) -> object:
        if norm is not None:
            return self.situations.found(norm.id, unit)
        return self.situations.by_unit.get(unit.path, {})


def _whole(value: Value) -> object:
    if isinstance(value, Truth) or value.undefined:
        return value
    return value.bounds, value.missing, value.whole
