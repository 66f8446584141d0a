"""Plan + pack + day → report."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from dinhbien.errors import InputError, loaded
from dinhbien.judging.agreement import Agreement, agreement
from dinhbien.judging.contradictions import refuse_contradictions
from dinhbien.judging.flags import raised
from dinhbien.judging.lacking import Lacking, lacking
from dinhbien.judging.precedence import Conflict, conflicts, excepted, exempted, opposed
from dinhbien.judging.situation import Situations
from dinhbien.judging.standing import Absent, Judged, due, standings
from dinhbien.judging.totals import Total, totals
from dinhbien.language.operators import QUOTA_BASELINE
from dinhbien.language.pack import EncodedNorm, Pack
from dinhbien.meaning.judge import Judge
from dinhbien.meaning.subjects import Subjects
from dinhbien.model.finding import BROKEN, Finding, Outcome, Subject
from dinhbien.model.flagged import FlagRow
from dinhbien.model.plan import Plan, Unit

if TYPE_CHECKING:
    from pandas import DataFrame

FAIL_LEVELS = ("breach", "binding", "quota", "guidance", "any")
BINDING = ("binding", "party")
_FORCES = {
    "breach": BINDING,
    "binding": BINDING,
    "guidance": (*BINDING, "guidance", "local"),
}


class Report(Struct, frozen=True, dict=True):
    """What the norms of a pack say of a plan on a day.

    `findings` holds every judgement, `met` and `not applicable` included, in stable order.
    `beside` holds what is said of the plans beside one that only illustrates.
    `agreement` says how far a second evaluator agrees; None where none was asked.
    """

    plan: Plan
    pack: Pack
    day: date
    findings: tuple[Finding, ...]
    conflicts: tuple[Conflict, ...]
    totals: tuple[Total, ...]
    judged: tuple[Judged, ...]
    absent: tuple[Absent, ...]
    situations: Situations
    beside: tuple[Report, ...] = ()
    agreement: Agreement | None = None

    @cached_property
    def lacking(self) -> tuple[Lacking, ...]:
        """The missing inputs, the most useful first; ranked when it is first asked for."""
        judge = Judge(self.situations.subjects, self.day)
        return lacking(list(self.findings), self.pack, self.situations.subjects, judge)

    @cached_property
    def flags(self) -> tuple[FlagRow, ...]:
        """What follows from the findings, row by row; reckoned when it is first asked for."""
        return tuple(raised(self.situations, self.pack.rules.listed, self.day))

    @cached_property
    def forms(self) -> tuple[FlagRow, ...]:
        """The rows of the chains that fill in a printed form; reckoned likewise."""
        filling = {one.name for one in self.pack.rules.flags if one.file.form is not None}
        before = tuple(one for one in self.pack.rules.flags  # no chain reads the rows of norms
                       if one.file.each == "unit" or one.name in filling)  # fmt: skip
        every = raised(self.situations, before, self.day) if filling else ()
        return tuple(one for one in every if one.chain in filling)

    @property
    def verdicts_only(self) -> Report:
        """The same report with no flag raised and nothing ranked: for who asks of verdicts."""
        made = replace(self, beside=tuple(one.verdicts_only for one in self.beside))
        vars(made).update(flags=(), forms=(), lacking=())
        return made

    @cached_property
    def rows(self) -> tuple[Finding, ...]:
        """The findings that a result lists: all but `met` and `not applicable`.

        In an illustration also those that a plan beside it would list.
        """
        elsewhere = {one.id for other in self.beside for one in other.rows}
        return tuple(one for one in self.findings if one.is_row or one.id in elsewhere)

    @property
    def flag_rows(self) -> tuple[FlagRow, ...]:
        """The rows of flags that a result lists: those in which something is or may be raised.

        In an illustration also those that a plan beside it would list.
        """
        elsewhere = {one.id for other in self.beside for one in other.flag_rows}
        return tuple(one for one in self.flags if one.says_something or one.id in elsewhere)

    def fails(self, level: str) -> bool:
        """Whether a finding stands at or above `level`, one of `FAIL_LEVELS`."""
        return any(True for _ in self.failing(level))

    def failing(self, level: str) -> Iterator[Finding]:
        """The findings at or above `level`, one of `FAIL_LEVELS`.

        Findings within a transition, or against a planning assumption, fail only under ``any``;
        no plan can mend two texts that contradict each other, so that fails no run.
        """
        of_texts = {one.shown_by for one in self.conflicts}
        return (one for one in self.findings if one.norm not in of_texts and _fails(one, level))

    def to_frame(self, *, everything: bool = False) -> DataFrame:
        """The rows, or all findings, as a pandas frame with the columns of `check_frame`."""
        # By name, since the translation lies in a layer above.
        translation = loaded("dinhbien.many.from_report", "`to_frame`")
        made: DataFrame = translation.frame_of(self, everything=everything)
        return made

    @property
    def undetermined(self) -> bool:
        """Whether a verdict is undetermined."""
        return any(
            one.verdict == "undetermined" and one.standing == "used" for one in self.findings
        )


def _fails(finding: Finding, level: str) -> bool:
    if finding.standing != "used":
        return False
    if level == "any":
        verdicts = [finding.verdict, *(other.verdict for other in finding.others.values())]
        return any(verdict in BROKEN for verdict in verdicts)
    if finding.due is not None or finding.glide:
        return False
    if level == "quota":
        return finding.baseline == QUOTA_BASELINE and finding.verdict == "surplus"
    wanted = ("breach",) if level == "breach" else BROKEN
    return finding.verdict in wanted and finding.force in _FORCES[level]


def check(plan: Plan, pack: Pack, day: date | None = None, *, official: bool = False) -> Report:
    """Judge `plan` by the norms of `pack` as of `day`, by default the plan's own day.

    An `official` report is judged by two evaluators.

    Raises `InputError` where neither gives a day, and where stated totals contradict cells;
    `DisagreementError` where two evaluators differ.
    """
    made = judgement(plan, pack, day)
    return Report(
        plan=plan,
        pack=pack,
        day=made.day,
        findings=made.findings,
        conflicts=made.conflicts,
        totals=tuple(_totals(list(made.judged), list(made.findings), made.judge.subjects)),
        judged=made.judged,
        absent=made.absent,
        situations=made.situations,
        beside=tuple(check(one, pack, made.day, official=official) for one in plan.beside),
        agreement=agreement(made.judged, made.raw, made.judge) if official else None,
    )


Kept = Callable[[EncodedNorm, Unit], "Finding | None"]


class Judgement(Struct, frozen=True, dict=True):
    """What the norms say of a plan on a day, before anything is summed up or ranked."""

    day: date
    judge: Judge
    findings: tuple[Finding, ...]
    conflicts: tuple[Conflict, ...]
    judged: tuple[Judged, ...]
    absent: tuple[Absent, ...]
    raw: dict[tuple[str, str], Finding]
    """By norm and path of the unit, before exceptions and conflicts."""

    @cached_property
    def situations(self) -> Situations:
        """The rows in which flags are raised."""
        return Situations(self.judge.subjects, self.judged, self.findings)


def judgement(
    plan: Plan, pack: Pack, day: date | None = None, kept: Kept | None = None
) -> Judgement:
    """The findings on `plan`; days and errors as in `check`.

    `kept` gives what was found of a norm and a unit where nothing that it reads has changed.
    """
    as_of = day or plan.as_of
    if as_of is None:
        message = "no day to judge by: the plan states no `as_of`, and none was given"
        raise InputError(message)
    subjects = Subjects(plan, pack.rules.vocabulary)
    refuse_contradictions(subjects, pack.rules)
    judge = Judge(subjects, as_of)
    judged, absent = standings(pack, as_of)
    raw: dict[tuple[str, str], Finding] = {}
    found = [finding for one in judged for finding in _findings(one, subjects, judge, raw, kept)]
    found, of_texts = opposed(found, pack, {one.norm.id for one in judged if one.certain})
    findings, clashes = conflicts(excepted(exempted(found, pack, as_of), pack), pack)
    return Judgement(
        day=as_of,
        judge=judge,
        findings=tuple(sorted(findings, key=_place)),
        conflicts=(*of_texts, *clashes),
        judged=tuple(judged),
        absent=tuple(absent),
        raw=raw,
    )


def _totals(judged: list[Judged], findings: list[Finding], subjects: Subjects) -> Iterator[Total]:
    by_norm: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.standing == "used" and finding.verdict != "conflict":
            by_norm.setdefault(finding.norm, []).append(finding)
    for one in judged:
        if one.certain and one.standing == "used":
            yield from totals(one.norm, by_norm.get(one.norm.id, []), subjects)


def _place(finding: Finding) -> tuple[str, str, str]:
    """The stable order of findings.  §17"""
    return finding.norm, finding.subject.level, finding.subject.code


def _findings(
    one: Judged,
    subjects: Subjects,
    judge: Judge,
    raw: dict[tuple[str, str], Finding],
    kept: Kept | None,
) -> Iterator[Finding]:
    """The findings of one norm; those of the units it asks are put into `raw`."""
    root = subjects.plan.root
    level = one.norm.used.program.level
    if not one.certain:
        reason = ("day_of_norm",)
        yield finding_on(one, root, judge, Outcome("undetermined", because=(reason,)))
        return
    for unit in subjects.below(root, level):
        earlier = kept(one.norm, unit) if kept else None
        raw[one.norm.id, unit.path] = earlier or finding_on(one, unit, judge)
        yield raw[one.norm.id, unit.path]
    if one.standing == "used":
        for unit in subjects.not_all_listed(level):
            yield unlisted_on(one, unit, judge)


def unlisted_on(one: Judged, unit: Unit, judge: Judge) -> Finding:
    """What a norm says of the units that `unit` may hold beside those it lists."""
    subjects = judge.subjects
    ways = (
        one.norm.used.program.level,
        *subjects.vocabulary.ancestors_of(one.norm.used.program.level),
    )
    children = [child for child in subjects.vocabulary.children_of(unit.level) if child in ways]
    missing = tuple(unit.at(subjects.vocabulary.levels[child].listed) for child in children)
    return finding_on(one, unit, judge, Outcome("undetermined", missing=missing), unlisted=True)


def finding_on(
    one: Judged, unit: Unit, judge: Judge, given: Outcome | None = None, *, unlisted: bool = False
) -> Finding:
    """What a norm says of `unit` under each of its readings, before exceptions and conflicts."""
    norm = one.norm
    outcomes = {
        reading.name: given or judge.outcome(reading.program, unit) for reading in norm.readings
    }
    return finding_of(one, unit, judge, outcomes, unlisted=unlisted)


def finding_of(
    one: Judged, unit: Unit, judge: Judge, outcomes: dict[str, Outcome], *, unlisted: bool = False
) -> Finding:
    """The finding on `unit` that `outcomes` make, which are those of each reading by its name."""
    norm, outcomes = one.norm, dict(outcomes)
    used = outcomes.pop(norm.used.name)
    verdicts = {str(outcome.verdict) for outcome in (used, *outcomes.values())}
    return Finding(
        norm=norm.id,
        form=norm.norm.form,
        subject=Subject(unit.level, unit.code, judge.subjects.full_name(unit)),
        reading=norm.used.name,
        baseline=norm.used.program.baseline,
        measured_on=norm.used.program.measured_on,
        outcome=used,
        others=outcomes,
        force=norm.instrument.force,
        standing=one.standing,
        due=due(norm, judge.day, verdicts),
        time_to_comply_unseen=norm.norm.time_to_comply_unseen and bool(verdicts & set(BROKEN)),
        unlisted=unlisted,
        glide=norm.norm.glide or "",
    )


def norm_named(pack: Pack, asked: str) -> list[EncodedNorm]:
    """The norms whose id is, or ends in, `asked`."""
    exact = [norm for norm in pack.norms if norm.id == asked]
    named = [norm for norm in pack.norms if norm.id.endswith(f"#{asked}")]
    return exact or named or [norm for norm in pack.norms if norm.id.endswith(f"/{asked}")]
