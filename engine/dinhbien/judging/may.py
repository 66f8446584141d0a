"""Plan + pack + proposal → may it be carried out, and why.  §5, §10, §11, §15

The plan that carries the proposal out is judged by the same `check` as the plan itself, and
what the norms say of the units concerned is set side by side.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cached_property, reduce

from msgspec import Struct

from dinhbien.errors import Problem, UsageError
from dinhbien.judging.check import Judgement, judgement
from dinhbien.judging.flags import raised
from dinhbien.judging.proposed import End, carried_out, ends_of, taken_words
from dinhbien.judging.worsened import Reach, Sight, reach, worsened
from dinhbien.language.chain import Chain
from dinhbien.language.operators import QUOTA_BASELINE
from dinhbien.language.pack import EncodedNorm, Pack, Reading
from dinhbien.meaning.evaluate import OpenWordError, word_of
from dinhbien.meaning.quantity import Quantity, between
from dinhbien.meaning.tally import BOOKS, POST, SECONDED_OUT, Tallier
from dinhbien.model.amount import NOT_NEGATIVE, Amount
from dinhbien.model.finding import Finding, Outcome, Subject
from dinhbien.model.flag import May
from dinhbien.model.flagged import Flagged
from dinhbien.model.plan import Plan, Unit
from dinhbien.model.proposal import Answer, Decision, Effect, Proposal, Shown, Tried, Why

_BINDS = ("binding", "party")
_ORDER: tuple[Decision, ...] = ("allow", "warn", "cannot be told", "refuse")
_DECIDES: dict[Effect, Decision] = {
    "refuse": "refuse", "open": "cannot be told", "unsure": "warn", "warn": "warn",
    "note": "allow",
}  # fmt: skip


def may(plan: Plan, pack: Pack, proposal: Proposal, day: date | None = None) -> Answer:
    """Whether `proposal` may be carried out in `plan`, by the norms of `pack` as of `day`.

    It is refused where a binding or a Party norm newly breaks or breaks by more, where the
    asked quota is exceeded or exceeded by more, or where the people are not there.  Any other
    norm warns.  What cannot be told of the units concerned leaves the answer open.  Of an
    illustration every allocation is asked.

    Raises `UsageError` where the proposal names nothing of the plan, or where no chain of
    flags says what is asked (``may:``); `InputError` as `check` does.
    """
    chain = asked_of(pack)
    asked = chain.file.may
    assert asked is not None  # noqa: S101 - it is why the chain was chosen
    ways = ends_of(plan, pack.rules, asked, chain.file.level, proposal)
    before = judgement(plan, pack, day)
    tried = []
    for ends in ways:
        made = carried_out(plan, pack.rules, ends, asked.listed, proposal)
        lacking = list(_nobody(before, pack, ends, asked))
        stays = any(one.effect == "refuse" for one in lacking)
        after = before if stays else _after(made, pack, ends, before)
        side = Sides(pack, asked, chain, ends, before, after)
        tried.append(side.tried(lacking))
    decision = _joined(tried, proposal.people)
    chosen = [one for one in tried if one.decision == decision] or tried
    reasons = {(one.id, one.effect, one.reading): one for each in chosen for one in each.reasons}
    return Answer(
        proposal, before.day, decision, tuple(reasons.values()), tried[0].numbers, tuple(tried),
        tuple(taken_words(asked, proposal).items()), _room(tried[0], asked),
        tuple(may(one, pack, proposal, before.day) for one in plan.beside),
    )  # fmt: skip


def _after(plan: Plan, pack: Pack, ends: tuple[End, ...], before: Judgement) -> Judgement:
    """The judgement of `plan`; what no norm sees from where it is asked stays as it was."""
    sight = Sight(before.judge.subjects)

    def kept(norm: EncodedNorm, unit: Unit) -> Finding | None:
        earlier = before.raw.get((norm.id, unit.path))
        return earlier if earlier and not _touched(norm, unit, ends, sight) else None

    return judgement(plan, pack, before.day, kept)


def _touched(norm: EncodedNorm, unit: Unit, ends: tuple[End, ...], sight: Sight) -> bool:
    """Whether `norm`, asked of `unit`, may read what happens at one of `ends`."""
    return any(sight.sees(one.program, unit, end) for one in norm.readings for end in ends)


def asked_of(pack: Pack) -> Chain:
    """The chain of flags that says what is asked; raises `UsageError` where there is none."""
    for chain in pack.rules.flags:
        if chain.file.may is not None:
            return chain
    message, way_out = "no chain of flags says what is asked of a proposal", "give one a `may:`"
    raise UsageError([Problem(message, help=way_out)])


def _room(tried: Tried, asked: May) -> Amount | None:
    """How many the quota of the receiving unit leaves before anything is done."""
    return next((one.before for one in tried.numbers[::-1] if one.flag == asked.room), None)


def _joined(tried: list[Tried], people: int) -> Decision:
    """One decision over every choice of posts; where they part it cannot be told.

    Several people may be shared out over posts: they are refused only for a reason that every
    choice gives with the same numbers, since what is counted is linear in them.
    """
    found = {one.decision for one in tried}
    if found <= {"allow", "warn"}:
        return "warn" if "warn" in found else "allow"
    if len(found) > 1:
        return "cannot be told"
    if found == {"refuse"} and people > 1 and len(tried) > 1:
        refusals = [
            {_told(one) for one in each.reasons if one.effect == "refuse"} for each in tried
        ]
        if not reduce(lambda one, other: one & other, refusals):
            return "cannot be told"
    return found.pop()


def _told(why: Why) -> tuple[object, ...]:
    measured = why.after.outcome.measured if why.after is not None else None
    return why.id, measured, why.raised[1].amount if why.raised else None


def _nobody(before: Judgement, pack: Pack, ends: tuple[End, ...], asked: May) -> Iterator[Why]:
    """The sending ends where so many people are not there, or may not be."""
    subjects = before.judge.subjects
    for end in ends:
        if not (end.people < 0 or end.column == SECONDED_OUT):
            continue
        if end.at.level == POST:
            there = subjects.number(end.at, BOOKS)
            if end.column == SECONDED_OUT:
                there = there - subjects.number(end.at, SECONDED_OUT)
        else:
            there = on_books(before, pack, end, asked)
        known, wanted = there.bounds, abs(end.people)
        if known.low is not None and known.low >= wanted:
            continue
        effect: Effect = "refuse" if known.high is not None and known.high < wanted else "open"
        subject = Subject(end.at.level, end.at.code, subjects.full_name(end.at))
        yield Why(effect, subject, there=known, missing=tuple(sorted(there.missing)))


def on_books(before: Judgement, pack: Pack, end: End, asked: May) -> Quantity:
    """Everybody of the asked count at a unit that lists no fitting post."""
    try:
        tallier = Tallier(before.judge.subjects, word_of)
        return tallier.tally(end.unit, pack.rules.counts[asked.books], asked.books)
    except OpenWordError:
        path = end.unit.at(f"figures.{asked.books}")
        return between(path, NOT_NEGATIVE, frozenset([path]), whole=True)


class Sides(Struct, frozen=True, dict=True):
    """The judgements of a plan before and after, at one choice of posts."""

    pack: Pack
    asked: May
    chain: Chain
    ends: tuple[End, ...]
    before: Judgement
    after: Judgement

    def tried(self, lacking: list[Why]) -> Tried:
        """What follows from this choice."""
        reasons = list(lacking)
        if all(one.effect != "refuse" for one in lacking):
            reasons += [*self.quota(), *self.norms()]
        found = {_DECIDES[one.effect] for one in reasons}
        decision: Decision = next((one for one in _ORDER[::-1] if one in found), "allow")
        return Tried(
            tuple(one.at.path for one in self.ends), decision, tuple(reasons), self.numbers
        )

    # -- norms ---------------------------------------------------------------

    def norms(self) -> Iterator[Why]:
        """The reasons that norms give which read what happens."""
        earlier = {(one.id, one.subject.level): one for one in self.before.findings}
        units = {(one.level, one.code): one for one in self.after.judge.subjects.plan.root.walk()}
        encoded = {one.norm.id: one.norm for one in self.after.judged}
        for finding in self.after.findings:
            if finding.standing != "used":
                continue
            subject = units[finding.subject.level, finding.subject.code]
            before = earlier.get((finding.id, finding.subject.level))
            norm = encoded[finding.norm]
            if before is None or _touched(norm, subject, self.ends, self._sight):
                yield from self.norm(norm, subject, before, finding)

    def norm(
        self, norm: EncodedNorm, subject: Unit, before: Finding | None, after: Finding
    ) -> Iterator[Why]:
        """The reason that one finding gives, under the used reading or else under another."""
        for reading in norm.readings:
            sides = [under(one, reading.name) for one in (before, after)]
            assert sides[1] is not None  # noqa: S101 - it is there
            worse = worsened(sides[0], sides[1], self.reached(reading, subject))
            effect = self._effect(norm, subject, after, worse)
            if effect is not None and reading.name != norm.used.name:
                effect = "warn" if worse else None
            if effect is not None:
                yield Why(
                    effect, after.subject, norm.id, reading.name, before, after,
                    missing=sides[1].missing,
                )  # fmt: skip
                return

    def reached(self, reading: Reading, subject: Unit) -> Reach:
        """How far the proposal reaches into a norm under one reading."""
        return reach(reading.program, subject, self.ends, self._sight)

    @cached_property
    def _sight(self) -> Sight:
        return Sight(self.after.judge.subjects)

    def _effect(
        self, norm: EncodedNorm, subject: Unit, after: Finding, worse: bool | None
    ) -> Effect | None:
        """What a norm that is broken, or may be, does to the answer."""
        if worse is False:
            return None
        binds = norm.instrument.force in _BINDS and not after.glide
        if worse:
            return "refuse" if binds and after.due is None else "warn"
        if not binds:
            return "note"
        program = norm.used.program
        other = program.baseline == QUOTA_BASELINE and program.counts != self.asked.books
        levels = self.pack.rules.vocabulary.ancestors_of(self.chain.file.level)
        return "unsure" if other or subject.level in levels else "open"

    # -- flags ---------------------------------------------------------------

    def quota(self) -> Iterator[Why]:
        """Whether the asked quota is exceeded where people are put on the books.  §11"""
        count = self.pack.rules.counts[self.asked.books]
        for unit in self.units:
            shifts = [one.shift(count) for one in self.ends if one.unit.path == unit.path]
            low, high = (sum(one[place] for one in shifts) for place in (0, 1))
            rows = [each[unit.path] for each in self.rows]
            sides = [row[self.asked.over] for row in rows]
            if high <= 0 or sides[1].raised is False:
                continue
            effect: Effect = "refuse" if low > 0 and sides[1].raised else "open"
            name = self.before.judge.subjects.full_name(unit)
            yield Why(
                effect, Subject(unit.level, unit.code, name), flag=self.asked.over,
                raised=(sides[0], sides[1]), missing=sides[1].missing,
            )  # fmt: skip

    @property
    def units(self) -> list[Unit]:
        """The units concerned."""
        return list({one.unit.path: one.unit for one in self.ends}.values())

    @cached_property
    def rows(self) -> tuple[dict[str, dict[str, Flagged]], ...]:
        """The flags of the units concerned by unit and name, before and after."""
        chains = tuple(one for one in self.pack.rules.listed if one.file.each == "unit")
        paths = {one.code: one.path for one in self.units}
        found: list[dict[str, dict[str, Flagged]]] = []
        for side in (self.before, self.after):
            made: dict[str, dict[str, Flagged]] = {path: {} for path in paths.values()}
            among = frozenset(paths.values())
            for row in raised(side.situations, chains, self.before.day, among):
                made[paths[row.subject.code]].update({one.flag: one for one in row.flags})
            found.append(made)
        return tuple(found)

    @cached_property
    def numbers(self) -> tuple[Shown, ...]:
        """The numbers of each unit concerned, the bounds that stand beside them first."""
        wanted = self.chain.file.compares[self.asked.against]
        found: list[Shown] = []
        for unit in self.units:
            name = self.before.judge.subjects.full_name(unit)
            subject = Subject(unit.level, unit.code, name)
            for norm in self.before.situations.compared(wanted):
                sides = [_bounds(one, norm.id, unit) for one in (self.before, self.after)]
                found.append(Shown(subject, "", norm.id, *sides))
            for flag in self.asked.shows:
                flags = [each[unit.path][flag] for each in self.rows]
                found.append(Shown(subject, flag, "", *(one.amount for one in flags)))
        return tuple(found)


def under(finding: Finding | None, reading: str) -> Outcome | None:
    """What a finding says under one reading."""
    if finding is None or reading == finding.reading:
        return finding.outcome if finding is not None else None
    return finding.others.get(reading)


def _bounds(side: Judgement, norm: str, unit: Unit) -> Amount | None:
    """From the least to the most that a norm allows a unit."""
    found = [one for one in side.situations.found(norm, unit) if not one.unlisted]
    if len(found) != 1:
        return None
    outcome = found[0].outcome
    least, most = outcome.least, outcome.most
    return Amount(least.low if least else None, most.high if most else None)
