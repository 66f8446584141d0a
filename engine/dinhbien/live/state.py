"""A plan with all that its norms say of it, and the same after a change.

Nothing is judged twice: a norm is asked again only of the units from which it may read what
has changed, by the same programs and the same evaluator as `check` asks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from dinhbien.errors import InputError, Problem
from dinhbien.judging.check import finding_on, unlisted_on
from dinhbien.judging.contradictions import contradictions_of
from dinhbien.judging.precedence import Conflict, conflicts, excepted, exempted, opposed
from dinhbien.judging.standing import Judged, standings
from dinhbien.language.pack import Pack
from dinhbien.live.reads import Reads, asked_again, reads_of
from dinhbien.live.rows import Rows
from dinhbien.live.situations import Found, LiveSituations
from dinhbien.live.spots import Spot, spots
from dinhbien.live.subjects import LiveSubjects
from dinhbien.meaning.judge import Judge
from dinhbien.model.finding import Finding, Outcome
from dinhbien.model.flagged import FlagRow
from dinhbien.model.plan import Plan, Unit

Asked = tuple[int, Unit]
"""A norm by its place among those that are judged, and a unit it is asked of."""


@dataclass(frozen=True)
class Frame:
    """What stays the same while a plan changes: the norms, the day, and what each reads."""

    pack: Pack
    day: date

    @cached_property
    def judged(self) -> tuple[Judged, ...]:
        """The norms that are judged, in their order."""
        return tuple(standings(self.pack, self.day)[0])

    @cached_property
    def reads(self) -> tuple[Reads, ...]:
        """What each of them reads."""
        words = self.pack.rules.vocabulary
        return tuple(
            reads_of((each.program for each in one.norm.readings), words) for one in self.judged
        )

    @cached_property
    def certain(self) -> set[str]:
        """Those whose days are known."""
        return {one.norm.id for one in self.judged if one.certain}

    @cached_property
    def levels(self) -> tuple[str, ...]:
        """The levels of the units that have rows of flags."""
        return tuple(dict.fromkeys(one.file.level for one in self.pack.rules.listed))


@dataclass(frozen=True)
class Settled:
    """What is found on the units of one code, and the conflicts it shows."""

    findings: tuple[Finding, ...] = ()
    shown: tuple[Conflict, ...] = ()
    clashes: tuple[Conflict, ...] = ()


@dataclass(frozen=True)
class State:
    """One plan, judged.  A state is never changed: `after` gives another.

    `raw` holds what each norm says before exceptions and conflicts, by the code of the unit
    and the norm's place; `settled` what stands after them, by code.
    """

    frame: Frame
    plan: Plan
    judge: Judge
    raw: dict[str, dict[int, Finding]]
    settled: dict[str, Settled]
    situations: LiveSituations
    rows: Rows = field(compare=False)
    touched: tuple[Unit, ...] = ()
    codes: frozenset[str] = frozenset()
    """The units with rows of flags, and the codes, in which something may be new since the last."""

    # -- what a host asks for --------------------------------------------------

    @property
    def subjects(self) -> LiveSubjects:
        """The plan's tree."""
        assert isinstance(self.judge.subjects, LiveSubjects)  # noqa: S101 - made with them
        return self.judge.subjects

    @property
    def day(self) -> date:
        """The day it is judged by."""
        return self.frame.day

    @property
    def judged(self) -> tuple[Judged, ...]:
        """The norms that are judged."""
        return self.frame.judged

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """Every judgement, as `check` gives them."""
        found = (finding for one in self.settled.values() for finding in one.findings)
        return tuple(sorted(found, key=lambda one: (one.norm, one.subject.level, one.subject.code)))

    @cached_property
    def conflicts(self) -> tuple[Conflict, ...]:
        """Norms that cannot all be met, as `check` gives them."""
        shown: list[Conflict] = []
        units: dict[tuple[str, str], Conflict] = {}
        for one in self.settled.values():
            shown += one.shown
            for clash in one.clashes:
                told = units.get(clash.norms)
                codes = (*(told.units if told else ()), *clash.units)
                units[clash.norms] = Conflict(clash.norms, tuple(sorted(codes)), clash.prevails)
        shown.sort(key=lambda one: (one.shown_by, one.units))
        return (*shown, *(units[names] for names in sorted(units)))

    @property
    def flags(self) -> tuple[FlagRow, ...]:
        """Every row of flags, as `check` gives them."""
        return tuple(self.rows.all())

    # -- one after another -----------------------------------------------------

    @classmethod
    def first(cls, plan: Plan, frame: Frame) -> State:
        """The state of a plan; raises `InputError` as `check` does."""
        subjects = LiveSubjects(plan, frame.pack.rules.vocabulary)
        _refuse(subjects, list(plan.root.walk()), frame)
        judge = Judge(subjects, frame.day)
        raw: dict[str, dict[int, Finding]] = {}
        for unit in plan.root.walk():
            for place, finding in _all_on(unit, frame, judge):
                raw.setdefault(unit.code, {})[place] = finding
        settled = {code: _settle(found, frame) for code, found in raw.items()}
        by_unit = {
            unit.path: _found_in(unit, settled, frame)
            for level in frame.levels
            for unit in subjects.below(plan.root, level)
        }
        situations = LiveSituations(subjects, frame.judged, (), by_unit=by_unit, on=_on(settled))
        rows = Rows.first(situations, frame.pack.rules, frame.day)
        return cls(frame, plan, judge, raw, settled, situations, rows)

    def after(self, plan: Plan) -> tuple[State, tuple[Asked, ...]]:
        """The state of `plan`, made from this one's, and what was asked anew.

        Raises `InputError` where stated totals contradict cells, and is then unchanged.
        """
        found = list(spots(self.plan.root, plan.root))
        changed = [one for one in found if one.is_changed]
        subjects = self.subjects.moved(plan, found, dict(self.frame.pack.rules.counts))
        _refuse(subjects, [one.after for one in found], self.frame)
        judge = Judge(subjects, self.day)
        asked = tuple(self._asked(changed, subjects))
        raw, codes = self._raw(asked, changed, judge)
        settled = {**self.settled, **{code: _settle(raw[code], self.frame) for code in codes}}
        for code in self.settled.keys() - raw.keys():
            del settled[code]
        touched = self._touched(found, codes, subjects)
        by_unit = {
            **self.situations.by_unit,
            **{one.path: _found_in(one, settled, self.frame) for one in touched},
        }
        situations = self.situations.moved(subjects, _on(settled), by_unit, touched)
        rows = self.rows.moved(situations, changed, touched)
        made = State(
            self.frame, plan, judge, raw, settled, situations, rows, tuple(touched),
            frozenset(codes) | (self.settled.keys() - raw.keys()),
        )  # fmt: skip
        return made, asked

    def _asked(self, changed: list[Spot], subjects: LiveSubjects) -> Iterator[Asked]:
        """The norms and units that may read what has changed, in order."""
        for place, (one, reads) in enumerate(zip(self.frame.judged, self.frame.reads, strict=True)):
            if not one.certain:
                continue
            again = [asked_again(reads, spot, subjects) for spot in changed]
            units = {
                unit.path: unit
                for each in again
                for outer in each
                for unit in subjects.below(outer, reads.level)
            }
            yield from ((place, unit) for unit in units.values())

    def _raw(
        self, asked: tuple[Asked, ...], changed: list[Spot], judge: Judge
    ) -> tuple[dict[str, dict[int, Finding]], set[str]]:
        """What the norms say now, and the codes of which something else is said."""
        raw = dict(self.raw)
        codes: set[str] = set()
        for place, unit in asked:
            finding = finding_on(self.frame.judged[place], unit, judge)
            if finding != self.raw.get(unit.code, {}).get(place):
                if unit.code not in codes:
                    raw[unit.code] = dict(raw.get(unit.code, {}))
                    codes.add(unit.code)
                raw[unit.code][place] = finding
        for spot in changed:
            if spot.listed:
                codes |= self._relisted(raw, spot, judge)
        return raw, codes

    def _relisted(self, raw: dict[str, dict[int, Finding]], spot: Spot, judge: Judge) -> set[str]:
        """Exchanges what is said of a unit whose lists are other ones; drops what is gone."""
        for one in {one.code for one in spot.before.walk()} - {
            one.code for one in spot.after.walk()
        }:
            raw.pop(one, None)
        for unit in spot.after.walk():
            raw[unit.code] = dict(_all_on(unit, self.frame, judge))
            if not raw[unit.code]:
                del raw[unit.code]
        return {one.code for one in spot.after.walk()} & raw.keys()

    def _touched(self, found: list[Spot], codes: set[str], subjects: LiveSubjects) -> list[Unit]:
        """The units with rows of flags in which something may be different."""
        words = self.frame.pack.rules.vocabulary
        changed = [one.after for one in found]
        changed += [unit for one in codes for unit in subjects.coded(one)]
        units: dict[str, Unit] = {}
        for level in self.frame.levels:
            for unit in changed:
                if level in (unit.level, *words.ancestors_of(unit.level)):
                    above = subjects.above(unit, level)
                    units[above.path] = above
        return list(units.values())


