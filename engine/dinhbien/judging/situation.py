"""Findings → the rows in which flags are raised: a unit, or a unit and a norm.  §10, §11

A row reckons in posts: a person who is missing is a post to fill.  Nothing is netted: what
is short and what is over in one unit stand side by side.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache, cached_property, reduce

from msgspec import Struct, field

from dinhbien.judging.fields import Fields
from dinhbien.judging.parts import NONE, UNTOLD, Naming, Part, Pool, summed, widest
from dinhbien.judging.standing import Judged
from dinhbien.language.chain import COMPARED, Chain
from dinhbien.language.operators import Tally
from dinhbien.language.pack import EncodedNorm
from dinhbien.language.units import Measure
from dinhbien.meaning.evaluate import Value
from dinhbien.meaning.subjects import Subjects
from dinhbien.model.amount import NOT_NEGATIVE
from dinhbien.model.finding import Finding
from dinhbien.model.flag import Compared
from dinhbien.model.plan import Unit

_COUNTED = (Measure.one("post"), Measure.one("person"))


class Situations(Struct, frozen=True, dict=True):
    """The rows of one plan, from its findings."""

    subjects: Subjects
    judged: tuple[Judged, ...]
    findings: tuple[Finding, ...]
    _gathered: dict[tuple[str, ...], Fields] = field(default_factory=dict)
    _pools: dict[tuple[str, str], Pool] = field(default_factory=dict)

    def units(self, level: str) -> list[Unit]:
        """The units of `level`, in the plan's order."""
        return list(self.subjects.below(self.subjects.plan.root, level))

    def norms(self, chain: Chain) -> Iterator[EncodedNorm]:
        """The norms that have rows of their own in `chain`."""
        level, words = chain.file.level, self.subjects.vocabulary
        for one in self.judged:
            program = one.norm.used.program
            counted = isinstance(program.measured, Tally) and program.measure in _COUNTED
            below = level in (program.level, *words.ancestors_of(program.level))
            has_rows = below and (counted or one.norm.norm.form in chain.file.gaps)
            if has_rows and one.certain and one.standing == "used":
                yield one.norm

    def found(self, norm: str, unit: Unit) -> list[Finding]:
        """The findings of a norm on `unit` and what lies within it."""
        return self._by_unit.get((norm, unit.level, unit.code), [])

    @cached_property
    def _by_unit(self) -> dict[tuple[str, str, str], list[Finding]]:
        units = {(one.level, one.code): one for one in self.subjects.plan.root.walk()}
        made: dict[tuple[str, str, str], list[Finding]] = {}
        for finding in self.findings:
            if finding.standing != "used":
                continue
            unit = units[finding.subject.level, finding.subject.code]
            for level in (unit.level, *self.subjects.vocabulary.ancestors_of(unit.level)):
                above = self.subjects.above(unit, level)
                made.setdefault((finding.norm, level, above.code), []).append(finding)
        return made

    # -- rows ----------------------------------------------------------------

    def of_norm(self, chain: Chain, norm: EncodedNorm, unit: Unit) -> dict[str, Value]:
        """The row of `unit` and `norm`."""
        key = (norm.id, unit.path)
        parts = self.parts(chain, norm, unit)
        return {name: part.quantity((*key, name)) for name, part in parts.items()}

    def parts(self, chain: Chain, norm: EncodedNorm, unit: Unit) -> dict[str, Part]:
        """What findings add to the row of `unit` and `norm`."""
        found = self.found(norm.id, unit)
        if norm.norm.form in chain.file.gaps:
            parts = dict.fromkeys(("short", "over", "spare", "spare_inside"), NONE)
            parts |= self._fields(chain.file.gaps).of(norm, found, unit)
        else:
            parts = self._own(found)
            pool = self._pool(norm.id, unit.level)
            parts["spare_elsewhere"] = pool.without(self._spare(norm.id, unit))
        return parts | self._narrowed(chain, norm, parts)

    def _own(self, found: list[Finding]) -> dict[str, Part]:
        """What a row reckons from its own findings alone."""
        parts = {name: self._part(found, name) for name in ("short", "over", "spare")}
        parts |= {"gap": NONE, "gap_inside": NONE}
        alone = len(found) == 1 and not found[0].unlisted
        parts["spare_inside"] = NONE if alone else parts["spare"]
        return parts

    def _narrowed(self, chain: Chain, norm: EncodedNorm, parts: dict[str, Part]) -> dict[str, Part]:
        """The parts that count only where the norm counts posts of some ranks alone."""
        return {
            name: parts[narrowed.of] if counts_only(norm, narrowed.rank) else NONE
            for name, narrowed in chain.file.narrowed.items()
        }

    def of_unit(self, chain: Chain, unit: Unit) -> dict[str, Value]:
        """The row of `unit`: its fields without anybody, and the norms that are compared."""
        asking = self._fields(chain.file.gaps).norms
        gaps = [self._part(self.found(norm.id, unit), "gap") for norm, _ in asking]
        gap = reduce(Part.__add__, gaps) if gaps else UNTOLD
        made: dict[str, Value] = {"gap": gap.quantity((unit.path, "gap"))}
        for name, wanted in chain.file.compares.items():
            found = [self.found(norm.id, unit) for norm in self.compared(wanted)]
            for part in COMPARED:
                value = widest([self._part(one, part) for one in found])
                made[f"{name}_{part}"] = value.quantity((unit.path, f"{name}_{part}"))
        return made

    def modelled(self, chain: Chain, norm: EncodedNorm | None, unit: Unit) -> set[str]:
        """The modelled cells behind the findings of a row."""
        norms = [norm] if norm else [one for one, _ in self._fields(chain.file.gaps).norms]
        for wanted in () if norm else chain.file.compares.values():
            norms += self.compared(wanted)
        found = (each for one in norms for each in self.found(one.id, unit))
        return {path for finding in found for path in finding.outcome.modelled}

    def compared(self, wanted: Compared) -> list[EncodedNorm]:
        """The norms that compare a named count, on one baseline."""
        return [
            one.norm
            for one in self.judged
            if one.standing == "used"
            and one.certain
            and one.norm.used.program.counts == wanted.count
            and one.norm.used.program.baseline == wanted.baseline
        ]

    def _spare(self, norm: str, unit: Unit) -> Part:
        """What `unit` could give without falling short of the norm itself."""
        found = self.found(norm, unit)
        return self._part(found, "spare").less(self._part(found, "short"))

    def _part(self, found: list[Finding], name: str) -> Part:
        """One quantity of a row over findings."""
        return summed(found, name)

    def _pool(self, norm: str, level: str) -> Pool:
        """What all units of a level together could give; gathered once."""
        if (norm, level) not in self._pools:
            spare = [self._spare(norm, unit) for unit in self.units(level)]
            self._pools[norm, level] = self._pooled(spare, level)
        return self._pools[norm, level]

    def _pooled(self, spare: Iterable[Part], level: str) -> Pool:
        """The sum of `spare`, and of what units that the plan does not list might give."""
        unlisted = self.subjects.open_lists(self.subjects.plan.root, level)
        others = [Part(NOT_NEGATIVE, unlisted)] if unlisted else []
        return Pool.of([*spare, *others], self.naming)

    @cached_property
    def naming(self) -> Naming:
        """What an input of some units is called where each unit's does not matter."""
        return cache(self.subjects.vocabulary.anywhere)

    def _fields(self, forms: tuple[str, ...]) -> Fields:
        """The norms of `forms` with their findings; gathered once."""
        if forms not in self._gathered:
            norms = [
                (one.norm, tuple(each for each in self.findings if each.norm == one.norm.id))
                for one in self.judged
                if one.norm.norm.form in forms and one.standing == "used" and one.certain
            ]
            self._gathered[forms] = Fields(self.subjects, tuple(norms), self.naming)
        return self._gathered[forms]


def counts_only(norm: EncodedNorm, ranks: tuple[str, ...]) -> bool:
    """Whether a norm counts posts of `ranks` and of no other rank."""
    measured = norm.used.program.measured
    return (
        isinstance(measured, Tally)
        and bool(measured.count.rank)
        and set(measured.count.rank) <= set(ranks)
    )
