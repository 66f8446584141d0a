"""A report as a page looks at it: its units in rows, its findings by unit and norm."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cached_property

from msgspec import Struct

from dinhbien.explain.sentences import Teller
from dinhbien.judging.check import BINDING, Report
from dinhbien.judging.ranges import DEPENDS, Ranges, column
from dinhbien.judging.standing import Judged
from dinhbien.language.chain import Chain
from dinhbien.language.pack import EncodedNorm
from dinhbien.model.finding import BROKEN, Finding
from dinhbien.model.flagged import FlagRow
from dinhbien.model.plan import Unit
from dinhbien.report.ranged import Ranged
from dinhbien.report.summary import Summary

SIGNS = {
    "breach": "×", "conflict": "⇄", "shortage": "−", "surplus": "+", "off by": "≠", DEPENDS: "~",
    "undetermined": "?", "exempt": "○", "met": "✓", "holds": "✓", "not applicable": "·",
}  # fmt: skip
"""A sign for each verdict, the gravest first: nothing is told by colour alone."""
_ORDER = list(SIGNS)
_MANY, _TOLD = 200, 40
"""So many units are told one by one; of more, so many that keep the fewest norms."""


class Chip(Struct, frozen=True):
    """A verdict as it is marked: its CSS class, its sign and its word."""

    kind: str
    sign: str
    said: str


class Sight(Struct, frozen=True, dict=True):
    """One report in one language, with what every part of the page asks for."""

    report: Report
    say: Teller

    @cached_property
    def ranged(self) -> Ranged:
        """Says results with their ranges."""
        return Ranged(Ranges(self.report), self.say)

    @cached_property
    def summary(self) -> Summary:
        """The words of the report as a whole."""
        return Summary(self.report, self.say, self.ranged)

    @cached_property
    def allocations(self) -> tuple[Report, ...]:
        """The report and, where it is an illustration, those beside it."""
        return (self.report, *self.report.beside)

    # -- units ---------------------------------------------------------------

    @cached_property
    def table(self) -> Chain | None:
        """The chain of flags that is shown as a table, if there is one."""
        chains = self.report.pack.rules.flags
        return next((one for one in chains if one.file.shown == "table"), None)

    @cached_property
    def level(self) -> str:
        """The level of the rows: that of the table, else the first below the root."""
        root = self.report.plan.root
        if self.table is not None and self.table.file.level in root.children:
            return self.table.file.level
        return min(root.children, default=root.level)

    @cached_property
    def units(self) -> tuple[Unit, ...]:
        """The units of the rows, in the plan's order."""
        root = self.report.plan.root
        return tuple(unit for unit in root.walk() if unit.level == self.level)

    @cached_property
    def _row_of(self) -> dict[tuple[str, str], str]:
        """The code of the row that each unit lies in; the root's is its own."""
        subjects, root = self.report.situations.subjects, self.report.plan.root
        made: dict[tuple[str, str], str] = {}
        for unit in root.walk():
            inside = self.level in (unit.level, *subjects.vocabulary.ancestors_of(unit.level))
            row = subjects.above(unit, self.level) if inside else root
            made[unit.level, unit.code] = row.code
        return made

    def row_of(self, finding: Finding) -> str:
        """The code of the unit under which a finding is listed."""
        return self._row_of[finding.subject.level, finding.subject.code]

    @cached_property
    def rows(self) -> tuple[Unit, ...]:
        """The root, where something is said of it or of a level in between, and the units."""
        root = self.report.plan.root
        above = any(self.row_of(one) == root.code for one in self.report.findings)
        return (root, *self.units) if above and root not in self.units else self.units

    @cached_property
    def is_many(self) -> bool:
        """Whether there are too many units to tell all that is said of each."""
        return len(self.units) > _MANY

    @cached_property
    def foremost(self) -> tuple[Unit, ...]:
        """The rows of which everything is told: all, or the gravest where there are many."""
        if not self.is_many:
            return self.rows
        found = [one for one in self.units if any(self._gravity(one))]
        gravest = sorted(found, key=self._gravity, reverse=True)[:_TOLD]
        return (*(one for one in self.rows if one not in self.units), *gravest)

    @cached_property
    def drawn(self) -> tuple[Unit, ...]:
        """Those of `foremost` that are drawn line by line: the root is none of the units."""
        return tuple(one for one in self.foremost if one.level == self.level)

    @property
    def most_rows(self) -> int:
        """How many rows of a table of flags are shown."""
        return _TOLD if self.is_many else len(self.units)

    def _gravity(self, unit: Unit) -> tuple[int, int, int]:
        """How many norms are not kept that bind, that do not, and by which reading."""
        found = Counter(tile_of(one) for one in self.by_row.get(unit.code, ()))
        return found["broken"], found["departs"], found["depends"]

    # -- findings ------------------------------------------------------------

    @cached_property
    def by_row(self) -> dict[str, list[Finding]]:
        """The findings of norms that are used, by the code of their row."""
        made: dict[str, list[Finding]] = {}
        for one in self.report.findings:
            if one.standing == "used":
                made.setdefault(self.row_of(one), []).append(one)
        return made

    @cached_property
    def by_cell(self) -> dict[tuple[str, str], list[Finding]]:
        """The findings by the code of their row and by norm."""
        made: dict[tuple[str, str], list[Finding]] = {}
        for one in self.report.findings:
            made.setdefault((self.row_of(one), one.norm), []).append(one)
        return made

    @cached_property
    def norms(self) -> dict[str, int]:
        """The norms that were judged, each with its number on the page: by force, then by name."""
        forces = list(self.say.pack.rules.vocabulary.lists["force"])
        ordered = sorted(self.report.judged, key=lambda one: _place(one, forces))
        return {one.norm.id: number for number, one in enumerate(ordered, 1)}

    @cached_property
    def anchors(self) -> dict[str, str]:
        """Where each finding that is told stands on the page, by its id."""
        told = {one.code for one in self.foremost}
        rows = [one for one in self.report.rows if self.row_of(one) in told]
        return {one.id: f"f{place}" for place, one in enumerate(rows, 1)}

    def flag_rows(self, chain: Chain) -> dict[str, FlagRow]:
        """The rows of a chain with one for each unit, by the code of the unit."""
        found = self.report.flags if chain.file.form is None else self.report.forms
        return {one.subject.code: one for one in found if one.chain == chain.name}

    @cached_property
    def compared(self) -> list[EncodedNorm]:
        """The norms whose bounds the table of figures sets beside its own numbers."""
        wanted = self.table.file.compares.values() if self.table else ()
        return [one for each in wanted for one in self.report.situations.compared(each)]

    # -- words ---------------------------------------------------------------

    def word(self, key: str) -> str:
        """The word of a verdict, or of what depends on the reading."""
        if key == DEPENDS:
            return self.say.phrase("depends_on_reading")
        return self.say.word("verdict", key)

    def chip(self, finding: Finding) -> Chip:
        """How a finding is marked; the force of its norm chooses the word."""
        key = column(finding)
        said = self.say.verdict(finding.verdict, finding.force, finding.glide)
        sign = SIGNS[finding.verdict]
        if key == DEPENDS:
            sign, said = f"{sign}{SIGNS[DEPENDS]}", f"{said} ({self.word(DEPENDS)})"
        return Chip(css(key), sign, said)

    def counted(self, findings: Iterable[Finding]) -> list[tuple[Chip, str]]:
        """How many findings are marked in which way, with the range; the gravest first."""
        each = zip(*(self.ranged.ranges.finding(one) for one in findings), strict=True)
        found = [Counter(map(self.chip, sorted(among, key=grave))) for among in each]
        every = sorted({chip for one in found for chip in one}, key=_grave_chip)
        return [(chip, ranged_count([one[chip] for one in found])) for chip in every]

    @cached_property
    def legend(self) -> tuple[Chip, ...]:
        """Each sign with all its words: one for what binds, others for what does not."""
        forces = list(self.say.pack.rules.vocabulary.lists["force"])
        made: list[Chip] = []
        for key, sign in SIGNS.items():
            words = [self.word(key)]
            if key != DEPENDS:
                words += [self.say.verdict(key, force) for force in forces]
            made.append(Chip(css(key), sign, " / ".join(dict.fromkeys(words))))
        return tuple(made)


def ranged_count(counts: Sequence[int]) -> str:
    """How many in the plan itself, and from the fewest to the most over the allocations."""
    ends = f" ({min(counts)}–{max(counts)})" if len(set(counts)) > 1 else ""
    return f"{counts[0]}{ends}"


def _grave_chip(chip: Chip) -> tuple[int, str]:
    return [css(one) for one in _ORDER].index(chip.kind), chip.said


_TILE_OF = {DEPENDS: "depends", "undetermined": "open", "met": "met", "holds": "met"}


def tile_of(one: Finding) -> str:
    """Among what a finding is counted; what is exempt or does not apply is in none."""
    found = column(one)
    if found in BROKEN:
        return "broken" if one.force in BINDING else "departs"
    return _TILE_OF.get(found, "")


def css(key: str) -> str:
    """The CSS class of a verdict."""
    return key.replace(" ", "-")


def grave(finding: Finding) -> int:
    """How far down a finding stands in the order of `SIGNS`."""
    return _ORDER.index(column(finding))


def _place(one: Judged, forces: list[str]) -> tuple[int, str]:
    return forces.index(one.norm.instrument.force), one.norm.id