def _on(settled: dict[str, Settled]) -> _On:
    return _On(settled)


@dataclass(frozen=True)
class _On:
    """What was found on the units of a code."""

    settled: dict[str, Settled]

    def __call__(self, code: str) -> Iterable[Finding]:
        found = self.settled.get(code)
        return found.findings if found else ()


def _refuse(subjects: LiveSubjects, units: list[Unit], frame: Frame) -> None:
    found: list[Problem] = []
    for unit in units:
        found += contradictions_of(unit, subjects, frame.pack.rules)
    if found:
        raise InputError(found)


def _all_on(unit: Unit, frame: Frame, judge: Judge) -> Iterator[tuple[int, Finding]]:
    """What every norm says of one unit, by the norm's place."""
    for place, one in enumerate(frame.judged):
        if not one.certain:
            if not unit.path:
                said = Outcome("undetermined", because=(("day_of_norm",),))
                yield place, finding_on(one, unit, judge, said)
        elif one.norm.used.program.level == unit.level:
            yield place, finding_on(one, unit, judge)
        elif one.standing == "used" and judge.subjects.is_open(unit, one.norm.used.program.level):
            yield place, unlisted_on(one, unit, judge)


def _settle(found: dict[int, Finding], frame: Frame) -> Settled:
    """What stands of the findings on the units of one code: no rule looks further.  §8"""
    pack = frame.pack
    listed = [found[place] for place in sorted(found)]
    told, shown = opposed(listed, pack, frame.certain)
    findings, clashes = conflicts(excepted(exempted(told, pack, frame.day), pack), pack)
    return Settled(tuple(findings), tuple(shown), tuple(clashes))


def _found_in(unit: Unit, settled: dict[str, Settled], frame: Frame) -> Found:
    """The findings on a unit and what lies within it, by norm, in the order of `check`."""
    found: Found = {}
    for one in unit.walk():
        for finding in settled[one.code].findings if one.code in settled else ():
            if finding.standing == "used":
                found.setdefault(finding.norm, []).append(finding)
    for each in found.values():
        each.sort(key=lambda one: (one.subject.level, one.subject.code))
    return found
