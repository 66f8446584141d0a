"""A plan with all that its norms say of it, and the same after a change.

Nothing is judged twice: a norm is asked again only of the units from which it may read what
has changed, by the same programs and the same evaluator as `check` asks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from threading import RLock

from msgspec import Struct

from dinhbien.errors import InputError, Problem
from dinhbien.judging.check import finding_on, unlisted_on
from dinhbien.judging.contradictions import contradiction, contradictions_of
from dinhbien.judging.precedence import Conflict, conflicts, excepted, exempted, opposed
from dinhbien.judging.standing import Judged, standings
from dinhbien.judging.worsened import Sights
from dinhbien.language.pack import Pack
from dinhbien.live.found import Found, found_in
from dinhbien.live.judge import Answers, LiveJudge
from dinhbien.live.leaves import Leaves
from dinhbien.live.raised import Asked
from dinhbien.live.reads import Readers, reads_of
from dinhbien.live.rows import Rows
from dinhbien.live.situations import LiveSituations
from dinhbien.live.spots import Spot, spots
from dinhbien.live.subjects import LiveSubjects
from dinhbien.meaning.evaluate import OpenWordError
from dinhbien.meaning.judge import Judge
from dinhbien.meaning.tally import POST
from dinhbien.model.finding import Finding, Outcome
from dinhbien.model.flagged import FlagRow
from dinhbien.model.plan import Plan, Unit

ToAsk = tuple[int, Unit]
"""A norm by its place among those that are judged, and a unit it is asked of."""


@dataclass(frozen=True)
class Frame:
    """What stays the same while a plan changes: the norms, the day, and what each reads.

    Whoever asks something of its states holds `lock`: they share what is kept.
    """

    pack: Pack
    day: date
    lock: RLock = field(default_factory=RLock, compare=False, repr=False)

    @cached_property
    def judged(self) -> tuple[Judged, ...]:
        """The norms that are judged, in their order."""
        return tuple(standings(self.pack, self.day)[0])

    @cached_property
    def by_leaf(self) -> dict[int, tuple[int, ...]]:
        """The places of those that read a leaf, by the place of that leaf."""
        found: dict[int, list[int]] = {}
        for place in range(len(self.judged)):
            for leaf in self.leaves_of(place) or ():
                found.setdefault(leaf, []).append(place)
        return {leaf: tuple(places) for leaf, places in found.items()}

    def leaves_of(self, place: int) -> tuple[int, ...] | None:
        """All leaves of one of them; None where it reads more than leaves."""
        each = [self.answers.places(one.program) for one in self.judged[place].norm.readings]
        if any(one is None for one in each):
            return None
        return tuple(dict.fromkeys(leaf for one in each for leaf in one or ()))

    @cached_property
    def readers(self) -> tuple[tuple[int, ...], Readers]:
        """Those that read more than leaves, by their places, and what each reads."""
        words = self.pack.rules.vocabulary
        places = [one for one in range(len(self.judged)) if self.leaves_of(one) is None]
        programs = ([one.program for one in self.judged[each].norm.readings] for each in places)
        return tuple(places), Readers(tuple([reads_of(one, words) for one in programs]))

    @cached_property
    def answers(self) -> Answers:
        """What their programs answered so far."""
        made = Answers(Leaves(self.day, self.pack.rules.vocabulary))
        for one in self.judged:
            for reading in one.norm.readings:
                made.add(reading.program)
        return made

    @cached_property
    def asked(self) -> dict[str, Asked]:
        """What the chains of flags read of the plan and of earlier ones, by their names."""
        leaves = self.answers.leaves
        return {one.name: Asked.of(one, leaves) for one in self.pack.rules.listed}

    @cached_property
    def leaves(self) -> Readers:
        """Which leaves of programs and chains may be others for a change."""
        _ = self.asked
        return self.answers.leaves.readers()

    @cached_property
    def sights(self) -> Sights:
        """What a `Sight` tells of their programs, whatever the plan."""
        return Sights()

    @cached_property
    def certain(self) -> set[str]:
        """Those whose days are known."""
        return {one.norm.id for one in self.judged if one.certain}

    @cached_property
    def levels(self) -> tuple[str, ...]:
        """The levels of the units that have rows of flags."""
        return tuple(dict.fromkeys(one.file.level for one in self.pack.rules.listed))


class Settled(Struct, frozen=True):
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
        judge = LiveJudge(subjects, frame.day, frame.answers)
        raw: dict[str, dict[int, Finding]] = {}
        for unit in plan.root.walk():
            for place, finding in _all_on(unit, frame, judge):
                raw.setdefault(unit.code, {})[place] = finding
        settled = {code: _settle(found, frame) for code, found in raw.items()}
        by_unit: dict[str, Found] = {
            unit.path: found_in(unit, _On(settled), {})
            for level in frame.levels
            for unit in subjects.below(plan.root, level)
        }
        situations = LiveSituations(subjects, frame.judged, (), by_unit=by_unit, on=_On(settled))
        rows = Rows.first(
            situations, frame.pack.rules, frame.day, frame.answers.leaves, frame.asked
        )
        return cls(frame, plan, judge, raw, settled, situations, rows)

    def after(self, plan: Plan) -> tuple[State, tuple[ToAsk, ...]]:
        """The state of `plan`, made from this one's, and what was asked anew.

        Raises `InputError` where stated totals contradict cells, and is then unchanged.
        """
        found = list(spots(self.plan.root, plan.root))
        changed = [one for one in found if one.is_changed]
        counts = self.frame.pack.rules.counts
        subjects = self.subjects.moved(plan, found, counts, self.frame.leaves)
        _refuse_changed(subjects, found, self.frame)
        judge = LiveJudge(subjects, self.day, self.frame.answers)
        asked = tuple(self._asked(changed, subjects))
        raw, codes = self._raw(asked, changed, judge)
        settled = {**self.settled, **{code: _settle(raw[code], self.frame) for code in codes}}
        for code in self.settled.keys() - raw.keys():
            del settled[code]
        touched = self._touched(found, codes, subjects)
        on, held = _On(settled), self.situations.by_unit
        norms = None if any(one.listed for one in changed) else self._norms(settled, codes)
        found_now = {one.path: found_in(one, on, held.get(one.path, {}), norms) for one in touched}
        situations = self.situations.moved(subjects, on, {**held, **found_now}, touched)
        rows = self.rows.moved(situations, changed, touched)
        made = State(
            self.frame, plan, judge, raw, settled, situations, rows, tuple(touched),
            frozenset(codes) | (self.settled.keys() - raw.keys()),
        )  # fmt: skip
        return made, asked

    def _asked(self, changed: list[Spot], subjects: LiveSubjects) -> Iterator[ToAsk]:
        """The norms and units that may read what has changed, in order."""
        places, readers = self.frame.readers
        found = dict[tuple[int, str], Unit]()
        for spot in changed:
            for number, outer in readers.units(spot, subjects):
                for unit in subjects.below(outer, readers.each[number].level):
                    found[places[number], unit.path] = unit
        by_leaf = self.frame.by_leaf
        for path, leaves in subjects.gone.items():
            unit = subjects.units[path]
            found.update(
                {(place, path): unit for leaf in leaves for place in by_leaf.get(leaf, ())}
            )
        certain = (one for one in found.items() if self.judged[one[0][0]].certain)
        yield from ((place, unit) for (place, _), unit in sorted(certain, key=_by_place))

    def _raw(
        self, asked: tuple[ToAsk, ...], changed: list[Spot], judge: Judge
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

    def _norms(self, settled: dict[str, Settled], codes: set[str]) -> set[str]:
        """The norms of which another finding stands now on the units of these codes."""
        found: set[str] = set()
        for code in codes:
            before = self.settled[code].findings if code in self.settled else ()
            sides = before, settled[code].findings
            for here, there in (sides, sides[::-1]):
                known = {id(one) for one in there}
                found.update(one.norm for one in here if id(one) not in known)
        return found

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


def _by_place(one: tuple[tuple[int, str], Unit]) -> int:
    return one[0][0]


class _On(Struct, frozen=True):
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


def _refuse_changed(subjects: LiveSubjects, found: list[Spot], frame: Frame) -> None:
    """Refuse stated totals that may be others, or of which the cells may be."""
    problems: list[Problem] = []
    for one in found:
        below = [each for each in found if each.after.path.startswith(one.after.path)]
        for name in one.after.figures:
            if any(subjects.may_count(frame.pack.rules.counts[name], name, each) for each in below):
                problems += _contradiction(one.after, name, subjects, frame)
    if problems:
        raise InputError(problems)


def _contradiction(
    unit: Unit, name: str, subjects: LiveSubjects, frame: Frame
) -> tuple[Problem, ...]:
    """As `contradiction`, from what is counted anyway."""
    if unit.level == POST:
        return contradiction(unit, name, subjects, frame.pack.rules)
    try:
        subjects.count(unit, frame.pack.rules.counts[name], name)
    except InputError as error:
        return error.problems
    except OpenWordError:  # what the cells add up to is not known
        return ()
    return ()


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
