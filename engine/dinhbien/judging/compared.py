"""Two reports → what is different: findings, norms, totals, flags.  §3, §11, §17

A finding is the same one where norm, unit and baseline are the same, which with the reading
make its id; that another reading is used is one of the things that may be different in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Literal, TypeVar

from msgspec import Struct

from dinhbien.judging.amendments import Amendments
from dinhbien.judging.check import Report
from dinhbien.judging.precedence import Conflict
from dinhbien.judging.ranges import Ranges
from dinhbien.judging.totals import Total
from dinhbien.model.amount import NOTHING
from dinhbien.model.finding import Finding, Outcome, Subject
from dinhbien.model.flagged import Flagged, FlagRow

_Thing = TypeVar("_Thing")
_Other = TypeVar("_Other")
What = Literal["appeared", "gone", "changed"]
FlagWhat = Literal["raised", "dropped", "changed"]
_Key = tuple[str, str, str, str, bool]

ASPECTS: dict[str, Callable[[Finding], object]] = {
    "verdict": lambda one: one.verdict,
    "measured": lambda one: one.outcome.measured,
    "required": lambda one: (one.outcome.least, one.outcome.most),
    "amount": lambda one: one.outcome.amount,
    "reading": lambda one: one.reading,
    "readings": lambda one: {name: _numbers(each) for name, each in one.others.items()},
    "measured_on": lambda one: one.measured_on,
    "head_room": lambda one: one.outcome.head_room,
    "holders": lambda one: one.outcome.holders,
    "force": lambda one: one.force,
    "standing": lambda one: one.standing,
    "due": lambda one: one.due,
    "time_to_comply": lambda one: one.time_to_comply_unseen,
    "glide": lambda one: one.glide,
    "exempt_by": lambda one: one.exempt_by,
    "failed": lambda one: one.outcome.failed,
    "missing": lambda one: one.outcome.missing,
    "because": lambda one: one.outcome.because,
    "modelled": lambda one: one.outcome.modelled,
}
"""What may be different in a finding, by its key in the contract."""


def _numbers(outcome: Outcome) -> tuple[object, ...]:
    return outcome.verdict, outcome.measured, outcome.least, outcome.most, outcome.amount


class FindingChange(Struct, frozen=True):
    """A finding that is there on one side only, or is another on the second.

    `aspects` name what is different, among `ASPECTS`; none where it is on one side only.
    """

    before: Finding | None
    after: Finding | None
    aspects: tuple[str, ...] = ()

    @property
    def what(self) -> What:
        """Whether it appeared, is gone or has changed."""
        if self.before is None:
            return "appeared"
        return "gone" if self.after is None else "changed"

    @property
    def last(self) -> Finding:
        """The finding as it is after, or was."""
        found = self.after or self.before
        assert found is not None  # noqa: S101 - one side is always there
        return found

    @property
    def norm(self) -> str:
        """The id of its norm."""
        return self.last.norm

    @property
    def subject(self) -> Subject:
        """The unit it speaks of."""
        return self.last.subject

    @property
    def is_row(self) -> bool:
        """Whether a result lists it, before or after; what has changed is always listed."""
        return self.what == "changed" or self.last.is_row


class TotalChange(Struct, frozen=True):
    """A total that is there on one side only, or is another on the second."""

    before: Total | None
    after: Total | None

    @property
    def last(self) -> Total:
        """The total as it is after, or was."""
        found = self.after or self.before
        assert found is not None  # noqa: S101 - one side is always there
        return found


class FlagChange(Struct, frozen=True):
    """A flag or a remedy that is another in its row; None where the row is not there."""

    row: FlagRow
    before: Flagged | None
    after: Flagged | None

    @property
    def what(self) -> FlagWhat:
        """Whether it is raised now, is raised no more, or is otherwise another."""
        was, is_ = (one is not None and one.raised is True for one in (self.before, self.after))
        if was == is_:
            return "changed"
        return "raised" if is_ else "dropped"

    @property
    def flag(self) -> str:
        """The name of the flag in its chain."""
        found = self.after or self.before
        assert found is not None  # noqa: S101 - one side is always there
        return found.flag


class Comparison(Struct, frozen=True, dict=True):
    """What is different in `after`, from `before`; all of it in stable order."""

    before: Report
    after: Report

    @cached_property
    def findings(self) -> tuple[FindingChange, ...]:
        """The findings that appeared, are gone or have changed."""
        made = (
            FindingChange(one, other, self._aspects(one, other))
            for one, other in _pairs(_by_key(self.before), _by_key(self.after))
        )
        return tuple(one for one in made if one.what != "changed" or one.aspects)

    @cached_property
    def ranges(self) -> tuple[Ranges, Ranges]:
        """Both sides over the allocations of an illustration."""
        return Ranges(self.before), Ranges(self.after)

    def _aspects(self, before: Finding | None, after: Finding | None) -> tuple[str, ...]:
        """What is different in a finding, in any of the allocations."""
        if before is None or after is None:
            return ()
        was, is_ = self.ranges[0].finding(before), self.ranges[1].finding(after)
        return tuple(
            name
            for name, of in ASPECTS.items()
            if _distinct(map(of, was)) != _distinct(map(of, is_))
        )

    @cached_property
    def unchanged(self) -> int:
        """How many findings are the same on both sides."""
        return len(self.after.findings) - sum(1 for one in self.findings if one.after is not None)

    @cached_property
    def amendments(self) -> Amendments:
        """What is different in the norms."""
        before, after = self.before, self.after
        return Amendments(before.pack, before.day, after.pack, after.day)

    @cached_property
    def totals(self) -> tuple[TotalChange, ...]:
        """The totals that are different, by baseline, norm and reading."""
        both = [
            {(one.baseline, one.norm, one.reading): one for one in report.totals}
            for report in (self.before, self.after)
        ]
        return tuple(
            TotalChange(one, other)
            for one, other in _pairs(*both)
            if _over(self.ranges[0], one) != _over(self.ranges[1], other)
        )

    @property
    def totals_unchanged(self) -> int:
        """How many totals are the same on both sides."""
        return len(self.after.totals) - sum(1 for one in self.totals if one.after is not None)

    @cached_property
    def flags(self) -> tuple[FlagChange, ...]:
        """The flags that are raised, dropped or otherwise different, in the order of chains."""
        both = [{one.id: one for one in report.flags} for report in (self.before, self.after)]
        return tuple(
            change
            for one, other in _pairs(*both, in_order=True)
            for change in self._flag_changes(one, other)
        )

    def _flag_changes(self, before: FlagRow | None, after: FlagRow | None) -> list[FlagChange]:
        row = after or before
        assert row is not None  # noqa: S101 - one side is always there
        own = [{one.flag: one for one in (side.flags if side else ())} for side in (before, after)]
        each = [
            [{flag.flag: flag for flag in one.flags} for one in ranges.flags(side)] if side else []
            for ranges, side in zip(self.ranges, (before, after), strict=True)
        ]
        whole = before is not None and after is not None
        return [
            FlagChange(row, own[0].get(name), own[1].get(name))
            for name in dict.fromkeys([*own[1], *own[0]])
            if _told_in(each[0], name, whole) != _told_in(each[1], name, whole)
        ]

    @property
    def conflicts(self) -> tuple[tuple[Conflict, ...], tuple[Conflict, ...]]:
        """The conflicts that appeared, and those that are gone."""
        before, after = self.before.conflicts, self.after.conflicts
        new = tuple(one for one in after if one not in before)
        return new, tuple(one for one in before if one not in after)

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all is different."""
        parts = (self.findings, self.amendments.norms, self.amendments.exemptions, self.totals)
        return not any((*parts, self.flags, *self.conflicts))


