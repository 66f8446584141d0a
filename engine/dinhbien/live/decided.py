"""Event + the states before and after → may it be, and why.  §5, §10, §11

The answer is reckoned as `dinhbien.may` reckons it, from what was asked anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import cast

from msgspec import Struct, field

from dinhbien.judging.check import Judgement
from dinhbien.judging.may import Sides, on_books
from dinhbien.judging.proposed import End
from dinhbien.judging.worsened import Reach, Sight
from dinhbien.language.chain import Chain
from dinhbien.language.pack import Pack, Reading
from dinhbien.live.delta import Delta
from dinhbien.live.events import Event
from dinhbien.live.state import State, ToAsk
from dinhbien.live.subjects import LiveSubjects
from dinhbien.meaning.quantity import ZERO, Quantity, between
from dinhbien.meaning.tally import BOOKS, POST, SECONDED_OUT
from dinhbien.model.amount import NOT_NEGATIVE
from dinhbien.model.finding import Finding, Subject
from dinhbien.model.flag import May
from dinhbien.model.flagged import Flagged
from dinhbien.model.plan import Unit
from dinhbien.model.proposal import Decision, Effect, Shown, Why

_ORDER: tuple[Decision, ...] = ("refuse", "cannot be told", "warn", "allow")


class Ruling(Struct, frozen=True):
    """What the norms answer to an event, and what it changes.

    `delta` is None where it cannot happen: the people are not there.  `beside` holds the
    rulings in the plans beside an illustration, and `alone` is what the plan itself answers.
    """

    event: Event
    alone: Decision
    reasons: tuple[Why, ...]
    numbers: tuple[Shown, ...]
    delta: Delta | None
    beside: tuple[Ruling, ...] = ()

    @property
    def decision(self) -> Decision:
        """What every allocation of an illustration answers; where they part it cannot be told."""
        given = {one.alone for one in (self, *self.beside)}
        return self.alone if len(given) == 1 else "cannot be told"

    @property
    def is_possible(self) -> bool:
        """Whether it can happen at all, whatever the norms say."""
        return all(one.delta is not None for one in (self, *self.beside))


class LiveSides(Sides, frozen=True, dict=True):
    """The states before and after; `anew` is what was asked anew, `where` the units concerned."""

    anew: tuple[ToAsk, ...] = ()
    where: tuple[Unit, ...] = ()
    states: tuple[State, ...] = field(default=())

    def norms(self) -> Iterator[Why]:
        """The reasons of the norms that may read what happens."""
        before, after = self.states
        for place, unit in self.anew:
            judged = after.judged[place]
            now = _finding(after, unit, judged.norm.id)
            if now is None or now.standing != "used":
                continue
            was = _finding(before, unit, judged.norm.id)
            if was is None or was != now or not _is_exact(now):
                yield from self.norm(judged.norm, unit, was, now)

    def reached(self, reading: Reading, subject: Unit) -> Reach:
        """As far as `Sides` says; where nobody moves, only the values tell."""
        if self.ends:
            return super().reached(reading, subject)
        program = reading.program
        sides = (program.least is not None, program.most is not None)
        return Reach(True, None, *sides, program.measured is None)

    @cached_property
    def _sight(self) -> Sight:
        after = self.states[1]
        return Sight(after.subjects, after.frame.sights)

    def quota(self) -> Iterator[Why]:
        """As `Sides` says; where nobody moves, whether the quota is exceeded by more."""
        if self.ends:
            yield from super().quota()
            return
        for unit in self.units:
            sides = [row[self.asked.over] for row in (each.get(unit.path, {}) for each in self.rows)
                     if self.asked.over in row]  # fmt: skip
            if len(sides) != len(self.rows) or sides[1].raised is False or sides[0] == sides[1]:
                continue
            was, now = (one.amount for one in sides)
            known = was is not None and now is not None
            grown = known and now.low is not None and was.high is not None and now.low > was.high  # type: ignore[union-attr]  # known
            fallen = known and now.high is not None and was.low is not None and now.high <= was.low  # type: ignore[union-attr]  # known
            if fallen:
                continue
            effect: Effect = "refuse" if grown else "open"
            name = self.states[1].subjects.full_name(unit)
            yield Why(
                effect, Subject(unit.level, unit.code, name), flag=self.asked.over,
                raised=(sides[0], sides[1]), missing=sides[1].missing,
            )  # fmt: skip

    @property
    def units(self) -> list[Unit]:
        """The units concerned."""
        return list(self.where)

    @cached_property
    def rows(self) -> tuple[dict[str, dict[str, Flagged]], ...]:
        """The flags of the units concerned by unit and name, before and after."""
        return tuple(self._rows_of(state) for state in self.states)

    def _rows_of(self, state: State) -> dict[str, dict[str, Flagged]]:
        found: dict[str, dict[str, Flagged]] = {}
        for unit in self.where:
            here = state.subjects.units[unit.path]
            rows = state.rows.own(here)
            found[unit.path] = {flag.flag: flag for row in rows for flag in row.flags}
        return found


def _is_exact(finding: Finding) -> bool:
    """Whether nothing of a finding is open: the same one again is then no worse."""
    return not any(
        one.missing or one.because or one.verdict == "undetermined"
        for one in (finding.outcome, *finding.others.values())
    )


def _finding(state: State, unit: Unit, norm: str) -> Finding | None:
    settled = state.settled.get(unit.code)
    return next(
        (
            one
            for one in (settled.findings if settled else ())
            if one.norm == norm and one.subject.level == unit.level and not one.unlisted
        ),
        None,
    )


def nobody(before: State, pack: Pack, ends: tuple[End, ...], asked: May) -> Iterator[Why]:
    """The ends where so many people are not there, or may not be."""
    subjects = before.subjects
    for end in ends:
        sent = end.column == SECONDED_OUT and end.people > 0
        if end.people > 0 and not sent:
            continue
        if end.at.level == POST:
            there = subjects.number(end.at, BOOKS if sent else end.column)
            there = there - subjects.number(end.at, SECONDED_OUT) if sent else there
        elif end.column == BOOKS or sent:
            there = on_books(cast("Judgement", before), pack, end, asked)
        else:
            there = _unlisted(subjects, end.at)
        known, wanted = there.bounds, abs(end.people)
        if known.low is not None and known.low >= wanted:
            continue
        effect: Effect = "refuse" if known.high is not None and known.high < wanted else "open"
        subject = Subject(end.at.level, end.at.code, subjects.full_name(end.at))
        yield Why(effect, subject, there=known, missing=tuple(sorted(there.missing)))


def _unlisted(subjects: LiveSubjects, unit: Unit) -> Quantity:
    """How many are at the posts that a unit does not list: nobody, where its lists are whole."""
    for one in unit.walk():
        if subjects.is_open(one, POST):
            path = subjects.list_of(one, subjects.step(one.level, POST))
            return between(("unlisted", path), NOT_NEGATIVE, frozenset([path]), whole=True)
    return ZERO


def ruled(  # noqa: PLR0913, PLR0917 - what an answer is made of
    event: Event,
    chain: Chain,
    before: State,
    made: tuple[State, tuple[ToAsk, ...]] | None,
    ends: tuple[End, ...],
    lacking: list[Why],
) -> Ruling:
    """The answer to an event; `made` is None where it cannot happen."""
    if made is None:
        return Ruling(event, "refuse", tuple(lacking), (), None)
    after, anew = made
    asked = chain.file.may
    assert asked is not None  # noqa: S101 - it is why the chain was chosen
    where = {one.path: one for one in after.touched if one.level == chain.file.level}
    known = [one for one in where.values() if one.path in before.subjects.units]
    if ends:
        paths = {one.unit.path for one in ends}
        known = [one for one in known if one.path in paths]
    sides = LiveSides(
        before.frame.pack, asked, chain, ends, cast("Judgement", before), cast("Judgement", after),
        anew, tuple(known), (before, after),
    )  # fmt: skip
    tried = sides.tried(lacking)
    decision = next(one for one in _ORDER if one == tried.decision)
    return Ruling(event, decision, tried.reasons, tried.numbers, Delta(before, after))
