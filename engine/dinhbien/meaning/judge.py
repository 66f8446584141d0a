"""Program + subject + day → outcome.  §2, §3, §12

A verdict is given only if every completion of the missing inputs gives it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from functools import reduce
from typing import cast

from msgspec import Struct, field
from msgspec.structs import replace

from dinhbien.errors import Problem
from dinhbien.language import operators as op
from dinhbien.meaning.completions import MOST_COMBINATIONS, TooManyWordsError, completions
from dinhbien.meaning.evaluate import Evaluation, OpenWordError, Value
from dinhbien.meaning.quantity import Quantity
from dinhbien.meaning.subjects import Subjects
from dinhbien.meaning.tally import ContradictionError
from dinhbien.meaning.truth import Truth, compared
from dinhbien.model.amount import Amount, Reason
from dinhbien.model.finding import Holder, Outcome, Verdict
from dinhbien.model.plan import Unit


class Judge(Struct, frozen=True):
    """Judges programs on the subjects of one plan, on one day."""

    subjects: Subjects
    day: date

    def outcome(self, program: op.Program, subject: Unit) -> Outcome:
        """What `program` says of `subject`."""
        self.subjects.modelled.clear()
        try:
            leaves = self._completed(self._asked(program, subject))
            if not leaves:
                message = f"no word fits the totals stated for `{subject.name}`"
                raise ContradictionError([Problem(message, path=subject.path)])
        except TooManyWordsError as error:
            reason = ("too_many_words", str(MOST_COMBINATIONS))
            missing = tuple(sorted(error.paths))
            return Outcome("undetermined", missing=missing, because=(reason,))
        tried = {path for words, _ in leaves for path in words}
        outcome = _unanimous([outcome for _, outcome in leaves], tried)
        modelled = tuple(sorted(self.subjects.modelled))
        return replace(outcome, modelled=modelled) if modelled else outcome

    def _asked(self, program: op.Program, subject: Unit) -> Evaluation:
        return Evaluation(program, self.subjects, self.day, subject, subject)

    def _completed(self, evaluation: Evaluation) -> list[tuple[dict[str, str], Outcome]]:
        return completions(self._judged, evaluation)

    def pinned(self, pins: dict[str, Fraction]) -> Judge:
        """The same judge, were these missing numbers known."""
        return replace(self, subjects=replace(self.subjects, pins=pins))

    def reads(self, program: op.Program, subject: Unit) -> dict[str, Value | str]:
        """What a judgement reads, by path; missing words are not tried."""
        found: dict[str, Value | str] = {}
        try:
            self._judged(Evaluation(program, self.subjects, self.day, subject, subject, {}, found))
        except OpenWordError as error:
            found[error.path] = ""
        return found

    def choices(self, program: op.Program, subject: Unit) -> list[tuple[str, list[Amount]]]:
        """Each `least` and `greatest` of the bounds with the numbers it chooses from.

        Empty where a word is missing.
        """
        evaluation = Evaluation(program, self.subjects, self.day, subject, subject)
        bounds = [program.least] if program.least == program.most else [program.least, program.most]
        try:
            return [
                (one.operator, [evaluation.quantity(each).bounds for each in one.operands])
                for bound in bounds
                if bound is not None
                for one in _chosen_in(bound)
            ]
        except OpenWordError:
            return []

    def _judged(self, evaluation: Evaluation) -> Outcome:
        program = evaluation.program
        applies = evaluation.truth(program.applies) if program.applies else Truth(True)
        if applies.value is False:
            return Outcome("not applicable")
        if program.measured is None:
            return _conditions(evaluation, program, applies)
        measured = evaluation.quantity(program.measured)
        least = evaluation.quantity(program.least) if program.least else None
        most = evaluation.quantity(program.most) if program.most else None
        told = _Told(program, measured, least, most)
        outcome = told.outcome()
        if applies.value is None:
            outcome = replace(told.open(applies), if_applicable=outcome)
        if program.holders is None:
            return outcome
        return _with_group(outcome, evaluation, program.holders, told)


def _chosen_in(operator: op.Operator) -> Iterator[op.Chosen]:
    """The choices of an expression, outermost first; `a above b` is none."""
    if isinstance(operator, op.Chosen):
        first = operator.operands[0]
        if not (isinstance(first, op.Constant) and first.value == 0):
            yield operator
        for one in operator.operands:
            yield from _chosen_in(one)
    elif isinstance(operator, op.Arithmetic):
        yield from _chosen_in(operator.left)
        yield from _chosen_in(operator.right)
    elif isinstance(operator, op.Rounded):
        yield from _chosen_in(operator.operand)


class _Told(Struct, frozen=True):
    """The comparison of one number with its bounds."""

    program: op.Program
    measured: Quantity
    least: Quantity | None
    most: Quantity | None
    _false: Truth = field(default=Truth(False))

    def outcome(self) -> Outcome:
        """The verdict of a norm that applies."""
        below = compared("<", self.measured, self.least) if self.least else self._false
        above = compared(">", self.measured, self.most) if self.most else self._false
        if below.value and above.value:
            return self._said("conflict")
        if below.value and (above.value is False or self._ordered()):
            return self._said(self.program.below, self._short())
        if above.value and (below.value is False or self._ordered()):
            return self._said(self.program.above, self._over())
        if below.value is False and above.value is False:
            return self._said(self.program.within)
        return self._undetermined(below.missing | above.missing, below.undefined | above.undefined)

    def open(self, applies: Truth) -> Outcome:
        """The verdict of a norm of which it is open whether it applies."""
        return self._undetermined(applies.missing, applies.undefined)

    def _ordered(self) -> bool:
        """Whether the least is certainly not above the most."""
        both = self.least is not None and self.most is not None
        return not both or bool(
            compared("<=", cast("Quantity", self.least), cast("Quantity", self.most)).value
        )

    def _short(self) -> Amount | None:
        return (self.least - self.measured).bounds if self.least else None

    def _over(self) -> Amount | None:
        return (self.measured - self.most).bounds if self.most else None

    def _said(self, verdict: str, amount: Amount | None = None) -> Outcome:
        short, over = self._short(), self._over()
        lacking: set[str] = set()
        if amount is not None and amount.exact is None:
            sides = [side for side in (self.measured, self.least, self.most) if side]
            lacking = {path for side in sides for path in side.missing}
        return Outcome(
            cast("Verdict", verdict),
            self.measured.bounds,
            self.least.bounds if self.least else None,
            self.most.bounds if self.most else None,
            amount,
            short.floored() if short else None,
            over.floored() if over else None,
            tuple(sorted(lacking)),
        )

    def _undetermined(self, missing: frozenset[str], reasons: frozenset[Reason]) -> Outcome:
        sides = [side for side in (self.measured, self.least, self.most) if side]
        reasons = reasons.union(*(side.undefined for side in sides))
        if reasons:
            return Outcome("undetermined", because=tuple(sorted(reasons)))
        said = self._said("undetermined")
        return Outcome(
            "undetermined", said.measured, said.least, said.most, None, said.short_by,
            said.over_by, tuple(sorted(missing)),
        )  # fmt: skip


def _conditions(evaluation: Evaluation, program: op.Program, applies: Truth) -> Outcome:
    """The verdict of a norm of conditions: broken as soon as one of them fails."""
    truths = [(part, evaluation.truth(part.must)) for part in program.parts]
    if applies.value is None:
        applied = _told_of(program, truths, Truth(True))
        return replace(_told_of(program, truths, applies), if_applicable=applied)
    return _told_of(program, truths, applies)


def _told_of(program: op.Program, truths: list[tuple[op.Part, Truth]], applies: Truth) -> Outcome:
    asked = [*(truth for _, truth in truths), applies]
    reasons = frozenset[Reason]().union(*(truth.undefined for truth in asked))
    if reasons:
        return Outcome("undetermined", because=tuple(sorted(reasons)))
    failed = tuple(part.about for part, truth in truths if truth.value is False)
    missing = frozenset[str]().union(*(truth.missing for truth in asked if truth.value is None))
    least = Fraction(len(failed) if applies.value else 0)
    fails = Amount(least, Fraction(sum(1 for _, truth in truths if not truth.value)))
    if failed and applies.value:
        lacks = tuple(sorted(missing))
        verdict = cast("Verdict", program.below)
        return Outcome(verdict, failed=failed, short_by=fails, missing=lacks)
    if missing or applies.value is None:
        return Outcome("undetermined", missing=tuple(sorted(missing)), short_by=fails)
    return Outcome(cast("Verdict", program.within), short_by=fails)


def _with_group(
    outcome: Outcome, evaluation: Evaluation, holders: op.HolderList, told: _Told
) -> Outcome:
    """The outcome with the members above the average and the head-room.  §12"""
    if outcome.because or told.most is None:
        return outcome
    found: list[Holder] = []
    for member in evaluation.subjects.below(
        evaluation.unit(holders.members.base, holders.members.within), holders.members.level
    ):
        inside = evaluation.at(member)
        if holders.members.where and inside.truth(holders.members.where).value:
            value = inside.quantity(holders.shows).bounds
            found.append(Holder(member.code, member.name, value))
    head_room = (told.most - told.measured).bounds
    return replace(outcome, holders=tuple(found), head_room=head_room)


def _unanimous(outcomes: list[Outcome], tried: set[str]) -> Outcome:
    """The one verdict of all completions, its numbers as the intervals that hold them all."""
    first = outcomes[0]
    if len(outcomes) == 1:
        return first
    agreed = all(one.verdict == first.verdict for one in outcomes)
    verdict: Verdict = first.verdict if agreed else "undetermined"
    amount = _joined([one.amount for one in outcomes]) if agreed else None
    missing = {path for one in outcomes for path in one.missing}
    if verdict == "undetermined" or (amount is not None and amount.exact is None):
        missing |= tried
    reasons = {reason for one in outcomes for reason in one.because}
    return Outcome(
        verdict,
        _joined([one.measured for one in outcomes]),
        _joined([one.least for one in outcomes]),
        _joined([one.most for one in outcomes]),
        amount,
        _joined([one.short_by for one in outcomes]),
        _joined([one.over_by for one in outcomes]),
        tuple(sorted(missing)),
        tuple(sorted(reasons)),
        first.holders if all(one.holders == first.holders for one in outcomes) else (),
        _joined([one.head_room for one in outcomes]),
        failed=first.failed if all(one.failed == first.failed for one in outcomes) else (),
        if_applicable=_if_applicable(outcomes),
    )


def _if_applicable(outcomes: list[Outcome]) -> Outcome | None:
    """What those completions say under which it applies; None where it applies under all."""
    applied = [one.if_applicable or one for one in outcomes if one.verdict != "not applicable"]
    is_certain = len(applied) == len(outcomes) and not any(one.if_applicable for one in outcomes)
    if is_certain or not applied:
        return None
    return applied[0] if len(set(applied)) == 1 else Outcome("undetermined")


def _joined(amounts: list[Amount | None]) -> Amount | None:
    found = [one for one in amounts if one is not None]
    return reduce(Amount.joined, found) if found else None
