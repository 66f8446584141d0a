"""The rows in which flags are raised, carried from one plan to the next.  §11"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from msgspec import field
from msgspec.structs import replace

from dinhbien.judging.fields import Fields, Spare
from dinhbien.judging.parts import ASIDE, Part, Pool
from dinhbien.judging.situation import Situations
from dinhbien.language.chain import Chain
from dinhbien.language.pack import EncodedNorm
from dinhbien.live.found import NOTHING_FOUND, Found, FoundHere, On
from dinhbien.live.memory import part_sign
from dinhbien.live.raised import ELSEWHERE, Asked, Row
from dinhbien.live.subjects import LiveSubjects
from dinhbien.meaning.evaluate import Value
from dinhbien.model.amount import Amount, sum_of
from dinhbien.model.finding import Finding
from dinhbien.model.plan import Unit


def quantities(key: tuple[str, ...], parts: dict[str, Part], elsewhere: Part) -> dict[str, Value]:
    """The quantities of a row."""
    every = {**parts, ELSEWHERE: elsewhere}
    return {name: part.quantity((*key, name)) for name, part in every.items()}


def _most(amounts: list[Amount | None]) -> Fraction | None:
    """What amounts add up to at most, where that is told."""
    highs = [one.high for one in amounts if one is not None]
    return sum_of(highs) if len(highs) == len(amounts) else None


class LiveFields(Fields, frozen=True):
    """Fields whose spare people are reckoned again only where something has changed.

    `on` gives the findings on a unit by its code.
    """

    on: On = field(default=lambda _: ())

    def asked(self, organisation: str) -> frozenset[str]:
        """As `Fields.asked`, from the findings on that organisation alone."""
        words = {norm.id: norm for norm, _ in self.norms}
        return frozenset(
            part.about
            for one in self.on(organisation)
            if one.norm in words and one.verdict not in ASIDE
            for part in words[one.norm].used.program.parts
        )

    def spare(self, organisation: Unit, listed: str, asked: frozenset[str]) -> Spare:
        """As `Fields.spare`, kept as long as the organisation is the same."""
        assert isinstance(self.subjects, LiveSubjects)  # noqa: S101 - made with them
        store = self.subjects.store(organisation.path, ())
        key = ("spare", listed, asked)
        if key not in store:
            store[key] = Fields.spare(self, organisation, listed, asked)
        found: Spare = store[key]
        return found

    def moved(self, subjects: LiveSubjects, on: On, touched: list[Unit]) -> LiveFields:
        """The same over a plan that differs within the units of `touched`."""
        paths = {one.path for one in touched}
        inside = {key: one for key, one in self._inside.items() if key[0] not in paths}
        made = replace(self, subjects=subjects, on=on, _inside=inside, _all={})
        before = self.subjects
        assert isinstance(before, LiveSubjects)  # noqa: S101 - made with them
        for listed, total in self._all.items():
            after = total
            for unit in touched:
                was, is_ = (
                    self.inside(before.units[unit.path], listed),
                    made.inside(unit, listed),
                )
                if was != is_:
                    after = after.plus(was.named(self.naming), -1).plus(is_.named(self.naming))
            made._all[listed] = after
        return made


class LiveSituations(Situations, frozen=True):
    """Situations of a state; `by_unit` holds what was found, by the path of a chain's unit."""

    by_unit: dict[str, Found] = field(default_factory=dict)
    on: On = field(default=lambda _: ())
    spares: dict[tuple[str, str], dict[str, Part]] = field(default_factory=dict)
    _known: dict[str, tuple[EncodedNorm, ...]] = field(default_factory=dict)
    _compared: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _units: dict[str, list[Unit]] = field(default_factory=dict)

    def units(self, level: str) -> list[Unit]:
        """The units of `level`, in the plan's order."""
        if level not in self._units:
            self._units[level] = super().units(level)
        return self._units[level]

    def norms(self, chain: Chain) -> Iterator[EncodedNorm]:
        """The norms that have rows of their own in `chain`."""
        yield from self.rows_of(chain)

    def rows_of(self, chain: Chain) -> tuple[EncodedNorm, ...]:
        """The same, gathered once."""
        if chain.name not in self._known:
            self._known[chain.name] = tuple(super().norms(chain))
        return self._known[chain.name]

    def found_for(self, chain: Chain, unit: Unit) -> tuple[FoundHere, ...]:
        """All findings that the row of `unit` in a chain of units is made of, by norm."""
        if chain.name not in self._compared:
            norms = [norm.id for norm, _ in self._fields(chain.file.gaps).norms]
            for wanted in chain.file.compares.values():
                norms += [norm.id for norm in self.compared(wanted)]
            self._compared[chain.name] = tuple(norms)
        found = self.by_unit.get(unit.path, {})
        return tuple([found.get(norm, NOTHING_FOUND) for norm in self._compared[chain.name]])

    def can_spare(self, norm: EncodedNorm, unit: Unit, wanted: Fraction) -> bool:
        """Whether others certainly could spare as much as is `wanted`."""
        own, pool = self._spare(norm.id, unit).amount, self.pool(norm.id, unit.level)
        if pool.untold - (own is None):
            return False
        return pool.low - (own.low or 0 if own is not None else 0) >= wanted

    def found(self, norm: str, unit: Unit) -> FoundHere:
        """The findings of a norm on `unit` and what lies within it."""
        found = self.by_unit.get(unit.path)
        return NOTHING_FOUND if found is None else found.get(norm, NOTHING_FOUND)

    def modelled(self, chain: Chain, norm: EncodedNorm | None, unit: Unit) -> set[str]:
        """As `Situations.modelled`."""
        if norm is not None:
            return set(self.found(norm.id, unit).modelled)
        return super().modelled(chain, norm, unit)

    def row(self, chain: Chain, norm: EncodedNorm, unit: Unit, asked: Asked) -> Row:
        """The row of `unit` and `norm`, as `of_norm` gives it, of which `asked` is read."""
        key = norm.id, unit.path
        if norm.norm.form in chain.file.gaps or asked.is_narrowed_elsewhere:
            return Row.of_parts(key, self.parts(chain, norm, unit))
        found = self.found(norm.id, unit)
        own = found.rows.get((chain.name, norm.id))  # what is narrowed is the norm's
        if own is None:
            parts = self._own(found)
            parts |= self._narrowed(chain, norm, parts)
            most = _most([parts[one].amount for one in asked.filled]) if asked.filled else None
            if ELSEWHERE not in asked.idle:
                most = None
            own = tuple([part_sign(one) for one in parts.values()]), most, parts
            found.rows[chain.name, norm.id] = own
        signs, most, parts = own

        def whole() -> Row:
            spare = self.pool(norm.id, unit.level).without(found.spare)
            return Row((signs, part_sign(spare)), lambda: quantities(key, parts, spare))

        if most is None or not self.can_spare(norm, unit, most):
            return whole()
        enough = Part(Amount(most, most))
        return Row((signs, most), lambda: quantities(key, parts, enough), most, whole)

    def _part(self, found: list[Finding], name: str) -> Part:
        return found.part(name) if isinstance(found, FoundHere) else super()._part(found, name)

    def _spare(self, norm: str, unit: Unit) -> Part:
        return self.found(norm, unit).spare

    def pool(self, norm: str, level: str) -> Pool:
        """What all units of a level together could give."""
        if (norm, level) not in self._pools:
            each = {one.path: self._spare(norm, one) for one in self.units(level)}
            self.spares[norm, level] = each
            self._pools[norm, level] = self._pooled(each.values(), level)
        return self._pools[norm, level]

    def _pool(self, norm: str, level: str) -> Pool:
        return self.pool(norm, level)

    def elsewhere(self, chain: Chain, norm: EncodedNorm, level: str) -> object:
        """What a row of the norm reads of other units; rows that read the same are the same."""
        if norm.norm.form in chain.file.gaps:
            return self._fields(chain.file.gaps).everywhere(norm.used.program.parts[0].listed)
        return self.pool(norm.id, level)

    def _fields(self, forms: tuple[str, ...]) -> Fields:
        if forms not in self._gathered:
            norms = tuple(
                (one.norm, ())
                for one in self.judged
                if one.norm.norm.form in forms and one.standing == "used" and one.certain
            )
            self._gathered[forms] = LiveFields(self.subjects, norms, self.naming, on=self.on)
        return self._gathered[forms]

    def moved(
        self,
        subjects: LiveSubjects,
        on: On,
        by_unit: dict[str, Found],
        touched: list[Unit],
    ) -> LiveSituations:
        """The situations of a plan that differs within the units of `touched`."""
        made = replace(
            self, subjects=subjects, on=on, by_unit=by_unit, _units={}, spares=dict(self.spares),
            _gathered={}, _pools=dict(self._pools),
        )  # fmt: skip
        for forms, one in self._gathered.items():
            assert isinstance(one, LiveFields)  # noqa: S101 - `_fields` makes no other
            made._gathered[forms] = one.moved(subjects, on, touched)
        for key in self._pools:
            own = [
                one
                for one in touched
                if one.level == key[1] and made.found(key[0], one) is not self.found(key[0], one)
            ]
            if own:
                made._repool(key, own)
        return made

    def _repool(self, key: tuple[str, str], touched: list[Unit]) -> None:
        """The pool with what the touched units could give exchanged."""
        before = self.spares[key]
        after = {one.path: self._spare(key[0], one) for one in touched}
        after = {path: part for path, part in after.items() if before[path] != part}
        if not after:
            return
        self.spares[key] = {**before, **after}
        pool = self._pools[key]
        for path, part in after.items():
            pool = pool.plus(before[path], -1).plus(part)
        self._pools[key] = pool

    def pooled_otherwise(self, before: LiveSituations) -> set[tuple[str, str]]:
        """The norms and levels whose pools are not as they were."""
        return {key for key, one in self._pools.items() if before._pools.get(key, one) != one}