def _by_key(report: Report) -> dict[_Key, Finding]:
    return {
        (one.norm, one.subject.level, one.subject.code, one.baseline, one.unlisted): one
        for one in report.findings
    }


def _pairs(
    before: dict[_Thing, _Other], after: dict[_Thing, _Other], *, in_order: bool = False
) -> Iterable[tuple[_Other | None, _Other | None]]:
    """The things of both sides by their keys; sorted, or in the order in which they stand."""
    keys: list[_Thing] = list(dict.fromkeys([*after, *before]))
    if not in_order:
        keys = sorted(keys, key=_as_text)
    return [(before.get(key), after.get(key)) for key in keys]


def _as_text(key: object) -> tuple[str, ...]:
    return tuple(map(str, key)) if isinstance(key, tuple) else (str(key),)


def _distinct(values: Iterable[object]) -> list[object]:
    """Each of the values once, in the order of the allocations."""
    found: list[object] = []
    for one in values:
        if one not in found:
            found.append(one)
    return found


def _over(ranges: Ranges, total: Total | None) -> list[object]:
    """A total over the allocations."""
    return _distinct(ranges.total(total)) if total else []


def _told_in(each: list[dict[str, Flagged]], name: str, whole: bool) -> list[object]:
    """What is told of a flag over the allocations; nothing where no row is there."""
    return _distinct(told_of(one.get(name), whole) for one in each) or [None]


def told_of(flag: Flagged | None, whole: bool) -> object:
    """What makes a flag another; one that is not raised at all is as good as none.

    The place in an order is told only where the row stands on both sides (`whole`).
    """
    if flag is None or (flag.kind == "rank" and not whole):
        return None
    amount = flag.amount
    idle = flag.raised is False and (amount is None or amount == NOTHING)
    return None if idle and not flag.missing and not flag.because else flag
