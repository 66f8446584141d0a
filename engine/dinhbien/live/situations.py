"""The rows in which flags are raised, carried from one plan to the next.  §11"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace

from dinhbien.judging.fields import Fields, Spare
from dinhbien.judging.parts import ASIDE, Part, Pool
from dinhbien.judging.situation import Situations
from dinhbien.language.chain import Chain
from dinhbien.language.pack import EncodedNorm
from dinhbien.live.subjects import LiveSubjects
from dinhbien.model.finding import Finding
from dinhbien.model.plan import Unit

Found = dict[str, list[Finding]]
"""The findings on a unit and what lies within it, by norm."""


@dataclass(frozen=True)
class LiveFields(Fields):
    """Fields whose spare people are reckoned again only where something has changed.

    `on` gives the findings on a unit by its code.
    """

    on: Callable[[str], Iterable[Finding]] = field(default=lambda _: ())

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
        store = self.subjects.stores.setdefault(organisation.path, {})
        key = (organisation.path, ("spare", listed), asked)
        if key not in store:
            store[key] = Fields.spare(self, organisation, listed, asked)
        found: Spare = store[key]
        return found

    def moved(
        self, subjects: LiveSubjects, on: Callable[[str], Iterable[Finding]], touched: list[Unit]
    ) -> LiveFields:
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


@dataclass(frozen=True)
class LiveSituations(Situations):
    """Situations of a state; `by_unit` holds what was found, by the path of a chain's unit."""

    by_unit: dict[str, Found] = field(default_factory=dict)
    on: Callable[[str], Iterable[Finding]] = field(default=lambda _: ())
    spares: dict[tuple[str, str], dict[str, Part]] = field(default_factory=dict)
    _known: dict[str, tuple[EncodedNorm, ...]] = field(default_factory=dict)
    _units: dict[str, list[Unit]] = field(default_factory=dict)

    def units(self, level: str) -> list[Unit]:
        """The units of `level`, in the plan's order."""
        if level not in self._units:
            self._units[level] = super().units(level)
        return self._units[level]

    def norms(self, chain: Chain) -> Iterator[EncodedNorm]:
        """The norms that have rows of their own in `chain`."""
        if chain.name not in self._known:
            self._known[chain.name] = tuple(super().norms(chain))
        yield from self._known[chain.name]

    def found(self, norm: str, unit: Unit) -> list[Finding]:
        """The findings of a norm on `unit` and what lies within it."""
        return self.by_unit.get(unit.path, {}).get(norm, [])

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
        on: Callable[[str], Iterable[Finding]],
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
            made._repool(key, [one for one in touched if one.level == key[1]])
        return made

    def _repool(self, key: tuple[str, str], touched: list[Unit]) -> None:
        """The pool with what the touched units could give exchanged."""
        before = self.spares[key]
        after = {one.path: self._spare(key[0], one) for one in touched}
        if all(before[path] == part for path, part in after.items()):
            return
        self.spares[key] = {**before, **after}
        pool = self._pools[key]
        for path, part in after.items():
            pool = pool.plus(before[path], -1).plus(part)
        self._pools[key] = pool

    def pooled_otherwise(self, before: LiveSituations) -> set[tuple[str, str]]:
        """The norms and levels whose pools are not as they were."""
        return {key for key, one in self._pools.items() if before._pools.get(key, one) != one}
